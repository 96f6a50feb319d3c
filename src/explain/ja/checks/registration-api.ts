import type { registrationApiChecks as english } from "../../en/checks/registration-api.js";
import type { Texts } from "../../texts.js";
import { noApi } from "./not-tried.js";

const missing = {
  message: "APIサーバにPUT {path}がありません(ステータス{status})。",
  remedy:
    "ルート(`app.use(toNodeHandler(routes))`)を、ボディパーサと404ハンドラより前に組み込んでください。API_URLに余計なパスがないかも確認してください。",
};

const trouble = { message: "PUT {path}の応答が{status}です。", remedy: "その時刻のAPIサーバのログを見てください。" };

export const registrationApiChecks: Texts<typeof english> = {
  "registration-route": {
    title: "ログインなしの登録が拒否される",
    outcomes: {
      guarded: { message: "PUT {path}は、誤ったログインを401で拒否しました。" },
      open: {
        message:
          "PUT {path}が、誰も発行していないログインを受け付けました(ステータス{status})。誰でも他人の端末を登録できる状態です。",
        remedy: "最初にログインを確認してください: `authenticate: bearerAuth({ secret })`",
      },
      missing,
      elsewhere: {
        message: "PUT {path}が{location}へリダイレクトされています。アプリは追従しません。",
        remedy: "アプリがそのアドレスを直接使うようにしてください(多くはhttpをhttpsに)。",
      },
      trouble,
      "no-answer": { message: "PUT {path}に応答がありません: {words}" },
      "no-api": noApi,
    },
  },

  login: {
    title: "アプリのログインが受け付けられる",
    outcomes: {
      accepted: { message: "PUT {path}が、アプリのログインを受け付けました。" },
      expired: {
        message: "PUT {path}が、アプリのログインを{status}で拒否しました。{at}に期限が切れています。",
        remedy: "アプリは登録の前にログインを更新し、ログインするたびに登録し直すようにしてください。",
      },
      "other-secret": {
        message:
          "PUT {path}が、アプリのログインを{status}で拒否しました。ここで指定されたJWT_SECRETによる署名ではありません。",
        remedy: "ログインを発行するサーバとAPIサーバのJWT_SECRETを同じにしてください。",
      },
      "no-jwt": {
        message: "PUT {path}が、アプリのログインを{status}で拒否しました。JWTではありません。",
        remedy: "`Bearer `の後に、アクセストークンだけを引用符なしで送ってください。",
      },
      refused: {
        message: "PUT {path}が、アプリのログインを{status}で拒否しました({error})。",
        remedy:
          'APIサーバが、発行時と同じ秘密鍵と、同じユーザーIDのクレーム(`userIdClaim: "uid"`)で検証しているか確認してください。',
      },
      missing,
      trouble,
      "no-answer": { message: "PUT {path}に応答がありません: {words}" },
      "no-login": {
        message: "アプリのログインが指定されていないため、試していません。",
        remedy:
          "APP_TOKENにアプリのBearerトークンを設定するか、JWT_SECRETと--userを指定してください(その場で作ります)。",
      },
      "no-api": noApi,
    },
  },

  "registration-saves": {
    title: "登録が実際に保存される(--write指定時)",
    outcomes: {
      saved: { message: "{subject}を登録し直し、保存先でも確認できました。" },
      "not-saved": {
        message: "PUT {path}の応答は{status}ですが、保存先に{subject}の登録が現れません。",
        remedy:
          "APIサーバが、ここで見ているものとは別のデータベースやテーブルに書き込んでいます。双方のDATABASE_URLを比べてください。",
      },
      refused: {
        message: "PUT {path}が、{subject}の登録を{status}で拒否しました({error})。",
        remedy: "APIサーバのログに理由があります。`bundleIds`にこのアプリがない可能性もあります。",
      },
      "no-answer": { message: "PUT {path}に応答がありません: {words}" },
      "other-user": {
        message:
          "指定されたログインはユーザー{user}のものです。これで{subject}を登録すると端末の持ち主が変わるため、試していません。",
      },
      "not-asked": { message: "試していません(--writeを付けると、ユーザーの最新のトークンをもう一度登録します)。" },
      "nothing-to-try": {
        message: "試していません(API_URL、アプリのログイン、デバイスの保存先、トークンを持つユーザーが必要です)。",
      },
    },
  },
};
