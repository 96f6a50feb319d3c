import type { sendingChecks as english } from "../../en/checks/sending.js";
import type { Texts } from "../../texts.js";
import { noApi } from "./not-tried.js";

const missing = {
  message: "APIサーバにPOST {path}がありません(ステータス{status})。",
  remedy:
    "APIサーバにプッシュ用のルートを組み込み、API_URLがそのサーバを(余計なパスなしで)指しているか確認してください。",
};

export const sendingChecks: Texts<typeof english> = {
  "api-url": {
    title: "シグナルサーバがAPIサーバの場所を知っている(API_URL)",
    outcomes: {
      set: { message: "API_URLは{url}です。" },
      unset: {
        message: "API_URLが設定されていないため、シグナルサーバ側からの確認はしません。",
        remedy: "シグナルサーバの環境変数で実行するか、--api-urlを指定してください。",
      },
      "with-login": {
        message: "API_URLにユーザー名またはパスワードが含まれています。この形ではリクエストを送れません。",
        remedy: "http://api:3000のように、含めずに書いてください。APIサーバへの依頼にはADMIN_PUSH_TOKENを使います。",
      },
      malformed: {
        message: "API_URLがhttpまたはhttpsのURLではありません。",
        remedy: "http://api:3000のように書いてください。",
      },
    },
  },

  "admin-token": {
    title: "2つのサーバに共通の管理トークンがある(ADMIN_PUSH_TOKEN)",
    outcomes: {
      set: { message: "ADMIN_PUSH_TOKENが設定されています。" },
      empty: {
        message:
          "ADMIN_PUSH_TOKENがありますが、空です。このままではAPIサーバは起動を拒み、シグナルサーバは依頼できません。",
        remedy: "値を作って両方のサーバに設定し、両方を起動してください。",
      },
      quoted: {
        message: "ADMIN_PUSH_TOKENの値の前後に、引用符または空白があります。もう一方のサーバの値にはありません。",
        remedy: "取り除いてください。`docker run --env-file`は、引用符を値の一部として渡します。",
      },
      unset: { message: "ADMIN_PUSH_TOKENがここでは設定されていないため、サーバにあるかどうかは分かりません。" },
    },
  },

  api: {
    title: "APIサーバが応答する",
    outcomes: {
      answers: { message: "{url}のAPIサーバが応答しました。" },
      down: {
        message: "{url}のAPIサーバに接続できません: {words}",
        remedy:
          "APIサーバを起動するか、API_URLを直してください。コンテナ間ではlocalhostではなくサービス名を使います(http://api:3000)。",
      },
      "behind-proxy": {
        message: "{url}の応答が{status}です。リバースプロキシは動いていますが、その先のAPIサーバが応答していません。",
        remedy: "APIサーバを起動するか、プロキシの転送先を直してください。",
      },
      "no-url": { message: "試すべきAPI_URLがありません。" },
    },
  },

  "admin-door": {
    title: "誤った管理トークンが拒否される",
    outcomes: {
      guarded: { message: "POST {path}は、誤った管理トークンを{status}で拒否しました。" },
      open: {
        message:
          "POST {path}がどんな管理トークンでも受け付けます(ステータス{status})。到達できる人なら誰でも、どの端末でも鳴らせます。",
        remedy:
          "APIサーバにADMIN_PUSH_TOKENを設定し、`createPushRoutes({ adminToken })`に渡してください(空の値は拒否されます)。",
      },
      missing,
      "no-answer": { message: "POST {path}に応答がありません: {words}" },
      trouble: {
        message: "POST {path}が、誤った管理トークンに401ではなく{status}を返しました。",
        remedy: "その時刻のAPIサーバのログを見てください。",
      },
      "no-api": noApi,
    },
  },

  "push-route": {
    title: "管理トークンが受け付けられ、プッシュのルートが応答する",
    outcomes: {
      answers: { message: "POST {path}が管理トークンを受け付けました。" },
      refused: {
        message: "POST {path}がADMIN_PUSH_TOKENを{status}で拒否しました。2つのサーバで値が違います。",
        remedy:
          "両方のサーバに同じADMIN_PUSH_TOKENを設定し、両方を再起動してください。チェックサムが両方で一致するはずです。値に引用符や改行が混ざっていないかも見てください。",
      },
      missing,
      elsewhere: {
        message: "POST {path}が{location}へリダイレクトされています。",
        remedy: "API_URLをそのアドレスにしてください。",
      },
      trouble: {
        message: "POST {path}の応答が{status} {error}です。",
        remedy: "その時刻のAPIサーバのログを見てください。",
      },
      "no-answer": { message: "POST {path}に応答がありません: {words}" },
      "no-token": {
        message: "ADMIN_PUSH_TOKENが設定されていないため、シグナルサーバはAPIサーバに呼び出しを依頼できません。",
        remedy: "両方のサーバに同じ値を設定してください。",
      },
      "no-api": noApi,
    },
  },
};
