import { commonOptions } from "./options.js";

/** `apns-voip mock` */
export const mockCommand = {
  summary: "Play Apple's push service, with phones that ring on a page",
  help: `Usage: apns-voip mock [options]

Plays Apple's push service for servers in any language, with phones that ring on a page and faults on command.
Runs until it is interrupted. docs/mock.md describes the control API.

{options}

APNS_VOIP_MOCK_TOKEN: what the page and the control API are to ask for, at least 16 characters. Without it nothing is
asked on loopback, and on other addresses a token is made and printed once.

Exit code: 0 ended by Ctrl-C or SIGTERM, 1 could not start (a port is in use), 2 used wrongly.

Examples:
  apns-voip mock
  apns-voip mock --phone 10 --phone 11,sandbox --bundle-id com.example.calls
  apns-voip mock --host 0.0.0.0 --host-name mock --dir /shared --json`,
  options: {
    port: "Production. Default: 2197; 0: any free one",
    "sandbox-port": "Sandbox. Default: 2198",
    "control-port": "Page and control API. Default: 2199",
    host: "Address to listen on. Default: 127.0.0.1. Any other needs a token",
    "host-name": "One more name in the certificate, that of a container for example; the first is used in URLs",
    dir: "For key, certificate and variables. Default: .apns-voip-mock",
    "bundle-id": "The app. Default: com.example.app",
    phone: "A phone to begin with: <user>[,alert][,sandbox][,<bundle id>]. Default: 10",
    "ring-for": "Until a call that nobody takes is missed. Default: 45; 0: for ever",
    receipts:
      "Where the phones report what became of a call: the API's origin, http://localhost:3000. Default: nowhere",
    keep: "Pushes to remember. Default: 1000",
    seed: "Makes device tokens and ids reproducible",
    quiet: "No line for each push",
    ...commonOptions,
  },
  words: {
    title: "Mock of Apple's push service",
    page: "Page and control API",
    token: "The token is printed this once. Programs send it as Authorization: Bearer <token>.",
    production: "Production",
    sandbox: "Sandbox",
    ca: "Certificate to trust",
    key: "Key",
    keyOf: "{key} (team {team}, key id {id})",
    phone: "Phone",
    wholeTokens: "Their whole device tokens: {url}",
    env: "Paste this where your server starts, or give it {file} as its .env file:",
    end: "Ctrl-C ends it.",
  },
} as const;
