const lookUpKey = "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys.";

export const credentialsChecks = {
  credentials: {
    title: "Apple takes the key: a push to a made-up token is answered with BadDeviceToken",
    outcomes: {
      good: { message: "Apple takes the key in {subject}." },
      "other-environment-only": {
        message: "The key is not good for {subject} ({reason}): phones with {subject} tokens cannot be rung with it.",
        remedy: "Nothing to do if all phones run builds of the other environment.",
      },
      "wrong-environment": {
        message: "The key is not good for {subject}, where this server sends by default ({reason}).",
      },
      swapped: {
        message: "APNS_TEAM_ID and APNS_KEY_ID are swapped: the other way round Apple takes the key.",
        remedy: "Swap them: APNS_TEAM_ID={keyId} and APNS_KEY_ID={teamId}.",
      },
      refused: { message: "{subject} refuses the key: {reason}." },
      expired: { message: "{subject} calls a fresh provider token expired: this server's clock is wrong." },
      topic: {
        message: "{subject} does not let this key push to {topic}: {reason}.",
        remedy:
          "See that the bundle id is the app's, that it belongs to team {teamId}, and that the key is not limited to other topics.",
      },
      "not-apple": {
        message: "A made-up device token was accepted: whatever answers for {subject} is not Apple.",
        remedy: "Look at APNS_PRODUCTION_URL and APNS_SANDBOX_URL.",
      },
      busy: {
        message: "{subject} answered {status} {reason}, which says nothing about the key.",
        remedy: "Run the doctor again in a few minutes.",
      },
      odd: {
        message: "{subject} answered {status} {reason} to a made-up token; BadDeviceToken was expected.",
        remedy: lookUpKey,
      },
      "no-answer": { message: "{subject} did not answer a push ({reason})." },
      unreachable: { message: "Not asked: {subject} cannot be reached." },
      "not-set-up": { message: "Not asked: the set-up must be right first." },
    },
  },
} as const;
