import { notTried } from "./not-tried.js";

export const secureChecks = {
  tls: {
    title: "The other end proves to be Apple (TLS)",
    outcomes: {
      trusted: { message: "{version}, certificate trusted, signed by {issuer}." },
      untrusted: { message: 'The certificate of {host} is not trusted ({reason}); it was signed by "{issuer}".' },
      failed: {
        message: "No TLS connection to {host}:{port} ({reason}).",
        remedy:
          "Something on the way keeps TLS from being spoken: let {host} pass firewall and proxy unopened. For a mock, see that it speaks TLS at this port.",
      },
      "not-tried": notTried,
    },
  },

  http2: {
    title: "HTTP/2 is spoken",
    outcomes: {
      spoken: { message: "HTTP/2; {streams} request(s) at once before the first valid push." },
      "http1-only": {
        message:
          '{host}:{port} speaks only HTTP/1.1: a proxy or firewall whose certificate was signed by "{issuer}" answers in Apple\'s place.',
        remedy: "Let {host} pass it unopened, or reach Apple through an HTTP CONNECT proxy (APNS_PROXY).",
      },
      broken: {
        message: "{host}:{port} agreed on HTTP/2 but does not speak it ({reason}).",
        remedy:
          "Something on the way breaks HTTP/2: let {host} pass it unopened, or reach Apple through an HTTP CONNECT proxy (APNS_PROXY).",
      },
      "not-tried": notTried,
    },
  },

  latency: {
    title: "Connecting is quick",
    outcomes: {
      quick: { message: "Ready to send after {milliseconds} ms." },
      slow: {
        message: "It took {milliseconds} ms until a push could be sent.",
        remedy: "Keep one client for the life of the process, and connect before the first call with `warmUp()`.",
      },
      "not-tried": notTried,
    },
  },
} as const;
