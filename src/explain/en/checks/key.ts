export const keyChecks = {
  key: {
    title: "The .p8 key can be read and is an EC P-256 private key",
    outcomes: {
      good: { message: "The key is an EC P-256 private key." },
      missing: { message: "No key is set." },
      unreadable: {
        message: "The key file {path} cannot be read ({code}).",
        remedy: "Correct APNS_P8_PATH, mount the file into the container, or let the server's user read it.",
      },
      wrong: {
        message: "Not a key for APNs: {words}.",
        remedy:
          "Use the .p8 file as Apple handed it out. A .p12 certificate is not supported: create a key at developer.apple.com, under Certificates, Identifiers & Profiles > Keys, with APNs enabled.",
      },
    },
  },

  "key-mode": {
    title: "Only the server can read the key file",
    outcomes: {
      closed: { message: "The key file is readable by its owner only ({mode})." },
      mounted: { message: "The key file is a mounted secret ({path})." },
      open: {
        message: "Other users of this machine can read the key file {path} ({mode}).",
        remedy: "Whoever has the key can send pushes to every app of the team: close the file.",
      },
      "no-file": { message: "There is no key file to look at." },
    },
  },
} as const;
