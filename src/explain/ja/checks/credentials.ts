import type { credentialsChecks as english } from "../../en/checks/credentials.js";
import type { Texts } from "../../texts.js";

const lookUpKey = "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」でキーを確認してください。";

export const credentialsChecks: Texts<typeof english> = {
  credentials: {
    title: "Appleがキーを受け付ける(架空のトークン宛てのプッシュにBadDeviceTokenが返る)",
    outcomes: {
      good: { message: "{subject}でキーが受け付けられました。" },
      "other-environment-only": {
        message: "このキーは{subject}では使えません({reason})。{subject}のトークンを持つ端末は鳴らせません。",
        remedy: "すべての端末がもう一方の環境のビルドなら、対処は不要です。",
      },
      "wrong-environment": { message: "このキーは、既定の送り先である{subject}では使えません({reason})。" },
      swapped: {
        message: "APNS_TEAM_IDとAPNS_KEY_IDが入れ替わっています。逆にするとキーが受け付けられました。",
        remedy: "入れ替えてください: APNS_TEAM_ID={keyId}、APNS_KEY_ID={teamId}",
      },
      refused: { message: "{subject}でキーが拒否されました: {reason}。" },
      expired: {
        message: "{subject}で、作りたてのプロバイダトークンが期限切れと判定されました。サーバの時計がずれています。",
      },
      topic: {
        message: "{subject}で、このキーによる{topic}へのプッシュが許可されませんでした: {reason}。",
        remedy:
          "バンドルIDがアプリのものか、チーム{teamId}のものか、キーが別のトピックに限定されていないかを確認してください。",
      },
      "not-apple": {
        message: "架空のデバイストークンが受理されました。{subject}として応答しているのはAppleではありません。",
        remedy: "APNS_PRODUCTION_URLとAPNS_SANDBOX_URLを確認してください。",
      },
      busy: {
        message: "{subject}の応答は{status} {reason}で、キーの良し悪しは分かりません。",
        remedy: "数分後にもう一度実行してください。",
      },
      odd: {
        message: "架空のトークンに対する{subject}の応答は{status} {reason}でした(期待: BadDeviceToken)。",
        remedy: lookUpKey,
      },
      "no-answer": { message: "{subject}がプッシュに応答しませんでした({reason})。" },
      unreachable: { message: "{subject}に接続できないため、問い合わせていません。" },
      "not-set-up": { message: "設定が正しくないため、問い合わせていません。" },
    },
  },
};
