import type { Text } from "./text.js";

/** What the library did about a failure, where several share one answer. */
export const notRetried: Text = {
  en: "Reported at once. Not retried, because the same push would be refused again; the device stays stored.",
  ja: "すぐに結果を返しました。同じプッシュは何度送っても拒否されるため、再試行していません。デバイスは保存されたままです。",
};

export const credentialsReported: Text = {
  en: "Reported at once as `fix-credentials`. Not retried, and no device was removed: the tokens are not at fault.",
  ja: "`fix-credentials`としてすぐに結果を返しました。デバイストークンの問題ではないため、再試行もデバイスの削除もしていません。",
};

export const retriedElsewhere: Text = {
  en: "Tried again on another connection within the deadline, with growing pauses and at most 3 attempts in all. This is the last answer.",
  ja: "期限内に、間隔を延ばしながら別の接続で再試行しました(合計で最大3回)。これは最後に返ってきた答えです。",
};

export const refusedBeforeSending: Text = {
  en: "Refused before anything left for Apple.",
  ja: "Appleへ何も送らないうちに拒否しました。",
};

export const keptConnecting: Text = {
  en: "Towards Apple: kept trying to connect until the deadline, with pauses growing from 0.1 s to 10 s and shared by all pushes. The push is `unsent`: it is safe to send it again. From the signal server to the API: tried again with the same idempotency key, within the ring timeout.",
  ja: "Apple宛て: 期限まで、0.1秒から10秒へ間隔を延ばしながら(全プッシュ共通で)接続を試みました。プッシュは`unsent`(未送信)なので、送り直しても二重になりません。シグナルサーバからAPI宛て: 呼び出しの制限時間内に、同じ冪等キーで再試行しました。",
};

export const brokenUnderway: Text = {
  en: 'Gave the connection up and opened a new one. A push that had not left was sent again at once; one that may have reached Apple is `unknown`, or is sent once more with `onUnknown: "resend"`.',
  ja: 'その接続を破棄し、新しい接続を開きました。まだ送っていなかったプッシュはすぐに送り直しました。Appleに届いた可能性のあるプッシュは`unknown`(不明)とし、`onUnknown: "resend"`のときだけもう一度送ります。',
};

export const neverTrusted: Text = {
  en: "Did not send: a connection whose other end cannot be proved to be Apple gets neither the provider token nor the push.",
  ja: "送信していません。相手がAppleだと証明できない接続には、プロバイダトークンもプッシュも渡しません。",
};
