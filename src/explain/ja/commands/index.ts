import type { commandTexts as english } from "../../en/commands/index.js";
import type { Texts } from "../../texts.js";
import { doctorCommand } from "./doctor.js";
import { logsCommand } from "./logs.js";
import { mockCommand } from "./mock.js";
import { sendCommand } from "./send.js";

export const commandTexts: Texts<typeof english> = {
  usage: `使い方: apns-voip <コマンド> [オプション]

端末を鳴らします。鳴らないときは、どの段階で失敗し、どうすればよいかを示します。

{commands}

詳しくはapns-voip <コマンド> --helpをご覧ください。--versionでバージョンを表示します。`,
  nodeTooOld: "Node.js {version}は古すぎます。apns-voipには{oldest}以降が必要です",
  mayBeRepeated: "(複数可)",
  headings: {
    causes: "考えられる原因(可能性の高い順)",
    confirm: "原因の確かめ方",
    remedy: "対処",
    commands: "試すコマンド",
  },
  doctor: doctorCommand,
  send: sendCommand,
  logs: logsCommand,
  mock: mockCommand,
};
