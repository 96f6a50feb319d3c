export const eachDeviceChecks = {
  "device-token": {
    title: "The token is a VoIP token of Apple's",
    outcomes: {
      "well-formed": { message: "{subject} is well-formed." },
      malformed: {
        message: "{subject} is no device token of Apple's: {problem}.",
        remedy:
          "Let the app send the bytes of PushKit's pushCredentials.token as hex, and store them in a column of type text.",
      },
      "fcm-token": {
        message: "{subject} is a registration token of Firebase Cloud Messaging, which Apple does not know.",
        remedy: "Let the app send the bytes of PushKit's pushCredentials.token as hex; Firebase has no part in calls.",
      },
      "expo-token": {
        message: "{subject} is a token of Expo's push service, which Apple does not know.",
        remedy: "Let the app send the bytes of PushKit's pushCredentials.token as hex; Expo's service cannot ring.",
      },
      "alert-token": {
        message: "{subject} is stored as the VoIP token and as the notification token: a phone has two different ones.",
        remedy:
          "voipDeviceToken must come from PushKit (didUpdate pushCredentials), not from didRegisterForRemoteNotificationsWithDeviceToken.",
      },
    },
  },

  "device-age": {
    title: "The phone registered lately",
    outcomes: {
      fresh: { message: "{subject} was registered on {date}." },
      stale: {
        message: "{subject} was last registered on {date}, {days} days ago.",
        remedy:
          "An app should upload its tokens at every launch. Open it once on the phone; if the date stays, it does not.",
      },
    },
  },

  "device-app": {
    title: "The bundle id of the token is known",
    outcomes: {
      known: { message: "{subject} belongs to {bundleId}: topic {bundleId}.voip." },
      "another-app": {
        message: "{subject} belongs to {bundleId}, not to {preset}: it is sent to the topic {bundleId}.voip.",
      },
      preset: {
        message:
          "Whether {subject} belongs to {preset} (APNS_BUNDLE_ID) cannot be seen from here: it was stored without a bundle id.",
        remedy:
          "A test call tells: with --ring {user}, DeviceTokenNotForTopic means that it belongs to another app. To have it known, store the bundle id with each token.",
      },
      unknown: {
        message: "{subject} was stored without a bundle id, and APNS_BUNDLE_ID is not set.",
        remedy: "Let the app send bundleId when it registers, or set APNS_BUNDLE_ID.",
      },
      "with-voip": {
        message: "{subject} was stored with the bundle id {bundleId}, which ends with .voip.",
        remedy: "Store the plain bundle id; .voip is added for calls.",
      },
    },
  },

  "device-environment": {
    title: "The key is good for the token's environment",
    outcomes: {
      known: { message: "{subject} belongs to {environment}." },
      "not-known": {
        message:
          "Where {subject} belongs is not known yet: {environment} is tried first, and the one that accepts is stored.",
      },
      "key-not-good": { message: "{subject} belongs to {environment}, but the key is not good there." },
    },
  },
} as const;
