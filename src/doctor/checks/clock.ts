import type { Text } from "../../explain/language.js";
import { defineCheck } from "../check.js";

/** Seconds that nobody need care about: the date header counts in seconds, and answers take time. */
const NOTICEABLE = 60;
/** Seconds after which pushes are refused: provider tokens are used for up to 50 minutes, and Apple takes 60. */
const HARMFUL = 600;

const commands = ["date -u", "timedatectl status", "chronyc tracking"];
const keepSet: Text = {
  en: "Keep it set with NTP: with more than ten minutes Apple begins to refuse pushes.",
  ja: "NTPで同期してください。ずれが10分を超えると、Appleがプッシュを拒否し始めます。",
};
const setIt: Text = {
  en: "Set the clock, and keep it set with NTP (chrony, systemd-timesyncd).",
  ja: "時計を合わせ、NTP(chronyやsystemd-timesyncd)で同期し続けてください。",
};

export const clock = defineCheck({
  id: "clock",
  step: "set-up",
  title: { en: "This server's clock is right", ja: "サーバの時計が合っている" },
  outcomes: {
    right: {
      status: "pass",
      message: { en: "The clock differs from Apple's by less than a minute.", ja: "時計とAppleの差は1分未満です。" },
    },
    ahead: {
      status: "warn",
      message: { en: "The clock is {seconds} s ahead of Apple's.", ja: "時計がAppleより{seconds}秒進んでいます。" },
      remedy: keepSet,
      commands,
    },
    behind: {
      status: "warn",
      message: { en: "The clock is {seconds} s behind Apple's.", ja: "時計がAppleより{seconds}秒遅れています。" },
      remedy: keepSet,
      commands,
    },
    "far-ahead": {
      status: "fail",
      message: {
        en: "The clock is {seconds} s ahead of Apple's: provider tokens made here are from the future.",
        ja: "時計がAppleより{seconds}秒進んでいます。ここで作るプロバイダトークンは未来の日時になります。",
      },
      remedy: setIt,
      commands,
    },
    "far-behind": {
      status: "fail",
      message: {
        en: "The clock is {seconds} s behind Apple's: provider tokens made here count as expired.",
        ja: "時計がAppleより{seconds}秒遅れています。ここで作るプロバイダトークンは期限切れと見なされます。",
      },
      remedy: setIt,
      commands,
    },
    unknown: {
      status: "skip",
      message: {
        en: "No answer of Apple's carried a date to compare with.",
        ja: "Appleの応答に、比べるための日時がありませんでした。",
      },
      remedy: { en: "Compare with a time server yourself.", ja: "時刻サーバと比べて確認してください。" },
      commands,
    },
  },
  async run(patient) {
    const skew = await patient.clockSkew();
    if (skew === undefined) return { outcome: "unknown" };
    const seconds = Math.round(Math.abs(skew) / 1000);
    if (seconds < NOTICEABLE) return { outcome: "right" };
    const direction = skew > 0 ? "ahead" : "behind";
    return { outcome: seconds < HARMFUL ? direction : `far-${direction}`, values: { seconds } };
  },
});
