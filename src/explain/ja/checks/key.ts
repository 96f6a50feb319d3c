import type { keyChecks as english } from "../../en/checks/key.js";
import type { Texts } from "../../texts.js";

export const keyChecks: Texts<typeof english> = {
  key: {
    title: ".p8キーを読み取れ、EC P-256の秘密鍵である",
    outcomes: {
      good: { message: "キーはEC P-256の秘密鍵です。" },
      missing: { message: "キーが設定されていません。" },
      unreadable: {
        message: "キーファイル{path}を読み取れません({code})。",
        remedy:
          "APNS_P8_PATHを直すか、ファイルをコンテナにマウントするか、サーバの実行ユーザーが読めるようにしてください。",
      },
      wrong: {
        message: "APNs用のキーではありません: {words}",
        remedy:
          "Appleから受け取った.p8ファイルをそのまま使ってください。.p12証明書には対応していません。developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、APNsを有効にしたキーを作成してください。",
      },
    },
  },

  "key-mode": {
    title: "キーファイルの権限",
    outcomes: {
      closed: { message: "キーファイルは所有者だけが読めます({mode})。" },
      mounted: { message: "キーファイルは、マウントされたシークレットです({path})。" },
      open: {
        message: "このマシンのほかのユーザーがキーファイル{path}を読めます({mode})。",
        remedy: "キーを持つ者は、チームのすべてのアプリにプッシュを送れます。権限を閉じてください。",
      },
      "no-file": { message: "調べるキーファイルがありません。" },
    },
  },
};
