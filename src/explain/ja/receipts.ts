import type { receiptTexts as english } from "../en/receipts.js";
import type { Texts } from "../texts.js";

export const receiptTexts: Texts<typeof english> = {
  silent:
    "受理は配信ではありません。まずアプリを確認してください。VoIPプッシュを受け取るたびに、すぐCallKitへ報告していますか。報告しないことが数回続くと、iOSは再インストールするまでそのアプリにVoIPプッシュを届けません。次に電話を確認します(通信状態、アプリが残っているか、今のインストールのトークンか)。",
};
