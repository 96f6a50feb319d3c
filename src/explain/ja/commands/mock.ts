import type { mockCommand as english } from "../../en/commands/mock.js";
import type { Texts } from "../../texts.js";
import { commonOptions } from "./options.js";

export const mockCommand: Texts<typeof english> = {
  summary: "Appleのプッシュサービスを模擬し、端末をページ上で鳴らす",
  help: `使い方: apns-voip mock [オプション]

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
  options: {
    port: "本番用。既定は2197。0なら空いているポート",
    "sandbox-port": "サンドボックス用。既定は2198",
    "control-port": "ページと制御API用。既定は2199",
    host: "待ち受けるアドレス。既定は127.0.0.1。それ以外ではトークンが必要",
    "host-name": "証明書に加える名前(コンテナ名など)。最初のものをURLに使う",
    dir: "キー、証明書、環境変数ファイルの置き場所。既定は.apns-voip-mock",
    "bundle-id": "アプリ。既定はcom.example.app",
    phone: "最初に用意する端末: <ユーザー>[,alert][,sandbox][,<バンドルID>]。既定は10",
    "ring-for": "応答がないとき鳴りやむまでの秒数。既定は45。0なら鳴り続ける",
    receipts: "電話が着信の結果を報告する先。APIのオリジン(http://localhost:3000など)。既定では報告しない",
    keep: "記憶しておくプッシュの数。既定は1000",
    seed: "デバイストークンとIDを再現可能にする",
    quiet: "プッシュごとの行を表示しない",
    ...commonOptions,
  },
  words: {
    title: "Appleのプッシュサービスのモック",
    page: "ページと制御API",
    token: "トークンが表示されるのは今回だけです。プログラムからはAuthorization: Bearer <トークン>で送ってください。",
    production: "本番",
    sandbox: "サンドボックス",
    ca: "信頼する証明書",
    key: "キー",
    keyOf: "{key}(チームID {team}、キーID {id})",
    phone: "端末",
    wholeTokens: "デバイストークンの全体: {url}",
    env: "サーバを起動するシェルに貼り付けるか、{file}を.envファイルとして読み込ませてください:",
    end: "終了するにはCtrl-Cを押してください。",
  },
};
