import type { FailureText } from "../../failure-text.js";
import { notRetried, retriedElsewhere } from "./what-we-did.js";

/** Status 400: the request, the token or the topic is wrong. */
export const requestFaults = {
  BadDeviceToken: {
    meaning:
      "Apple does not know this device token in this environment: it is malformed, or it belongs to the other environment.",
    causes: [
      "A sandbox token was sent to production, or the reverse. Builds run from Xcode get sandbox tokens; TestFlight, App Store, Ad Hoc and Enterprise builds get production tokens.",
      "The token was cut short, encoded wrongly (base64, or the `<ab12 ...>` description text), or is an FCM or Expo token.",
      "Old test data: a token of a phone that was wiped or restored.",
    ],
    confirm: [
      "Send the same token once to the other environment: if that accepts it, the environment was wrong.",
      "Compare the stored token with the one the app prints when PushKit hands it over, digit by digit.",
      "Paste it into the Device Token Validator of Apple's Push Notifications Console.",
    ],
    remedy:
      "Store the environment with each token, and let the app upload the raw PushKit bytes as hex. Delete a token only after both environments have refused it.",
    whatWeDid:
      "`send` reports `try-other-environment`. The push service tries the other environment once, where `environments` allows it, and stores the one that accepts. It removes the device only when both refuse and this process has seen Apple accept a push for the same topic.",
  },
  DeviceTokenNotForTopic: {
    meaning: "The token is real, but it belongs to another topic than the one in `apns-topic`.",
    causes: [
      "An alert token (from `UIApplication`) was stored as the VoIP token and sent with the `.voip` topic.",
      "The token comes from a build with another bundle id: a debug suffix, a renamed app, an extension, a second app of the team.",
    ],
    confirm: [
      "Compare the token's source in the app: PushKit's `didUpdate pushCredentials` for VoIP, `didRegisterForRemoteNotificationsWithDeviceToken` for alerts.",
      "Compare the bundle id of the installed build with the topic without `.voip`.",
    ],
    remedy:
      "Let the app upload the PushKit token as `voipDeviceToken`, and the one from `UIApplication` as `apnsDeviceToken`. Where they are not mixed up, store the bundle id with each token and build the topic from it. Do not delete the token: it is good, only the pairing is wrong.",
    whatWeDid: notRetried,
  },
  TopicDisallowed: {
    meaning: "Pushing to this topic is not allowed with this key or to this token.",
    causes: [
      "A VoIP token was sent with the plain bundle id as topic: the `.voip` suffix is missing.",
      "The key is limited to certain topics and this one is not among them.",
      "The bundle id belongs to another team than the key.",
    ],
    confirm: [
      "Look at `apns-topic`: it must be `<bundle id>.voip` for a VoIP push.",
      "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys: its team, and the topics it may use.",
    ],
    remedy:
      "Let the library build the topic from `bundleId` and the push type, or add the topic to the key, or use the key of the app's own team.",
    whatWeDid: notRetried,
  },
  BadTopic: {
    meaning: "The value of `apns-topic` is not a valid topic.",
    causes: [
      "The suffix is there twice (`.voip.voip`), because the bundle id was configured with `.voip`.",
      "Blanks, quotes or other characters got into the bundle id from an environment file.",
    ],
    confirm: ["Print the topic in brackets: `[com.example.app.voip]`."],
    remedy: "Configure the bundle id alone, as in Xcode, without `.voip` and without quotes.",
    whatWeDid: notRetried,
    note: "Apple documents no cause, and no firm report of one was found.",
  },
  MissingTopic: {
    meaning: "`apns-topic` is missing, and Apple cannot tell which app is meant.",
    causes: ["A proxy or another sender dropped the header; this library always sends it."],
    confirm: ["Send once without the proxy."],
    remedy: "Send `apns-topic` with every push, through nothing that rewrites headers.",
    whatWeDid: notRetried,
  },
  InvalidPushType: {
    meaning: "`apns-push-type` is wrong, or does not fit the topic.",
    causes: [
      "Push type `alert` or `background` together with a `.voip` topic.",
      "A push type that Apple does not know.",
    ],
    confirm: [
      "Look at `apns-push-type` and `apns-topic` of the push side by side (`apns-voip send --dry-run` prints them).",
    ],
    remedy:
      "For a call: push type `voip` and topic `<bundle id>.voip`. For a notification: `alert` and the plain bundle id.",
    whatWeDid: notRetried,
  },
  MissingDeviceToken: {
    meaning: "The path holds no device token.",
    causes: ["An empty token was sent by something else than this library, or a proxy rewrote the path."],
    confirm: ["Look for empty tokens in the store."],
    remedy: "Remove empty tokens from the store, and send through nothing that rewrites paths.",
    whatWeDid: notRetried,
  },
  PayloadEmpty: {
    meaning: "The push has no body.",
    causes: ["A proxy dropped the body, or another sender sent none."],
    confirm: ["`apns-voip send --dry-run` prints the body that would be sent."],
    remedy: "Send a JSON object; for a call at least `callId` and `fromUserId`.",
    whatWeDid: notRetried,
  },
  BadCollapseId: {
    meaning: "`apns-collapse-id` is longer than 64 bytes.",
    causes: ["The id was counted in characters; Apple counts UTF-8 bytes."],
    confirm: ["`Buffer.byteLength(collapseId)` must be at most 64."],
    remedy: "Shorten it, or leave it out: a call needs none.",
    whatWeDid: notRetried,
  },
  BadExpirationDate: {
    meaning: "`apns-expiration` is not a time in whole seconds since 1970, nor 0.",
    causes: ["Milliseconds or a date text were sent by something else than this library."],
    confirm: ["Look at the header: ten digits, or `0`."],
    remedy: "Give `expiration` as a `Date` or `0`.",
    whatWeDid: notRetried,
  },
  BadMessageId: {
    meaning: "`apns-id` is not a UUID.",
    causes: ["A call id or another text was used as `apns-id`."],
    confirm: ["It must read like `123e4567-e89b-12d3-a456-426614174000`."],
    remedy: "Leave `apnsId` out, or give a UUID; put your own ids into the payload.",
    whatWeDid: notRetried,
  },
  BadPriority: {
    meaning: "`apns-priority` is not allowed for this push.",
    causes: ["Priority 10 with push type `background`, which must be 5.", "A number other than 10, 5 or 1."],
    confirm: ["Look at `apns-priority` and `apns-push-type` of the push."],
    remedy: "Leave `priority` out: the default fits the push type, and is 10 for a call.",
    whatWeDid: notRetried,
  },
  DuplicateHeaders: {
    meaning: "A header is there twice.",
    causes: ["A proxy added an APNs header of its own."],
    confirm: ["Send once without the proxy."],
    remedy: "Send through an HTTP CONNECT proxy (`proxy`), which cannot touch headers, or through none.",
    whatWeDid: notRetried,
  },
  IdleTimeout: {
    meaning: "Apple closed the request because nothing moved for too long.",
    causes: ["A slow or stalled network between this server and Apple."],
    confirm: ["See whether other connections were fine at that moment."],
    remedy:
      "Nothing, if it is rare. If it is frequent, look at the network: `apns-voip doctor` measures the time to connect.",
    whatWeDid: retriedElsewhere,
    note: 'Apple documents only the words "The idle timeout occurred"; no report of a cause was found.',
  },
} as const satisfies Readonly<Record<string, FailureText>>;
