import { readEnvironment } from "../environment.js";
import type { Text } from "../explain/language.js";
import { describe } from "../internal/describe.js";
import type { MockDeviceOptions } from "../testing/device.js";
import { isBundleId } from "../testing/program/control/device-routes.js";
import { UsageError } from "./command.js";
import { COMMON_OPTIONS, type OptionTable } from "./options.js";

export const MOCK_OPTIONS = {
  port: {
    type: "string",
    short: "p",
    value: "<port>",
    help: { en: "Production. Default: 2197; 0: any free one", ja: "本番用。既定は2197。0なら空いているポート" },
  },
  "sandbox-port": {
    type: "string",
    value: "<port>",
    help: { en: "Sandbox. Default: 2198", ja: "サンドボックス用。既定は2198" },
  },
  "control-port": {
    type: "string",
    value: "<port>",
    help: { en: "Page and control API. Default: 2199", ja: "ページと制御API用。既定は2199" },
  },
  host: {
    type: "string",
    value: "<address>",
    help: {
      en: "Address to listen on. Default: 127.0.0.1. Any other needs a token",
      ja: "待ち受けるアドレス。既定は127.0.0.1。それ以外ではトークンが必要",
    },
  },
  "host-name": {
    type: "string",
    multiple: true,
    value: "<name>",
    help: {
      en: "One more name in the certificate, that of a container for example; the first is used in URLs",
      ja: "証明書に加える名前(コンテナ名など)。最初のものをURLに使う",
    },
  },
  dir: {
    type: "string",
    short: "d",
    value: "<folder>",
    help: {
      en: "For key, certificate and variables. Default: .apns-voip-mock",
      ja: "キー、証明書、環境変数ファイルの置き場所。既定は.apns-voip-mock",
    },
  },
  "bundle-id": {
    type: "string",
    value: "<id>",
    help: { en: "The app. Default: com.example.app", ja: "アプリ。既定はcom.example.app" },
  },
  phone: {
    type: "string",
    multiple: true,
    value: "<phone>",
    help: {
      en: "A phone to begin with: <user>[,alert][,sandbox][,<bundle id>]. Default: 10",
      ja: "最初に用意する端末: <ユーザー>[,alert][,sandbox][,<バンドルID>]。既定は10",
    },
  },
  "ring-for": {
    type: "string",
    value: "<seconds>",
    help: {
      en: "Until a call that nobody takes is missed. Default: 45; 0: for ever",
      ja: "応答がないとき鳴りやむまでの秒数。既定は45。0なら鳴り続ける",
    },
  },
  keep: {
    type: "string",
    value: "<number>",
    help: { en: "Pushes to remember. Default: 1000", ja: "記憶しておくプッシュの数。既定は1000" },
  },
  seed: {
    type: "string",
    value: "<number>",
    help: { en: "Makes device tokens and ids reproducible", ja: "デバイストークンとIDを再現可能にする" },
  },
  quiet: { type: "boolean", short: "q", help: { en: "No line for each push", ja: "プッシュごとの行を表示しない" } },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

export const MOCK_HELP: Text = {
  en: `Usage: apns-voip mock [options]

Plays Apple's push service for servers in any language, with phones that ring on a page and faults on command.
Runs until it is interrupted. docs/mock.md describes the control API.

{options}

APNS_VOIP_MOCK_TOKEN: what the page and the control API are to ask for, at least 16 characters. Without it nothing is
asked on loopback, and on other addresses a token is made and printed once.

Exit code: 0 ended by Ctrl-C or SIGTERM, 1 could not start (a port is in use), 2 used wrongly.

Examples:
  apns-voip mock
  apns-voip mock --phone 10 --phone 11,sandbox --bundle-id com.example.calls
  apns-voip mock --host 0.0.0.0 --host-name mock --dir /shared --json`,
  ja: `使い方: apns-voip mock [オプション]

どの言語のサーバに対しても、Appleのプッシュサービスの代わりを務めます。端末はページ上で鳴り、障害も起こせます。
中断されるまで動き続けます。制御APIの説明はdocs/mock.mdにあります。

{options}

APNS_VOIP_MOCK_TOKEN: ページと制御APIが求めるトークン(16文字以上)。なければ、ループバックでは何も求めず、
それ以外のアドレスではトークンを作って一度だけ表示します。

終了コード: 0 Ctrl-CまたはSIGTERMで終了、1 起動できない(ポートが使用中など)、2 使い方の誤り。

例:
  apns-voip mock
  apns-voip mock --phone 10 --phone 11,sandbox --bundle-id com.example.calls
  apns-voip mock --host 0.0.0.0 --host-name mock --dir /shared --json`,
};

/** Reads `10,alert,sandbox,com.example.app`: the user, then what is told apart by its look. */
export function readPhone(text: string): MockDeviceOptions {
  const [userId = "", ...words] = text.split(",").map(word => word.trim());
  if (userId === "") throw unfit(text, "a user id comes first");
  return Object.assign({ userId }, ...words.map(word => readWord(word, text)));
}

function readWord(word: string, text: string): MockDeviceOptions {
  const environment = readEnvironment(word);
  if (environment !== undefined) return { environment };
  if (word === "voip" || word === "alert") return { pushType: word };
  // Every bundle id has a dot, and a misspelt word has none.
  if (word.includes(".") && isBundleId(word)) return { bundleId: word };
  throw unfit(text, `${describe(word)} is none of voip, alert, production, sandbox and a bundle id`);
}

const unfit = (text: string, why: string) =>
  new UsageError(`--phone: ${describe(text)} given; wanted: <user>[,alert][,sandbox][,<bundle id>]; ${why}`);

/** The token of the variable, if it is set. An empty one must not open the door, a short one not be guessed. */
export function readToken(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^[\x21-\x7e]{16,256}$/.test(text)) return text;
  throw new UsageError(
    "APNS_VOIP_MOCK_TOKEN: wanted: 16 to 256 characters, ASCII without blanks; unset it to have one made",
  );
}
