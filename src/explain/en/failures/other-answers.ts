import type { FailureText } from "../../failure-text.js";
import { notRetried, refusedBeforeSending, retriedElsewhere } from "./what-we-did.js";

const foreignPath = {
  confirm: ["Look at `APNS_PRODUCTION_URL` and `APNS_SANDBOX_URL`: an origin, without a path."],
  remedy: "Remove these variables, or point them at Apple or at a mock; put nothing in between that rewrites requests.",
  whatWeDid: notRetried,
} as const;

const appleInTrouble = {
  confirm: [
    "See whether pushes on other connections were fine at that moment.",
    "Look at developer.apple.com/system-status.",
  ],
  remedy:
    "For a call, tell the caller that the phone could not be rung; a new attempt by the user may work. For messages, send again later with growing pauses.",
  whatWeDid: retriedElsewhere,
  note: "Apple asks to wait 15 minutes before sending again. That is too late for a ringing call, so the library tries again within seconds, at most twice.",
} as const;

/** Every other status: the device is gone, the limits, and Apple's own trouble. */
export const otherAnswers = {
  Unregistered: {
    meaning: "This device token is no longer active for this topic. `timestamp` is since when Apple knows it.",
    causes: [
      "The app was removed from the phone.",
      "The phone got a new token (restore, new phone, reinstall) and the old one is still stored.",
    ],
    confirm: [
      "Compare `timestamp` with the time of the last registration: if the app registered this token later, keep it.",
      "Start the app on the phone and see whether it uploads another token.",
    ],
    remedy:
      "Remove the token; the user rings again after starting the app once. Let the app upload its tokens at each start.",
    whatWeDid:
      "`send` reports `remove-device` with Apple's `timestamp`. The push service removes the device, unless the app registered it again after that.",
    note: "Not a reliable sign of an uninstall: Apple starts answering 410 on a deliberately vague schedule, and a removed app may get 200 for months. Apple's documentation lets a token that was registered again later stay; Apple's staff call the answer final.",
  },
  ExpiredToken: {
    meaning: "The device token has expired.",
    causes: ["The phone has a new token and the old one is still stored."],
    confirm: ["Start the app on the phone and see whether it uploads another token."],
    remedy: "Remove the token, and let the app upload its tokens at each start.",
    whatWeDid:
      "`send` reports `remove-device` with Apple's `timestamp`. The push service removes the device, unless the app registered it again after that.",
    note: "One developer reports that such a token still passed Apple's Device Token Validator days later.",
  },
  PayloadTooLarge: {
    meaning: "The body is larger than 5120 bytes for a VoIP push, or 4096 for any other.",
    causes: [
      "The payload carries a whole SDP, an avatar or a long text. Apple counts UTF-8 bytes: a Japanese character is three, an emoji four.",
    ],
    confirm: ["`Buffer.byteLength(JSON.stringify(payload))`, or `apns-voip send --dry-run`."],
    remedy: "Send ids, and let the app fetch the rest.",
    whatWeDid: refusedBeforeSending,
  },
  BadPath: {
    meaning: "The path is not `/3/device/<token>`.",
    causes: ["An endpoint was configured with a path, or something in between rewrote it."],
    ...foreignPath,
  },
  MethodNotAllowed: {
    meaning: "The method was not POST.",
    causes: ["Something in between changed the request."],
    ...foreignPath,
  },
  TooManyProviderTokenUpdates: {
    meaning: "Apple saw a new provider token sooner than 20 minutes after the previous one.",
    causes: [
      "Another program with the same key makes its own tokens: an older library, a worker that makes one per push, a script.",
      "A client is made for each push instead of once per process.",
      "This server's clock is ahead, or jumps.",
      "Several keys of one team are used side by side.",
    ],
    confirm: [
      "Count the events `apns.token-made`: one per process and half hour is right.",
      "List everything that has this `.p8` file.",
    ],
    remedy:
      "Let every sender use this library with the same key: they all make the very same token. Stop the others, set the clock, and wait 20 minutes.",
    whatWeDid:
      "Let that connection rest for 20 minutes, and tried the push once on a fresh one with the previous period's provider token, where that was under 50 minutes old. No token was made for it.",
    note: "What the 20 minutes apply to is contested: Apple's documentation says the connection; answers of Apple's staff and reports from the field point to the team, the host or the sender's address.",
  },
  TooManyRequests: {
    meaning: "Too many pushes in a row to this one device.",
    causes: [
      "A loop rings the same phone again and again.",
      "A load test uses one real token.",
      "The signal server repeats its request without an idempotency key.",
    ],
    confirm: ["Count the pushes to this token in the log: `apns-voip logs` follows one call."],
    remedy: "Find what repeats, wait a while, and load-test against the mock (`apns-voip mock`).",
    whatWeDid:
      "Tried again within the deadline with growing pauses, at most 3 attempts in all. This is the last answer.",
    note: "Apple publishes no threshold and no waiting time.",
  },
  InternalServerError: {
    meaning: "Something failed inside Apple's service.",
    causes: ["Trouble at Apple, mostly short."],
    ...appleInTrouble,
  },
  ServiceUnavailable: {
    meaning: "Apple's service is not available right now.",
    causes: ["Trouble or overload at Apple, mostly short."],
    ...appleInTrouble,
  },
  Shutdown: {
    meaning: "The APNs host behind this connection is being stopped.",
    causes: ["Maintenance at Apple; other hosts carry on."],
    ...appleInTrouble,
  },
} as const satisfies Readonly<Record<string, FailureText>>;
