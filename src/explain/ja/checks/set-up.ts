import type { setUpChecks as english } from "../../en/checks/set-up.js";
import type { Texts } from "../../texts.js";

export const setUpChecks: Texts<typeof english> = {
  "node-version": {
    title: "Node.jsのバージョン",
    outcomes: {
      good: { message: "Node.js {version}です。" },
      old: {
        message: "Node.js {version}は古すぎます。apns-voipには{wanted}以降が必要です。",
        remedy: "Node.jsの現行LTS版をインストールしてください。",
      },
    },
  },

  variables: {
    title: "環境変数が設定されている",
    outcomes: {
      set: { message: "Team ID・Key ID・キーが設定されています。" },
      missing: {
        message: "設定されていません: {names}",
        remedy: "APIサーバの起動環境に設定するか、設定ファイルを--env-fileで指定してください。",
      },
      "two-keys": {
        message: "APNS_P8とAPNS_P8_PATHの両方が設定されていて、どちらのキーか決められません。",
        remedy: "どちらか一方だけを残してください。",
      },
      misnamed: {
        message: "設定されていません: {names}。代わりに{others}が設定されていますが、この名前は読まれません。",
        remedy: "変数を、読まれる名前で設定してください。",
      },
      quoted: {
        message: "{names}の値の前後に、引用符または空白があります。apns-voipはそれを除いて読みます。",
        remedy:
          "ほかのプログラムも同じ値を読むよう、取り除いてください。`docker run --env-file`は、引用符を値の一部として渡します。",
      },
    },
  },

  ids: {
    title: "Team IDとKey IDの形式と位置",
    outcomes: {
      good: { message: "どちらのIDも10文字です。" },
      missing: { message: "IDが設定されていません。" },
      malformed: {
        message: "{names}: 英大文字と数字の10文字でなければなりません。",
        remedy:
          "Team IDはdeveloper.apple.com/accountの「メンバーシップの詳細」に、Key IDはキーファイルの名前AuthKey_XXXXXXXXXX.p8にあります。",
      },
      swapped: {
        message: "入れ替わっています。APNS_TEAM_IDの{id}は、キーファイルの名前によればKey IDです。",
        remedy: "APNS_TEAM_IDとAPNS_KEY_IDを入れ替えてください。",
      },
      "other-key": {
        message: "APNS_KEY_IDは{id}ですが、キーファイルの名前はキー{named}のものです。",
        remedy: "意図して改名したのでなければ、APNS_KEY_ID={named}にしてください。",
      },
    },
  },

  "bundle-id": {
    title: "バンドルID(.voipなし)",
    outcomes: {
      good: { message: "着信のトピックは{topic}です。" },
      missing: {
        message: "APNS_BUNDLE_IDが設定されていないため、トピックを組み立てられません。",
        remedy: "XcodeにあるアプリのバンドルIDを設定してください。",
      },
      "with-voip": {
        message: "APNS_BUNDLE_IDが.voipで終わっています。着信では自動的に付くため、二重になります。",
        remedy: "APNS_BUNDLE_ID={plain}にしてください。",
      },
      "with-team": {
        message: "APNS_BUNDLE_IDがTeam IDで始まっています。これはApp IDであり、バンドルIDではありません。",
        remedy: "APNS_BUNDLE_ID={plain}にしてください。",
      },
      malformed: {
        message: "APNS_BUNDLE_IDが{given}です。使えるのは英数字・ドット・ハイフンだけです。",
        remedy: "Xcodeの「Signing & Capabilities」からバンドルIDをコピーしてください。",
      },
    },
  },

  environment: {
    title: "APNS_ENVの値",
    outcomes: {
      good: { message: "環境が分からないデバイスは、まず{environment}で試します。" },
      wrong: {
        message: "APNS_ENVが{given}です。productionかsandboxでなければなりません。",
        remedy:
          "TestFlight・App Store・Ad Hocのビルドならproduction、Xcodeから実行したビルドならsandboxにしてください。",
      },
    },
  },
};
