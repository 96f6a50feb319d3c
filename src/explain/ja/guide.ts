import type { guideTexts as english } from "../en/guide.js";
import type { Texts } from "../texts.js";

export const guideTexts: Texts<typeof english> = {
  words: {
    check: "確認すること",
    expected: "期待される結果",
    otherwise: "ほかに起こりうること",
    remedy: "対処",
    byReason: "[理由の一覧](reasons.ja.md)を参照。",
    answer: "応答",
    meaning: "意味",
    causes: "考えられる原因(可能性の高い順)",
    stopped: "止まったところ",
    status: "ステータス",
    disposition: "扱い",
    confirm: "確かめ方",
    whatWeDid: "apns-voipがしたこと",
    howSure: "原因の確からしさ",
    alsoNamed: "別名",
  },
  sureness: {
    documented: "公式に記載あり",
    reported: "Apple担当者または複数の開発者の報告による",
    inferred: "推論による(確認されていない)",
    contested: "諸説あり",
    undocumented: "原因を示す資料なし",
  },
};
