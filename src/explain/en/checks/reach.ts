import { notTried } from "./not-tried.js";

export const reachChecks = {
  dns: {
    title: "The host name is resolved",
    outcomes: {
      found: { message: "{host} is resolved." },
      "not-found": {
        message: "{host} cannot be resolved ({reason}).",
        remedy:
          "See which DNS server /etc/resolv.conf names, and let it resolve {host}. A name of your own may be misspelt.",
      },
      "not-needed": { message: "No name to resolve here for {host}." },
    },
  },

  tcp: {
    title: "The port is open (443, else 2197)",
    outcomes: {
      open: { message: "TCP {port} to {host} is open." },
      "both-open": { message: "TCP {port} and {other} to {host} are open." },
      "other-only": {
        message: "TCP {port} to {host} cannot be reached ({reason}), but {other} can.",
        remedy: "Apple offers port {other} for this: set {variable}=https://{host}:{other}, or open port {port}.",
      },
      closed: {
        message: "TCP {port} to {host} cannot be reached ({reason}).",
        remedy:
          "Let outgoing TCP {port}, or 2197, to {host} through the firewall (Apple's addresses are 17.0.0.0/8); if there is a proxy, set APNS_PROXY.",
      },
      "elsewhere-closed": {
        message: "Nothing can be reached at {host}:{port}, where {variable} points ({reason}).",
        remedy: "That is not Apple: start the mock, or remove {variable}.",
      },
      "closed-but-proxy": {
        message:
          "TCP {port} to {host} cannot be reached ({reason}), and {proxyVariable} is set: this network seems to have a proxy.",
        remedy: "apns-voip reads only APNS_PROXY: give it the proxy there.",
      },
      "proxy-open": { message: "The proxy {proxy} answers." },
      "proxy-closed": {
        message: "The proxy {proxy} (APNS_PROXY) cannot be reached ({reason}).",
        remedy: "Correct APNS_PROXY, or remove it if there is no proxy.",
      },
      "not-tried": notTried,
    },
  },

  tunnel: {
    title: "The proxy lets the connection through",
    outcomes: {
      "no-proxy": { message: "No proxy is used." },
      open: { message: "The proxy {proxy} opens a tunnel to {host}:{port}." },
      "wants-login": {
        message: "The proxy {proxy} wants a user name and a password, or other ones (status 407).",
        remedy: "Put them into APNS_PROXY: http://user:password@{proxy}. Special characters as %40 and the like.",
      },
      refused: {
        message: "The proxy {proxy} refuses CONNECT {host}:{port} with status {status}.",
        remedy: "Let whoever runs the proxy allow CONNECT to {host}:{port}.",
      },
      failed: {
        message: "The proxy {proxy} gave no proper answer to CONNECT ({reason}).",
        remedy: "See that APNS_PROXY is an HTTP proxy that allows CONNECT.",
      },
      "not-tried": notTried,
    },
  },
} as const;
