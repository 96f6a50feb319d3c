import type { clockChecks as english } from "../../en/checks/clock.js";
import type { Texts } from "../../texts.js";

const keepSet = "NTPで同期してください。ずれが10分を超えると、Appleがプッシュを拒否し始めます。";

const setIt = "時計を合わせ、NTP(chronyやsystemd-timesyncd)で同期し続けてください。";

export const clockChecks: Texts<typeof english> = {
  clock: {
    title: "サーバの時計が合っている",
    outcomes: {
      right: { message: "時計とAppleの差は1分未満です。" },
      ahead: { message: "時計がAppleより{seconds}秒進んでいます。", remedy: keepSet },
      behind: { message: "時計がAppleより{seconds}秒遅れています。", remedy: keepSet },
      "far-ahead": {
        message: "時計がAppleより{seconds}秒進んでいます。ここで作るプロバイダトークンは未来の日時になります。",
        remedy: setIt,
      },
      "far-behind": {
        message: "時計がAppleより{seconds}秒遅れています。ここで作るプロバイダトークンは期限切れと見なされます。",
        remedy: setIt,
      },
      unknown: {
        message: "Appleの応答に、比べるための日時がありませんでした。",
        remedy: "時刻サーバと比べて確認してください。",
      },
    },
  },
};
