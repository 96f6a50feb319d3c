import type { FailureText } from "../../failure-text.js";

const reported = "Passed it on as it came, and judged it by its status alone.";

/** What is said of a reason that this version does not know. */
export const unknownReason = {
  meaning: "This version of apns-voip does not know this reason, and will not guess what it means.",
  causes: ["Apple has introduced it since, or it comes from something else than Apple (a proxy, a mock)."],
  confirm: [
    'Look for it on Apple\'s page "Handling notification responses from APNs", and in newer versions of apns-voip.',
  ],
  remedy:
    "Go by the status: 400 the request, 403 the credentials, 410 the device is gone, 429 too many, 5xx later again. If it is Apple's, please open an issue.",
  whatWeDid: reported,
} as const satisfies FailureText;

/** What is said of every reason of Apple's broadcast endpoints: a push of a call never gets one. */
export const broadcastReason = {
  meaning: "A reason of Apple's broadcast channels (Live Activities). A push to a device is never answered with it.",
  causes: ["The request went to a broadcast path, or something in between rewrote it."],
  confirm: ["Look at `APNS_PRODUCTION_URL`, `APNS_SANDBOX_URL` and at proxies."],
  remedy: "Send calls to `/3/device/<token>` at Apple's push hosts.",
  whatWeDid: reported,
} as const satisfies FailureText;
