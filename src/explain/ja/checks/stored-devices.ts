import type { storedDevicesChecks as english } from "../../en/checks/stored-devices.js";
import type { Texts } from "../../texts.js";

const NAME_A_STORE = "--database(またはDATABASE_URL)、--redis、--storeのいずれかを指定してください。";

export const storedDevicesChecks: Texts<typeof english> = {
  store: {
    title: "デバイスの保存先が応答する",
    outcomes: {
      answers: { message: "デバイスの保存先が応答しました。" },
      "no-store": { message: "デバイスの保存先が指定されていないため、調べていません。", remedy: NAME_A_STORE },
      "no-table": {
        message: "デバイスのテーブルがありません: {words}",
        remedy:
          "APIサーバの起動時に`await devices.migrate()`を一度呼ぶか、正しいテーブルを指定してください(--table、--users-table)。",
      },
      "no-column": {
        message: "列がありません: {words}",
        remedy: "実際の列名を指定するか(--token-column、--id-column)、列を追加してください。",
      },
      "no-right": {
        message: "データベースのユーザーにテーブルを読む権限がありません: {words}",
        remedy: "SELECT・INSERT・UPDATE・DELETEの権限を与えてください。",
      },
      "wrong-login": {
        message: "データベースがログインを拒否しました: {words}",
        remedy: "DATABASE_URLのユーザー名とパスワードを直してください。",
      },
      "no-database": {
        message: "そのデータベースがありません: {words}",
        remedy: "DATABASE_URLのデータベース名を直すか、データベースを作成してください。",
      },
      failed: {
        message: "デバイスの保存先が応答しません: {words}",
        remedy:
          "データベースが動いていて固まっていないか、URLのホスト・ポート・名前が(ここから見て)正しいかを確認してください。",
      },
    },
  },

  devices: {
    title: "ユーザーのVoIPトークンがある",
    outcomes: {
      found: { message: "ユーザー{user}のVoIPトークンは{count}件です。" },
      none: {
        message: "ユーザー{user}のデバイスがありません。端末が一度も登録していないか、トークンが削除されています。",
        remedy:
          "端末でアプリを開き、このユーザーでログインして、APIサーバに{path}へのPUTが来るか見てください。来なければアプリが送信していません。401なら、アプリのログインが受け付けられていません。",
      },
      "alert-only": {
        message: "ユーザー{user}には通知用のトークンだけがあり、VoIPトークンがありません。",
        remedy:
          "アプリは、起動のたびにPKPushRegistryを作ってdesiredPushTypesに[.voip]を設定し、UIBackgroundModesに`voip`を入れ、didUpdate pushCredentialsが呼ばれたらトークンをvoipDeviceTokenとして送る必要があります。",
      },
      "no-user": {
        message: "誰のデバイスかが指定されていないため、調べていません。",
        remedy: "鳴らしたいユーザーのIDを指定してください(例: --user 10)。",
      },
      "no-store": {
        message: "デバイスの保存先が指定されていないため、ユーザー{user}を調べられませんでした。",
        remedy: NAME_A_STORE,
      },
      "not-looked-at": { message: "調べていません(デバイスの保存先を参照)。" },
    },
  },
};
