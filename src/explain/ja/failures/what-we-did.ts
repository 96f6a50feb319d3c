/** What the library did about a failure, where several share one answer. */
export const notRetried =
  "すぐに結果を返しました。同じプッシュは何度送っても拒否されるため、再試行していません。デバイスは保存されたままです。";

export const credentialsReported =
  "`fix-credentials`としてすぐに結果を返しました。デバイストークンの問題ではないため、再試行もデバイスの削除もしていません。";

export const retriedElsewhere =
  "期限内に、間隔を延ばしながら別の接続で再試行しました(合計で最大3回)。これは最後に返ってきた答えです。";

export const refusedBeforeSending = "Appleへ何も送らないうちに拒否しました。";

export const keptConnecting =
  "Apple宛て: 期限まで、0.1秒から10秒へ間隔を延ばしながら(全プッシュ共通で)接続を試みました。プッシュは`unsent`(未送信)なので、送り直しても二重になりません。シグナルサーバからAPI宛て: 呼び出しの制限時間内に、同じ冪等キーで再試行しました。";

export const brokenUnderway =
  'その接続を破棄し、新しい接続を開きました。まだ送っていなかったプッシュはすぐに送り直しました。Appleに届いた可能性のあるプッシュは`unknown`(不明)とし、`onUnknown: "resend"`のときだけもう一度送ります。';

export const neverTrusted =
  "送信していません。相手がAppleだと証明できない接続には、プロバイダトークンもプッシュも渡しません。";
