import type { Text } from "../../explain/language.js";

/** Where a call can stop, in words. The reason's own explanation is added where there is one. */
interface StopWords {
  readonly message: Text;
  readonly remedy?: Text;
  readonly commands?: readonly string[];
}

const sameToken: Pick<StopWords, "remedy" | "commands"> = {
  remedy: {
    en: "Give both servers the same ADMIN_PUSH_TOKEN, and restart both; its checksum must be the same on both.",
    ja: "両方のサーバに同じADMIN_PUSH_TOKENを設定し、両方を再起動してください。チェックサムが両方で一致するはずです。",
  },
  commands: ['printf %s "$ADMIN_PUSH_TOKEN" | sha256sum', "npx apns-voip doctor --env-file signal.env --only sending"],
};

export const STOPS = {
  accepted: {
    message: {
      en: "Apple accepted the push. If the phone did not ring, the fault is on the phone.",
      ja: "Appleがプッシュを受理しています。鳴らなかったのなら、原因は端末側です。",
    },
    remedy: { en: "Go through step 3 of the diagnosis guide.", ja: "診断ガイドのステップ3に進んでください。" },
    commands: ["npx apns-voip doctor --only phone"],
  },
  rejected: { message: { en: "Apple refused the push: {reason}.", ja: "Appleがプッシュを拒否しました: {reason}。" } },
  unsent: {
    message: { en: "The push never left ({reason}).", ja: "プッシュは送られませんでした({reason})。" },
    commands: ["npx apns-voip doctor --only reach"],
  },
  unknown: {
    message: {
      en: "Whether the push reached Apple is not known.",
      ja: "プッシュがAppleに届いたかどうか分かりません。",
    },
    commands: ["npx apns-voip doctor --only reach"],
  },
  duplicate: {
    message: {
      en: "Nothing was sent: it was a repeat of a request that had been served.",
      ja: "すでに処理されたリクエストの繰り返しだったため、何も送っていません。",
    },
    remedy: { en: "Use a new idempotency key for each call.", ja: "着信ごとに新しい冪等キーを使ってください。" },
  },
  "no-token": {
    message: {
      en: "User {user} has no VoIP token: the phone never registered, or not for this user.",
      ja: "ユーザー{user}のVoIPトークンがありません。端末が一度も登録していないか、別のユーザーで登録しています。",
    },
    remedy: {
      en: "Open the app on the phone, logged in as this user, and look for `Saved voipDeviceToken for user {user}`.",
      ja: "端末でこのユーザーとしてログインしてアプリを開き、`Saved voipDeviceToken for user {user}`が出るか見てください。",
    },
    commands: ["npx apns-voip doctor --env-file .env --user {user} --only registration"],
  },
  "token-removed": {
    message: {
      en: "User {user} has no VoIP token any more: it was removed because Apple said {reason}.",
      ja: "ユーザー{user}のVoIPトークンは、Appleの{reason}という応答により削除されています。",
    },
    remedy: {
      en: "Open the app once on the phone, so that it registers anew.",
      ja: "端末でアプリを一度起動し、登録し直させてください。",
    },
  },
  "registration-refused": {
    message: {
      en: "User {user} has no VoIP token: the phone never registered. A registration was refused before ({words}); the log does not say whose.",
      ja: "ユーザー{user}のVoIPトークンがありません。端末が一度も登録していません。その前に拒否された登録がありますが({words})、誰のものかはログから分かりません。",
    },
    remedy: {
      en: "Open the app on the phone, logged in as this user; if its registration is the one that is refused, let it log in again.",
      ja: "端末でこのユーザーとしてログインしてアプリを開いてください。拒否されるのがその登録なら、ログインし直させてください。",
    },
    commands: ["npx apns-voip doctor --env-file .env --user {user} --only registration"],
  },
  "store-error": {
    message: { en: "The device store failed: {words}.", ja: "デバイスの保存先でエラーが起きました: {words}" },
    commands: ["npx apns-voip doctor --env-file .env --only registration"],
  },
  "no-outcome": {
    message: {
      en: "The token was found, but no line says how the push ended: the process stopped, or the log was cut.",
      ja: "トークンは見つかりましたが、プッシュの結果を示す行がありません。プロセスが止まったか、ログが途切れています。",
    },
    remedy: {
      en: "Look whether the API server restarted at that moment, and whether the log goes on for 30 s after it.",
      ja: "その時刻にAPIサーバが再起動していないか、ログが少なくとも30秒後まで続いているか確認してください。",
    },
  },
  "no-lookup": {
    message: {
      en: "The API server was asked, but no line says what it found: the process stopped, or the log was cut.",
      ja: "APIサーバに依頼は届きましたが、その後の行がありません。プロセスが止まったか、ログが途切れています。",
    },
    remedy: {
      en: "Look whether the API server restarted at that moment.",
      ja: "その時刻にAPIサーバが再起動していないか確認してください。",
    },
  },
  "wrong-admin-token": {
    message: {
      en: "The API server refused the signal server's admin token (status {status}).",
      ja: "APIサーバが、シグナルサーバの管理トークンを拒否しました(ステータス{status})。",
    },
    ...sameToken,
  },
  "bad-request": {
    message: {
      en: "The API server found the request wanting: {words}.",
      ja: "APIサーバがリクエストの不備を指摘しています: {words}",
    },
    remedy: {
      en: "Send at least toUserId, callId and fromUserId; `issues` in the answer names each field.",
      ja: "少なくともtoUserId・callId・fromUserIdを送ってください。応答の`issues`に項目名があります。",
    },
  },
  "no-route": {
    message: {
      en: "There is no push route where the signal server asked (status {status}).",
      ja: "シグナルサーバが依頼した先に、プッシュのルートがありません(ステータス{status})。",
    },
    remedy: {
      en: "Look at API_URL, and whether the routes are mounted at the API server.",
      ja: "API_URLと、APIサーバにルートが組み込まれているかを確認してください。",
    },
    commands: ["npx apns-voip doctor --env-file signal.env --only sending"],
  },
  "api-error": {
    message: { en: "The API server answered with {status}: {words}.", ja: "APIサーバの応答が{status}です: {words}" },
    remedy: {
      en: "Look at the API server's own log for that moment.",
      ja: "その時刻のAPIサーバのログを見てください。",
    },
  },
  "api-down": {
    message: {
      en: "The signal server did not get through to the API server: {words}.",
      ja: "シグナルサーバがAPIサーバに接続できませんでした: {words}",
    },
    commands: ["npx apns-voip doctor --env-file signal.env --only sending"],
  },
  "no-answer-yet": {
    message: {
      en: "The signal server asked, but no line of the API server about user {user} is in this log.",
      ja: "シグナルサーバは依頼しましたが、ユーザー{user}に関するAPIサーバの行がこのログにありません。",
    },
    remedy: {
      en: "Give the log of the API server, too. If it is in here, API_URL points to another server.",
      ja: "APIサーバのログも渡してください。すでに含まれているなら、API_URLが別のサーバを指しています。",
    },
  },
  "never-asked": {
    message: {
      en: "The signal server saw that user {user} was offline, but asked nobody to ring.",
      ja: "シグナルサーバはユーザー{user}がオフラインだと分かりましたが、呼び出しを依頼していません。",
    },
    remedy: {
      en: "Call `sendCall` there, and see that API_URL and ADMIN_PUSH_TOKEN are set.",
      ja: "そこで`sendCall`を呼び、API_URLとADMIN_PUSH_TOKENが設定されているか確認してください。",
    },
  },
  "thought-online": {
    message: {
      en: "The signal server took user {user} to be online, so nothing was pushed.",
      ja: "シグナルサーバがユーザー{user}をオンラインと判断したため、プッシュは送られていません。",
    },
    remedy: {
      en: "A phone that is gone keeps its socket until the server's ping times out: lower pingTimeout, remove a user on disconnect, and push as well when the offer is not answered.",
      ja: "いなくなった端末のソケットは、サーバのpingがタイムアウトするまで残ります。pingTimeoutを短くし、切断時にユーザーを外し、offerに応答がないときはプッシュも送ってください。",
    },
  },
} as const satisfies Record<string, StopWords>;

export type StopName = keyof typeof STOPS;
export type { StopWords };
