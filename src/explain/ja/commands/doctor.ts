import type { doctorCommand as english } from "../../en/commands/doctor.js";
import type { Texts } from "../../texts.js";
import { commonOptions, storeOptions } from "./options.js";

export const doctorCommand: Texts<typeof english> = {
  summary: "着信がどこで、なぜ止まるのか、どうすればよいかを示す",
  help: `使い方: apns-voip doctor [オプション]

着信の経路を順にたどり、どこで、なぜ止まるのか、どうすればよいかを示します。
--ringか--writeを付けない限り、何も変更しません。秘密の値は表示しません。

{options}

秘密の値はオプションではなく環境変数で渡します: APNS_P8またはAPNS_P8_PATH、ADMIN_PUSH_TOKEN、DATABASE_URL、
アプリのログインにはAPP_TOKEN(またはその場で作るためのJWT_SECRET)。

終了コード: 0 失敗なし、1 失敗あり、2 使い方の誤り、130 中断。

例:
  apns-voip doctor --env-file .env --user 10
  apns-voip doctor --env-file .env --ring 10
  apns-voip doctor --env-file signal.env --only sending --json`,
  options: {
    "env-file": "調べるサーバの環境変数ファイル。シェルの変数より優先",
    user: "鳴らしたい端末のユーザー",
    ring: "このユーザーの端末に実際の試験着信を送る",
    write: "ユーザーの最新のトークンを、APIを通してもう一度登録する",
    only: "このステップだけ: {steps}",
    "api-url": "APIサーバ。既定はAPI_URL",
    "signal-url": "シグナルサーバ(SOCKETIO_PATHは付けない)",
    "devices-path": "既定は/api/v1/me/devices",
    "push-path": "既定は/api/internal/push/call",
    timeout: "1つの応答を待つ時間。既定は5000",
    strict: "警告でも終了コード1にする",
    verbose: "問題のない項目も表示",
    ...storeOptions,
    ...commonOptions,
  },
  words: {
    stopped: "着信はここで止まっています: ",
    through: "ここから見える範囲では、着信を妨げるものはありません。",
    unseen: "上で–の付いた項目は確認できていません。理由はそれぞれに書かれています。",
    above: "上記のとおり",
    passed: "{n}件 問題なし",
    phone: "端末でしか分からないことは: npx apns-voip doctor --only phone",
    ifSilent: "端末が鳴らなかった場合は、次の順に確認してください。",
    summary: "失敗{fail}件、警告{warn}件、問題なし{pass}件、未確認{skip}件。",
  },
};
