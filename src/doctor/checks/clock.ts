import { defineCheck } from "../check.js";

/**
 * Seconds from which a difference is worth a warning. Less may come from the `date` header, which counts in seconds,
 * and from the answer's way.
 */
const NOTICEABLE = 60;
/** Seconds from which Apple refuses pushes: a provider token is used for up to 50 minutes, and Apple takes it for 60. */
const HARMFUL = 600;

const commands = ["date -u", "timedatectl status", "chronyc tracking"];

export const clock = defineCheck({
  id: "clock",
  step: "set-up",
  outcomes: {
    right: { status: "pass" },
    ahead: { status: "warn", commands },
    behind: { status: "warn", commands },
    "far-ahead": { status: "fail", commands },
    "far-behind": { status: "fail", commands },
    unknown: { status: "skip", commands },
  },
  async run(patient) {
    const skew = await patient.clockSkew();
    if (skew === undefined) return { outcome: "unknown" };
    const seconds = Math.round(Math.abs(skew) / 1000);
    if (seconds < NOTICEABLE) return { outcome: "right" };
    const direction = skew > 0 ? "ahead" : "behind";
    return { outcome: seconds < HARMFUL ? direction : (`far-${direction}` as const), values: { seconds } };
  },
});
