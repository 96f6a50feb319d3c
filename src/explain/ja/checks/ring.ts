import type { ringChecks as english } from "../../en/checks/ring.js";
import type { Texts } from "../../texts.js";

export const ringChecks: Texts<typeof english> = {
  ring: {
    title: "試験着信をAppleが受理する(--ring指定時)",
    outcomes: {
      accepted: {
        message: "Appleが{subject}({environment})への試験着信を受理しました。apns-idは{apnsId}です。",
        remedy: "端末が鳴らなければ原因は端末側です。ステップ3へ進んでください。",
      },
      "accepted-sandbox": {
        message:
          "Appleが{subject}(sandbox)への試験着信を受理しました。apns-idは{apnsId}、apns-unique-idは{uniqueId}です。",
        remedy:
          "端末が鳴らなければ、Appleの「プッシュ通知コンソール」(icloud.developer.apple.com/dashboard)のDelivery Logでapns-unique-idを調べ、ステップ3へ進んでください。",
      },
      rang: {
        message:
          "{subject}が鳴っています。Appleが試験着信を受理してから{milliseconds}ミリ秒後に、端末自身が報告しました。",
      },
      "not-taken": {
        message: "試験着信は{milliseconds}ミリ秒後に{subject}に届きましたが、端末は鳴りませんでした。",
        remedy:
          "おやすみモードや集中モードになっている、発信者がブロックされている、またはアプリがCallKitへ報告しなかったためです。端末の報告はAPIサーバのログにあります。",
      },
      silent: {
        message:
          "Appleが{subject}({environment})への試験着信を受理しましたが(apns-idは{apnsId})、端末から何も報告がありません。",
        remedy:
          "次の順に確認してください。報告されなかったプッシュのためにiOSが配信を止めた(アプリを再インストールし、CallKitへの報告を直す)。アプリが削除されたか、別のインストールのトークンである(アプリを一度開く)。端末が圏外で、有効期限0では何も保存されない。アプリがreceiptを送っていない(docs/phone.md)。",
      },
      rejected: { message: "Appleが{subject}({environment})への試験着信を拒否しました: {reason}。" },
      unsent: { message: "{subject}({environment})への試験着信は送られませんでした({reason})。" },
      unknown: { message: "{subject}({environment})への試験着信がAppleに届いたかどうか分かりません({reason})。" },
      "no-devices": {
        message: "ユーザー{user}のVoIPトークンがなく、鳴らす相手がいません。",
        remedy: "ステップ1に戻ってください。端末が登録されていません。",
      },
      refused: { message: "試験着信に対するAPIサーバの応答は{status} {error}です。" },
      "no-answer": { message: "試験着信に対してAPIサーバが応答しませんでした: {words}" },
      "no-way": {
        message: "鳴らす手段がありません。APIサーバとADMIN_PUSH_TOKEN、またはデバイスの保存先と認証情報が必要です。",
        remedy: "API_URLとADMIN_PUSH_TOKEN、またはDATABASE_URLとAPNS_で始まる変数を設定してください。",
      },
      "not-asked": {
        message: "試験着信は行っていません。",
        remedy: "--ring <ユーザー>を付けると、そのユーザーの端末に実際の試験着信を送ります。",
      },
    },
  },
};
