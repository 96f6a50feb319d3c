import type { ownErrors as english } from "../../en/failures/own-errors.js";
import type { Texts } from "../../texts.js";
import { brokenUnderway, keptConnecting, refusedBeforeSending } from "./what-we-did.js";

/** The error codes of this library. */
export const ownErrors: Texts<typeof english> = {
  INVALID_OPTIONS: {
    meaning: "オプションまたは環境変数が、足りないか間違っています。",
    causes: [
      "環境変数ファイルが読み込まれていない、または変更後にプロセスを再起動していない",
      "変数名の綴りが違う、または値の前後に空白や引用符が付いている",
    ],
    confirm: [
      "エラーメッセージと`issues`に、間違っている変数がすべて書かれている。`apns-voip doctor --env-file .env`でまとめて確認できる",
    ],
    remedy: "示された項目を直し、プロセスを再起動してください。",
    whatWeDid: "起動時に、何も送らないうちに例外を投げました。",
  },
  INVALID_KEY: {
    meaning: "`.p8`キーがないか、読み取れないか、EC P-256の秘密鍵ではありません。",
    causes: [
      "`APNS_P8_PATH`のファイルが、このコンテナやこのユーザーからは見えない",
      "別のファイルを指定している(証明書、公開鍵、RSA鍵、`.p12`など)",
      "キーを環境変数に入れたときに改行が失われた",
    ],
    confirm: [
      "`openssl pkey -in AuthKey_XXXXXXXXXX.p8 -noout -text_pub`で`Public-Key: (256 bit)`と`prime256v1`が表示されるか見る",
    ],
    remedy:
      "Appleから受け取った`.p8`ファイルをそのまま使ってください。ダウンロードは一度しかできないため、紛失した場合は新しいキーを作成してください。",
    whatWeDid: "起動時に、何も送らないうちに例外を投げました。",
  },
  INVALID_PUSH: {
    meaning: "プッシュの項目が間違っているか、組み合わせが合っていません。",
    causes: [
      "`.voip`のトピックとプッシュ種別`alert`の組み合わせ、64バイトを超えるcollapse id、UUIDでない`apnsId`、トピックも`bundleId`もない、など",
    ],
    confirm: ["エラーメッセージに、項目名と正しい形が書かれている"],
    remedy: "その項目を直してください。`topic`を省けば、バンドルIDから組み立てられます。",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_DEVICE_TOKEN: {
    meaning: "デバイストークンが、32〜400桁(偶数)の16進数ではありません。",
    causes: [
      "PushKitのトークンではなく、FCMのトークン(`:`を含む)やExpoのトークンが保存されている",
      "Base64で送られている、または保存先の列の長さで切れている",
    ],
    confirm: ["保存されたトークンの長さと列の幅を見る。デバイストークンは通常64桁以上ある"],
    remedy: "アプリは`pushCredentials.token`のバイト列を16進数で送り、サーバは`text`型の列に保存してください。",
    whatWeDid: refusedBeforeSending,
  },
  PAYLOAD_TOO_LARGE: {
    meaning: "JSONが大きすぎます。上限はVoIPプッシュで5120バイト、それ以外で4096バイト(UTF-8)です。",
    causes: ["ペイロードにSDP全体・画像・長い文章が入っている"],
    confirm: ["エラーメッセージにバイト数が書かれている。`apns-voip send --dry-run`でも表示できる"],
    remedy: "IDだけを送り、残りはアプリに取得させてください。",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_CALL: {
    meaning: "着信またはメッセージの内容が、決められた形に合っていません。",
    causes: [
      "`callId`や`fromUserId`がない、または`hasVideo`がtrueでもfalseでもない",
      "`type`が`call.incoming`以外になっている。VoIPプッシュは着信を知らせるものでなければならず、そうでないとiOSがアプリを終了させ、やがてプッシュを届けなくなる",
    ],
    confirm: ["`issues`に、間違っている項目がすべて並んでいる"],
    remedy: "項目を直してください。呼び出しの停止には、プッシュではなくソケットを使ってください。",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_REGISTRATION: {
    meaning: "デバイス登録の内容が、決められた形に合っていません。何も保存していません。",
    causes: [
      "トークンが、iOSの返したものを16進数にした文字列ではない(FCMやExpoのトークン、base64、Dataのdescriptionなど)",
      "`bundleId`がない、またはこのサーバが許可する`bundleIds`に含まれていない",
    ],
    confirm: ["`issues`に、間違っている項目がすべて並んでいる"],
    remedy: "アプリから送る項目を直してください。トークンは、バイト列を16進数にして送ります。",
    whatWeDid: "登録全体を拒否しました。以前に保存したトークンはそのまま残っています。",
  },
  STORE_FAILED: {
    meaning:
      "デバイスの保存先(ストア)でエラーが起きたか、時間内に応答がありませんでした。鳴らすべき端末が分かりません。",
    causes: [
      "データベースが停止している、接続数が足りない、またはこのプロセスから到達できない",
      "テーブルまたは列がない(マイグレーションが未実行)",
    ],
    confirm: ["エラーの`cause`とイベント`push.store-failed`に、ストア自身のエラーが入っている"],
    remedy: "データベースを復旧してください。Appleへは何も送っていないため、同じ着信を送り直しても二重になりません。",
    whatWeDid: "何も送らず、再試行できるように冪等キーも使用済みにしていません。",
  },
  DEADLINE: {
    meaning: "プッシュを送り出す前に、期限(呼び出しの制限時間)が過ぎました。",
    causes: [
      "時間内にAppleへ接続できなかった",
      "接続でさばける量を超えるプッシュが溜まっていた",
      "渡された期限がすでに過ぎていた(サーバ間で時計がずれている)",
    ],
    confirm: [
      "エラーの`cause`とイベント`apns.connection-failed`を見る。`apns-voip doctor`でAppleまでの経路を確認できる",
    ],
    remedy:
      "接続の問題を直してください。負荷が高い場合は`maxConnections`を増やします。このプッシュは送り直しても二重になりません。",
    whatWeDid: "送らずに中止しました(結果は`unsent`)。",
  },
  TIMEOUT: {
    meaning: "プッシュは送られましたが、時間内にAppleから応答がありませんでした。鳴った可能性があります。",
    causes: ["NATやファイアウォールが接続を忘れ、知らないうちに切れていた", "ネットワークまたはAppleの応答が遅い"],
    confirm: ["その接続のプッシュがすべて時間切れなら切断、一部だけなら遅延"],
    remedy:
      "`pingInterval`を、ネットワークの無通信時間の制限より短くしてください(AWSは350秒、Azureは4分で切断)。`timeout`を延ばすのは、遅いネットワークのときだけにしてください。",
    whatWeDid:
      'その接続の使用を止め、確認に応じなければ破棄しました。プッシュは`unknown`とし、`onUnknown: "resend"`のときはもう一度だけ送りました。',
  },
  CONNECTION_FAILED: {
    meaning: "Apple(またはプロキシ)に接続できませんでした。",
    causes: [
      "ファイアウォールが443番または2197番ポートへの通信を遮断している",
      "名前解決ができない、または信頼された証明書の一覧が古い",
      "プロキシが間に入っている、または`APNS_PROXY`が間違っている",
    ],
    confirm: ["エラーの`cause`にシステムのエラーが入っている。`apns-voip doctor`はDNS・TCP・TLS・HTTP/2を順に確認する"],
    remedy:
      "api.push.apple.comとapi.sandbox.push.apple.comへのTCP 443番か2197番を開けるか、`proxy`を設定してください。",
    whatWeDid: keptConnecting,
  },
  CONNECTION_LOST: {
    meaning: "プッシュの送信中に接続が切れました。鳴った可能性があります。",
    causes: ["Apple、または途中の機器が接続を閉じた", "サーバのネットワークが一時的に途切れた"],
    confirm: ["前後のイベント`apns.going-away`と`apns.connection-closed`で、誰がなぜ閉じたかを見る"],
    remedy:
      'まれなら対処は不要です。着信では`onUnknown: "resend"`のままにしてください。アプリは処理中の通話IDを無視します。',
    whatWeDid: brokenUnderway,
  },
  CLOSED: {
    meaning: "プッシュを送る前に、クライアントが閉じられました。",
    causes: ["プロセスの終了中である、または`close()`を早く呼びすぎた"],
    confirm: ["クライアントの`close()`や`await using`の位置を調べる"],
    remedy: "クライアントはプロセスの間ずっと1つを使い、最後のリクエストを処理したあとで閉じてください。",
    whatWeDid: "送信中のものは最後まで処理しました。このプッシュは送っていません(結果は`unsent`)。",
  },
  CANCELLED: {
    meaning: "プッシュは送られる前に取り消されました。電話は鳴っていません。",
    causes: ["プッシュが接続などを待っている間に、発信者が電話を切った"],
    confirm: ["シグナルサーバのログで、通話が終わった時刻を見る"],
    remedy:
      "対処は不要です。取り消しはこのためにあります。頻繁に起きる場合は、プッシュが待たされる原因を調べてください。",
    whatWeDid: "プッシュを送信待ちの列から外しました(結果は`unsent`)。",
  },
};
