import type { doctorTexts as english } from "../en/doctor.js";
import type { Texts } from "../texts.js";

export const doctorTexts: Texts<typeof english> = {
  steps: {
    "set-up": "サーバの設定",
    reach: "Appleへの接続",
    credentials: "認証情報",
    registration: "ステップ1: トークンは登録されているか",
    sending: "ステップ2: プッシュは送られているか",
    phone: "ステップ3: 端末に届いているか",
  },
  stumbled: "この確認は実行できませんでした: {words}",
};
