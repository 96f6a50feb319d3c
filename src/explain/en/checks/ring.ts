export const ringChecks = {
  ring: {
    title: "A test call is accepted by Apple (with --ring)",
    outcomes: {
      accepted: {
        message: "Apple accepted the test call to {subject} ({environment}), apns-id {apnsId}.",
        remedy: "If the phone does not ring, the fault is on the phone: go to step 3.",
      },
      "accepted-sandbox": {
        message: "Apple accepted the test call to {subject} (sandbox), apns-id {apnsId}, apns-unique-id {uniqueId}.",
        remedy:
          "If the phone does not ring, look up the apns-unique-id in the Delivery Log of Apple's Push Notifications Console (icloud.developer.apple.com/dashboard), and go to step 3.",
      },
      rang: { message: "{subject} rings, by its own word, {milliseconds} ms after Apple accepted the test call." },
      "not-taken": {
        message: "The test call reached {subject} after {milliseconds} ms, and the phone did not ring.",
        remedy:
          "Do Not Disturb or Focus is on, the caller is blocked, or the app did not report the call to CallKit. The API server's log has what the phone said.",
      },
      silent: {
        message:
          "Apple accepted the test call to {subject} ({environment}), apns-id {apnsId}, and the phone has reported nothing.",
        remedy:
          "In this order: iOS has stopped delivery after pushes that the app did not report (reinstall the app, then mend the report to CallKit); the app was removed, or the token is that of another installation (open the app once); the phone is out of reach, and with expiration 0 nothing is kept for it; an app that sends no receipts (docs/phone.md).",
      },
      rejected: { message: "Apple refused the test call to {subject} ({environment}): {reason}." },
      unsent: { message: "The test call to {subject} ({environment}) was never sent ({reason})." },
      unknown: { message: "Whether the test call to {subject} ({environment}) reached Apple is not known ({reason})." },
      "no-devices": {
        message: "User {user} has no VoIP token: nobody to ring.",
        remedy: "Go back to step 1: the phone is not registered.",
      },
      refused: { message: "The API server answers the test call with {status} {error}." },
      "no-answer": { message: "The API server did not answer the test call: {words}." },
      "no-way": {
        message:
          "There is no way to ring: neither an API server with ADMIN_PUSH_TOKEN, nor a device store with credentials.",
        remedy: "Set API_URL and ADMIN_PUSH_TOKEN, or DATABASE_URL and the APNS_ variables.",
      },
      "not-asked": {
        message: "Nobody was rung.",
        remedy: "With --ring <user> a real test call is sent to that user's phones.",
      },
    },
  },
} as const;
