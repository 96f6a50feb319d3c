import type { endpointsChecks as english } from "../../en/checks/endpoints.js";
import type { Texts } from "../../texts.js";

export const endpointsChecks: Texts<typeof english> = {
  endpoints: {
    title: "プッシュの送り先",
    outcomes: {
      apple: { message: "プッシュはAppleへ送られます({origin})。" },
      elsewhere: {
        message: "{variable}により、プッシュは{origin}へ送られます。Appleではないため、端末は鳴りません。",
        remedy: "モックなら問題ありません。そうでなければ{variable}を取り除いてください。",
      },
      unusable: {
        message: "{variable}がhttpsのオリジンではありません。",
        remedy: "取り除くか、パスのないオリジンを指定してください(例: https://api.push.apple.com:2197)。",
      },
    },
  },

  "proxy-url": {
    title: "APNS_PROXYの形式",
    outcomes: {
      unset: { message: "プロキシの設定はありません(Appleへ直接接続します)。" },
      good: { message: "プロキシ{proxy}を経由してAppleに接続します。" },
      unusable: {
        message: "APNS_PROXYがHTTPプロキシのURLではありません。",
        remedy: "CONNECTを許すプロキシを、http://user:password@host:portの形で指定してください。",
      },
    },
  },

  "ca-file": {
    title: "APNS_CA_PATHを読み取れる",
    outcomes: {
      unset: { message: "システムの認証局だけを信頼します。" },
      good: { message: "システムの認証局に加え、{path}の証明書を信頼します。" },
      "no-certificate": {
        message: "{path}にPEM形式の証明書がありません。",
        remedy: "-----BEGIN CERTIFICATE-----を含むファイルを指定するか、APNS_CA_PATHを取り除いてください。",
      },
      unreadable: {
        message: "{path}を読み取れません({code})。",
        remedy: "APNS_CA_PATHを直すか、取り除いてください。Appleの証明書には不要です。",
      },
    },
  },
};
