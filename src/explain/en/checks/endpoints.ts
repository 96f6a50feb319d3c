export const endpointsChecks = {
  endpoints: {
    title: "Pushes go to Apple",
    outcomes: {
      apple: { message: "Pushes go to Apple ({origin})." },
      elsewhere: {
        message: "{variable} sends pushes to {origin}: that is not Apple, and no phone will ring.",
        remedy: "Right for a mock; otherwise remove {variable}.",
      },
      unusable: {
        message: "{variable} is not an https origin.",
        remedy: "Remove it, or give an origin without a path, for example https://api.push.apple.com:2197.",
      },
    },
  },

  "proxy-url": {
    title: "APNS_PROXY can be used",
    outcomes: {
      unset: { message: "No proxy is set: Apple is reached directly." },
      good: { message: "Apple is reached through the proxy {proxy}." },
      unusable: {
        message: "APNS_PROXY is not the URL of an HTTP proxy.",
        remedy: "Write it as http://user:password@host:port, with a proxy that allows CONNECT.",
      },
    },
  },

  "ca-file": {
    title: "APNS_CA_PATH can be read",
    outcomes: {
      unset: { message: "Only the system's certificate authorities are trusted." },
      good: { message: "The certificates in {path} are trusted besides the system's." },
      "no-certificate": {
        message: "{path} holds no PEM certificate.",
        remedy: "Name a file with -----BEGIN CERTIFICATE-----, or remove APNS_CA_PATH.",
      },
      unreadable: {
        message: "{path} cannot be read ({code}).",
        remedy: "Correct APNS_CA_PATH, or remove it: Apple's certificate needs none.",
      },
    },
  },
} as const;
