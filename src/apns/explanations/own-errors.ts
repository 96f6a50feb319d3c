import type { ApnsVoipErrorCode } from "../../errors.js";
import type { ExplanationEntry } from "./entry.js";
import { brokenUnderway, keptConnecting, refusedBeforeSending } from "./what-we-did.js";

/** The error codes of this library. */
export const ownErrors = {
  INVALID_OPTIONS: {
    meaning: {
      en: "An option or an environment variable is missing or wrong.",
      ja: "オプションまたは環境変数が、足りないか間違っています。",
    },
    causes: [
      {
        en: "The environment file was not loaded, or the process was not restarted after a change.",
        ja: "環境変数ファイルが読み込まれていない、または変更後にプロセスを再起動していない",
      },
      {
        en: "A name is misspelt, or a value has blanks or quotes around it.",
        ja: "変数名の綴りが違う、または値の前後に空白や引用符が付いている",
      },
    ],
    confirm: [
      {
        en: "The message and `issues` name every variable that is wrong; `apns-voip doctor --env-file .env` checks them all.",
        ja: "エラーメッセージと`issues`に、間違っている変数がすべて書かれている。`apns-voip doctor --env-file .env`でまとめて確認できる",
      },
    ],
    remedy: {
      en: "Correct what is named, then restart the process.",
      ja: "示された項目を直し、プロセスを再起動してください。",
    },
    whatWeDid: {
      en: "Threw at the start, before anything was sent.",
      ja: "起動時に、何も送らないうちに例外を投げました。",
    },
    sureness: "documented",
  },
  INVALID_KEY: {
    meaning: {
      en: "The `.p8` key is missing, unreadable, or not an EC P-256 private key.",
      ja: "`.p8`キーがないか、読み取れないか、EC P-256の秘密鍵ではありません。",
    },
    causes: [
      {
        en: "`APNS_P8_PATH` points to a file that is not there in this container or for this user.",
        ja: "`APNS_P8_PATH`のファイルが、このコンテナやこのユーザーからは見えない",
      },
      {
        en: "It is another file: a certificate, a public key, an RSA key, a `.p12`.",
        ja: "別のファイルを指定している(証明書、公開鍵、RSA鍵、`.p12`など)",
      },
      {
        en: "The line ends were lost when the key was put into a variable.",
        ja: "キーを環境変数に入れたときに改行が失われた",
      },
    ],
    confirm: [
      {
        en: "`openssl pkey -in AuthKey_XXXXXXXXXX.p8 -noout -text_pub` must say `Public-Key: (256 bit)` and `prime256v1`.",
        ja: "`openssl pkey -in AuthKey_XXXXXXXXXX.p8 -noout -text_pub`で`Public-Key: (256 bit)`と`prime256v1`が表示されるか見る",
      },
    ],
    remedy: {
      en: "Use the `.p8` file as Apple handed it out. It can be downloaded only once: if it is lost, create a new key.",
      ja: "Appleから受け取った`.p8`ファイルをそのまま使ってください。ダウンロードは一度しかできないため、紛失した場合は新しいキーを作成してください。",
    },
    whatWeDid: {
      en: "Threw at the start, before anything was sent.",
      ja: "起動時に、何も送らないうちに例外を投げました。",
    },
    sureness: "documented",
  },
  INVALID_PUSH: {
    meaning: {
      en: "A field of the push is wrong, or its fields do not fit together.",
      ja: "プッシュの項目が間違っているか、組み合わせが合っていません。",
    },
    causes: [
      {
        en: "A `.voip` topic with push type `alert`, a collapse id over 64 bytes, an `apnsId` that is not a UUID, or no topic and no `bundleId`.",
        ja: "`.voip`のトピックとプッシュ種別`alert`の組み合わせ、64バイトを超えるcollapse id、UUIDでない`apnsId`、トピックも`bundleId`もない、など",
      },
    ],
    confirm: [
      {
        en: "The message names the field and what is wanted.",
        ja: "エラーメッセージに、項目名と正しい形が書かれている",
      },
    ],
    remedy: {
      en: "Correct the field. Leave `topic` out to have it built from the bundle id.",
      ja: "その項目を直してください。`topic`を省けば、バンドルIDから組み立てられます。",
    },
    whatWeDid: refusedBeforeSending,
    sureness: "documented",
  },
  INVALID_DEVICE_TOKEN: {
    meaning: {
      en: "The device token is not an even number of 32 to 400 hex digits.",
      ja: "デバイストークンが、32〜400桁(偶数)の16進数ではありません。",
    },
    causes: [
      {
        en: "An FCM token (it contains `:`) or an Expo token was stored instead of the PushKit token.",
        ja: "PushKitのトークンではなく、FCMのトークン(`:`を含む)やExpoのトークンが保存されている",
      },
      {
        en: "The token was sent as base64, or cut short by the column it is stored in.",
        ja: "Base64で送られている、または保存先の列の長さで切れている",
      },
    ],
    confirm: [
      {
        en: "Look at the length of the stored token and the width of its column: a device token has 64 digits or more.",
        ja: "保存されたトークンの長さと列の幅を見る。デバイストークンは通常64桁以上ある",
      },
    ],
    remedy: {
      en: "Let the app send the bytes of `pushCredentials.token` as hex, and keep them in a column of type `text`.",
      ja: "アプリは`pushCredentials.token`のバイト列を16進数で送り、サーバは`text`型の列に保存してください。",
    },
    whatWeDid: refusedBeforeSending,
    sureness: "documented",
  },
  PAYLOAD_TOO_LARGE: {
    meaning: {
      en: "The JSON is larger than 5120 UTF-8 bytes for a VoIP push, or 4096 for any other.",
      ja: "JSONが大きすぎます。上限はVoIPプッシュで5120バイト、それ以外で4096バイト(UTF-8)です。",
    },
    causes: [
      {
        en: "The payload carries a whole SDP, an avatar or a long text.",
        ja: "ペイロードにSDP全体・画像・長い文章が入っている",
      },
    ],
    confirm: [
      {
        en: "The message says how many bytes it is; `apns-voip send --dry-run` prints them.",
        ja: "エラーメッセージにバイト数が書かれている。`apns-voip send --dry-run`でも表示できる",
      },
    ],
    remedy: { en: "Send ids, and let the app fetch the rest.", ja: "IDだけを送り、残りはアプリに取得させてください。" },
    whatWeDid: refusedBeforeSending,
    sureness: "documented",
  },
  INVALID_CALL: {
    meaning: {
      en: "The call or message does not fit its schema.",
      ja: "着信またはメッセージの内容が、決められた形に合っていません。",
    },
    causes: [
      {
        en: "`callId` or `fromUserId` is missing, or `hasVideo` is neither true nor false.",
        ja: "`callId`や`fromUserId`がない、または`hasVideo`がtrueでもfalseでもない",
      },
      {
        en: "`type` is something else than `call.incoming`: a VoIP push must announce a call, or iOS kills and then blocks the app.",
        ja: "`type`が`call.incoming`以外になっている。VoIPプッシュは着信を知らせるものでなければならず、そうでないとiOSがアプリを終了させ、やがてプッシュを届けなくなる",
      },
    ],
    confirm: [
      { en: "`issues` lists every field that is wrong.", ja: "`issues`に、間違っている項目がすべて並んでいる" },
    ],
    remedy: {
      en: "Correct the fields. To stop a ring, use the socket, not a push.",
      ja: "項目を直してください。呼び出しの停止には、プッシュではなくソケットを使ってください。",
    },
    whatWeDid: refusedBeforeSending,
    sureness: "documented",
  },
  INVALID_REGISTRATION: {
    meaning: {
      en: "A device registration does not fit its schema, so nothing was stored.",
      ja: "デバイス登録の内容が、決められた形に合っていません。何も保存していません。",
    },
    causes: [
      {
        en: "The token is not the hex of the token that iOS gives: an FCM or Expo token, base64, or the description of a Data object.",
        ja: "トークンが、iOSの返したものを16進数にした文字列ではない(FCMやExpoのトークン、base64、Dataのdescriptionなど)",
      },
      {
        en: "`bundleId` is missing, or not among the `bundleIds` that this server allows.",
        ja: "`bundleId`がない、またはこのサーバが許可する`bundleIds`に含まれていない",
      },
    ],
    confirm: [
      { en: "`issues` lists every field that is wrong.", ja: "`issues`に、間違っている項目がすべて並んでいる" },
    ],
    remedy: {
      en: "Correct the fields in the app's upload; send the token's bytes as hex.",
      ja: "アプリから送る項目を直してください。トークンは、バイト列を16進数にして送ります。",
    },
    whatWeDid: {
      en: "Refused the registration as a whole; a token stored before stays as it was.",
      ja: "登録全体を拒否しました。以前に保存したトークンはそのまま残っています。",
    },
    sureness: "documented",
  },
  STORE_FAILED: {
    meaning: {
      en: "The device store threw an error, or did not answer in time, so it is not known which phones to ring.",
      ja: "デバイスの保存先(ストア)でエラーが起きたか、時間内に応答がありませんでした。鳴らすべき端末が分かりません。",
    },
    causes: [
      {
        en: "The database is down, out of connections, or not reachable from this process.",
        ja: "データベースが停止している、接続数が足りない、またはこのプロセスから到達できない",
      },
      {
        en: "The table or column is not there: the migration has not run.",
        ja: "テーブルまたは列がない(マイグレーションが未実行)",
      },
    ],
    confirm: [
      {
        en: "The `cause` of the error, and the event `push.store-failed`, hold the store's own error.",
        ja: "エラーの`cause`とイベント`push.store-failed`に、ストア自身のエラーが入っている",
      },
    ],
    remedy: {
      en: "Repair the database. Nothing left for Apple, so the same call can safely be sent again.",
      ja: "データベースを復旧してください。Appleへは何も送っていないため、同じ着信を送り直しても二重になりません。",
    },
    whatWeDid: {
      en: "Sent nothing, and kept the idempotency key free for a retry.",
      ja: "何も送らず、再試行できるように冪等キーも使用済みにしていません。",
    },
    sureness: "documented",
  },
  DEADLINE: {
    meaning: {
      en: "The deadline (the ring timeout) passed before the push could leave.",
      ja: "プッシュを送り出す前に、期限(呼び出しの制限時間)が過ぎました。",
    },
    causes: [
      { en: "No connection to Apple could be made in time.", ja: "時間内にAppleへ接続できなかった" },
      {
        en: "More pushes were queued than the connections could carry.",
        ja: "接続でさばける量を超えるプッシュが溜まっていた",
      },
      {
        en: "The deadline that was given had already passed: the two servers' clocks differ.",
        ja: "渡された期限がすでに過ぎていた(サーバ間で時計がずれている)",
      },
    ],
    confirm: [
      {
        en: "The `cause` of the error, and the events `apns.connection-failed`; `apns-voip doctor` checks the way to Apple.",
        ja: "エラーの`cause`とイベント`apns.connection-failed`を見る。`apns-voip doctor`でAppleまでの経路を確認できる",
      },
    ],
    remedy: {
      en: "Repair the connection; for a real load raise `maxConnections`. The push can safely be sent again.",
      ja: "接続の問題を直してください。負荷が高い場合は`maxConnections`を増やします。このプッシュは送り直しても二重になりません。",
    },
    whatWeDid: {
      en: "Gave the push up without sending it: outcome `unsent`.",
      ja: "送らずに中止しました(結果は`unsent`)。",
    },
    sureness: "documented",
  },
  TIMEOUT: {
    meaning: {
      en: "The push left, but Apple did not answer in time. It may have rung.",
      ja: "プッシュは送られましたが、時間内にAppleから応答がありませんでした。鳴った可能性があります。",
    },
    causes: [
      {
        en: "The connection is dead without anybody having said so: a NAT or firewall forgot it.",
        ja: "NATやファイアウォールが接続を忘れ、知らないうちに切れていた",
      },
      { en: "The network or Apple is slow.", ja: "ネットワークまたはAppleの応答が遅い" },
    ],
    confirm: [
      {
        en: "See whether every push on that connection timed out (dead) or only some (slow).",
        ja: "その接続のプッシュがすべて時間切れなら切断、一部だけなら遅延",
      },
    ],
    remedy: {
      en: "Lower `pingInterval` below the idle limit of the network (AWS drops flows after 350 s, Azure after 4 min); raise `timeout` only for a slow network.",
      ja: "`pingInterval`を、ネットワークの無通信時間の制限より短くしてください(AWSは350秒、Azureは4分で切断)。`timeout`を延ばすのは、遅いネットワークのときだけにしてください。",
    },
    whatWeDid: {
      en: 'Took the connection out of use, and gave it up unless it answered a probe. The push is `unknown`, or was sent once more with `onUnknown: "resend"`.',
      ja: 'その接続の使用を止め、確認に応じなければ破棄しました。プッシュは`unknown`とし、`onUnknown: "resend"`のときはもう一度だけ送りました。',
    },
    sureness: "reported",
  },
  CONNECTION_FAILED: {
    meaning: {
      en: "No connection to Apple, or to the proxy, could be made.",
      ja: "Apple(またはプロキシ)に接続できませんでした。",
    },
    causes: [
      {
        en: "A firewall lets nothing out to port 443 or 2197.",
        ja: "ファイアウォールが443番または2197番ポートへの通信を遮断している",
      },
      {
        en: "The name cannot be resolved, or the trust store is too old.",
        ja: "名前解決ができない、または信頼された証明書の一覧が古い",
      },
      {
        en: "A proxy is in the way, or `APNS_PROXY` is wrong.",
        ja: "プロキシが間に入っている、または`APNS_PROXY`が間違っている",
      },
    ],
    confirm: [
      {
        en: "The `cause` of the error is the system's own; `apns-voip doctor` walks DNS, TCP, TLS and HTTP/2 one by one.",
        ja: "エラーの`cause`にシステムのエラーが入っている。`apns-voip doctor`はDNS・TCP・TLS・HTTP/2を順に確認する",
      },
    ],
    remedy: {
      en: "Open TCP 443 or 2197 to api.push.apple.com and api.sandbox.push.apple.com, or set `proxy`.",
      ja: "api.push.apple.comとapi.sandbox.push.apple.comへのTCP 443番か2197番を開けるか、`proxy`を設定してください。",
    },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  CONNECTION_LOST: {
    meaning: {
      en: "The connection broke while the push was on its way. It may have rung.",
      ja: "プッシュの送信中に接続が切れました。鳴った可能性があります。",
    },
    causes: [
      { en: "Apple or something in between closed the connection.", ja: "Apple、または途中の機器が接続を閉じた" },
      { en: "This server's network went away for a moment.", ja: "サーバのネットワークが一時的に途切れた" },
    ],
    confirm: [
      {
        en: "The events `apns.going-away` and `apns.connection-closed` around that time say who closed it, and why.",
        ja: "前後のイベント`apns.going-away`と`apns.connection-closed`で、誰がなぜ閉じたかを見る",
      },
    ],
    remedy: {
      en: 'Nothing, if it is rare. For calls keep `onUnknown: "resend"`: the app ignores a call id it already handles.',
      ja: 'まれなら対処は不要です。着信では`onUnknown: "resend"`のままにしてください。アプリは処理中の通話IDを無視します。',
    },
    whatWeDid: brokenUnderway,
    sureness: "documented",
  },
  CLOSED: {
    meaning: {
      en: "The client was closed before the push could leave.",
      ja: "プッシュを送る前に、クライアントが閉じられました。",
    },
    causes: [
      {
        en: "The process is shutting down, or `close()` was called too early.",
        ja: "プロセスの終了中である、または`close()`を早く呼びすぎた",
      },
    ],
    confirm: [
      {
        en: "Look for `close()` or `await using` around the client.",
        ja: "クライアントの`close()`や`await using`の位置を調べる",
      },
    ],
    remedy: {
      en: "Keep one client for the life of the process, and close it after the last request was served.",
      ja: "クライアントはプロセスの間ずっと1つを使い、最後のリクエストを処理したあとで閉じてください。",
    },
    whatWeDid: {
      en: "Finished what was in flight; this push was not sent: outcome `unsent`.",
      ja: "送信中のものは最後まで処理しました。このプッシュは送っていません(結果は`unsent`)。",
    },
    sureness: "documented",
  },
} as const satisfies Record<ApnsVoipErrorCode, ExplanationEntry>;
