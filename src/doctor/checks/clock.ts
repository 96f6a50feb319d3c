import { defineCheck } from "../check.js";

/** Seconds that nobody need care about: the date header counts in seconds, and answers take time. */
const NOTICEABLE = 60;
/** Seconds after which pushes are refused: provider tokens are used for up to 50 minutes, and Apple takes 60. */
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
