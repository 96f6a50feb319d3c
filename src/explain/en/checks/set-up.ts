export const setUpChecks = {
  "node-version": {
    title: "Node.js is new enough",
    outcomes: {
      good: { message: "Node.js {version}." },
      old: {
        message: "Node.js {version} is too old: apns-voip needs {wanted} or newer.",
        remedy: "Install a current LTS version of Node.js.",
      },
    },
  },

  variables: {
    title: "The environment variables are set",
    outcomes: {
      set: { message: "Team ID, Key ID and key are set." },
      missing: {
        message: "Not set: {names}.",
        remedy: "Set them where the API server starts, or name the file that holds them with --env-file.",
      },
      "two-keys": {
        message: "Both APNS_P8 and APNS_P8_PATH are set; which key is meant?",
        remedy: "Keep one of the two.",
      },
      misnamed: {
        message: "Not set: {names}. Did you mean {others}, which is set but not read?",
        remedy: "Name the variables as they are read.",
      },
      quoted: {
        message: "There are quotes or blanks around the value of {names}: apns-voip reads it without them.",
        remedy:
          "Remove them, so that other programs read the same. `docker run --env-file` passes quotes on as part of the value.",
      },
    },
  },

  ids: {
    title: "Team ID and Key ID are well-formed and in their places",
    outcomes: {
      good: { message: "Both ids have ten characters." },
      missing: { message: "An id is not set." },
      malformed: {
        message: "{names}: wanted ten characters A-Z and 0-9.",
        remedy:
          "The Team ID is at developer.apple.com/account under Membership details; the Key ID is in the name of the key file, AuthKey_XXXXXXXXXX.p8.",
      },
      swapped: {
        message: "Swapped: APNS_TEAM_ID holds {id}, which the name of the key file says is the Key ID.",
        remedy: "Swap APNS_TEAM_ID and APNS_KEY_ID.",
      },
      "other-key": {
        message: "APNS_KEY_ID is {id}, but the key file is named after key {named}.",
        remedy: "Unless the file was renamed on purpose, set APNS_KEY_ID={named}.",
      },
    },
  },

  "bundle-id": {
    title: "The bundle id is the app's, without .voip",
    outcomes: {
      good: { message: "Calls go to the topic {topic}." },
      missing: {
        message: "APNS_BUNDLE_ID is not set: without it no topic can be made.",
        remedy: "Set it to the app's bundle id, as in Xcode.",
      },
      "with-voip": {
        message: "APNS_BUNDLE_ID ends with .voip, which is added for calls: the topic would have it twice.",
        remedy: "Set APNS_BUNDLE_ID={plain}.",
      },
      "with-team": {
        message: "APNS_BUNDLE_ID begins with the Team ID: that is the App ID, not the bundle id.",
        remedy: "Set APNS_BUNDLE_ID={plain}.",
      },
      malformed: {
        message: "APNS_BUNDLE_ID is {given}: only letters, digits, dots and hyphens are allowed.",
        remedy: "Copy the bundle id from Xcode (Signing & Capabilities).",
      },
    },
  },

  environment: {
    title: "APNS_ENV is an environment of Apple's",
    outcomes: {
      good: { message: "Devices whose environment is not known are first tried in {environment}." },
      wrong: {
        message: "APNS_ENV is {given}; wanted: production or sandbox.",
        remedy: "production for TestFlight, App Store and Ad Hoc builds; sandbox for builds run from Xcode.",
      },
    },
  },
} as const;
