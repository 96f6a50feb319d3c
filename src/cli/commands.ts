import type { Command } from "./command.js";

/** Every command, in the order of the help. A new one needs a line here and a module with `run`. */
export const COMMANDS: readonly Command[] = [
  {
    name: "doctor",
    summary: {
      en: "Say which step a call does not get past, why, and what to do",
      ja: "着信がどこで、なぜ止まるのか、どうすればよいかを示す",
    },
    load: () => import("./doctor.js"),
  },
  {
    name: "send",
    summary: {
      en: "Send one push to a token or to a user's phones",
      ja: "トークンまたはユーザーの端末に、プッシュを1件送る",
    },
    load: () => import("./send.js"),
  },
  {
    name: "logs",
    summary: { en: "Follow one call through the servers' logs", ja: "サーバのログから、1件の着信の経過を追う" },
    load: () => import("./logs.js"),
  },
  {
    name: "mock",
    summary: {
      en: "Play Apple's push service, with phones that ring on a page",
      ja: "Appleのプッシュサービスを模擬し、端末をページ上で鳴らす",
    },
    load: () => import("./mock.js"),
  },
];
