import type { Text } from "../../explain/language.js";
import { defineCheck } from "../check.js";
import { errorWords, innermostCode } from "../error-code.js";
import { because } from "./of-both.js";

const NAME_A_STORE: Text = {
  en: "Give --database (or DATABASE_URL), --redis or --store.",
  ja: "--database(またはDATABASE_URL)、--redis、--storeのいずれかを指定してください。",
};

/** PostgreSQL's own codes that a set-up meets. */
const DATABASE_FAULTS = {
  "42P01": "no-table",
  "42703": "no-column",
  "42501": "no-right",
  "28P01": "wrong-login",
  "28000": "wrong-login",
  "3D000": "no-database",
} as const;

export const store = defineCheck({
  id: "store",
  step: "registration",
  title: { en: "The device store answers", ja: "デバイスの保存先が応答する" },
  outcomes: {
    answers: { status: "pass", message: { en: "The device store answers.", ja: "デバイスの保存先が応答しました。" } },
    "no-store": {
      status: "skip",
      message: {
        en: "Not looked at: no device store was given.",
        ja: "デバイスの保存先が指定されていないため、調べていません。",
      },
      remedy: NAME_A_STORE,
    },
    "no-table": {
      status: "fail",
      message: { en: "The table of devices is not there: {words}.", ja: "デバイスのテーブルがありません: {words}" },
      remedy: {
        en: "Call `await devices.migrate()` once at the start of the API server, or name the right table (--table, --users-table).",
        ja: "APIサーバの起動時に`await devices.migrate()`を一度呼ぶか、正しいテーブルを指定してください(--table、--users-table)。",
      },
      commands: ['psql "$DATABASE_URL" -c "\\dt"'],
    },
    "no-column": {
      status: "fail",
      message: { en: "A column is not there: {words}.", ja: "列がありません: {words}" },
      remedy: {
        en: "Name the columns as they are (--token-column, --id-column), or add the column.",
        ja: "実際の列名を指定するか(--token-column、--id-column)、列を追加してください。",
      },
      commands: ['psql "$DATABASE_URL" -c "\\d+ users"'],
    },
    "no-right": {
      status: "fail",
      message: {
        en: "The database user may not read the table: {words}.",
        ja: "データベースのユーザーにテーブルを読む権限がありません: {words}",
      },
      remedy: {
        en: "Grant SELECT, INSERT, UPDATE and DELETE on it.",
        ja: "SELECT・INSERT・UPDATE・DELETEの権限を与えてください。",
      },
      commands: ['psql "$DATABASE_URL" -c "\\dp"'],
    },
    "wrong-login": {
      status: "fail",
      message: { en: "The database refuses the login: {words}.", ja: "データベースがログインを拒否しました: {words}" },
      remedy: {
        en: "Correct user and password in DATABASE_URL.",
        ja: "DATABASE_URLのユーザー名とパスワードを直してください。",
      },
      commands: ['psql "$DATABASE_URL" -c "select 1"'],
    },
    "no-database": {
      status: "fail",
      message: { en: "There is no such database: {words}.", ja: "そのデータベースがありません: {words}" },
      remedy: {
        en: "Correct the name in DATABASE_URL, or create the database.",
        ja: "DATABASE_URLのデータベース名を直すか、データベースを作成してください。",
      },
      commands: ['psql "$DATABASE_URL" -c "select 1"'],
    },
    failed: {
      status: "fail",
      message: { en: "The device store does not answer: {words}.", ja: "デバイスの保存先が応答しません: {words}" },
      remedy: {
        en: "See that the database runs and is not stuck, and that host, port and name in its URL are right, as seen from here.",
        ja: "データベースが動いていて固まっていないか、URLのホスト・ポート・名前が(ここから見て)正しいかを確認してください。",
      },
      commands: ['psql "$DATABASE_URL" -c "select 1"'],
    },
  },
  async run(patient) {
    const answer = await patient.registered();
    if (answer.state === "no-store") return { outcome: "no-store" };
    if (answer.state !== "failed") return { outcome: "answers" };
    const code = innermostCode(answer.error);
    const words = errorWords(answer.error);
    const fault =
      code !== undefined && Object.hasOwn(DATABASE_FAULTS, code)
        ? DATABASE_FAULTS[code as keyof typeof DATABASE_FAULTS]
        : undefined;
    return fault === undefined
      ? { outcome: "failed", values: { words }, ...because(code) }
      : { outcome: fault, values: { words } };
  },
});

export const devices = defineCheck({
  id: "devices",
  step: "registration",
  title: { en: "The user has a VoIP token", ja: "ユーザーのVoIPトークンがある" },
  outcomes: {
    found: {
      status: "pass",
      message: { en: "User {user} has {count} VoIP token(s).", ja: "ユーザー{user}のVoIPトークンは{count}件です。" },
    },
    none: {
      status: "fail",
      message: {
        en: "User {user} has no device: the phone has never registered here, or its token was removed.",
        ja: "ユーザー{user}のデバイスがありません。端末が一度も登録していないか、トークンが削除されています。",
      },
      remedy: {
        en: "Open the app on the phone, log in as this user, and watch the API server for a PUT to {path}. Nothing there: the app does not upload. 401: its login is not accepted.",
        ja: "端末でアプリを開き、このユーザーでログインして、APIサーバに{path}へのPUTが来るか見てください。来なければアプリが送信していません。401なら、アプリのログインが受け付けられていません。",
      },
      commands: [
        "grep 'PUT {path}' api.log | tail",
        "grep 'Saved voipDeviceToken for user {user}' api.log | tail -1",
        "{showDevices}",
      ],
    },
    "alert-only": {
      status: "fail",
      message: {
        en: "User {user} has a notification token, but no VoIP token.",
        ja: "ユーザー{user}には通知用のトークンだけがあり、VoIPトークンがありません。",
      },
      remedy: {
        en: "The app must make a PKPushRegistry at each launch, set desiredPushTypes to [.voip], have `voip` in UIBackgroundModes, and upload the token as voipDeviceToken when didUpdate pushCredentials is called.",
        ja: "アプリは、起動のたびにPKPushRegistryを作ってdesiredPushTypesに[.voip]を設定し、UIBackgroundModesに`voip`を入れ、didUpdate pushCredentialsが呼ばれたらトークンをvoipDeviceTokenとして送る必要があります。",
      },
      commands: ["grep 'Saved voipDeviceToken for user {user}' api.log | tail -1", "{showDevices}"],
    },
    "no-user": {
      status: "skip",
      message: {
        en: "Not looked at: say whose devices.",
        ja: "誰のデバイスかが指定されていないため、調べていません。",
      },
      remedy: {
        en: "Give the id of the user who should ring: --user 10.",
        ja: "鳴らしたいユーザーのIDを指定してください(例: --user 10)。",
      },
    },
    "no-store": {
      status: "warn",
      message: {
        en: "User {user} could not be looked up: no device store was given.",
        ja: "デバイスの保存先が指定されていないため、ユーザー{user}を調べられませんでした。",
      },
      remedy: NAME_A_STORE,
    },
    "not-looked-at": {
      status: "skip",
      message: { en: "Not looked at: see the device store.", ja: "調べていません(デバイスの保存先を参照)。" },
    },
  },
  async run({ registered, userId = "", ring, showDevices, paths }) {
    const answer = await registered();
    // A test call tells by itself whether the user has a phone.
    const isAskedFor = userId !== "" && ring === undefined;
    if (answer.state === "no-store" && isAskedFor) return { outcome: "no-store", values: { user: userId } };
    if (answer.state === "no-user") return { outcome: "no-user" };
    if (answer.state !== "answered") return { outcome: "not-looked-at" };
    const values = { user: userId, path: paths.devices, count: answer.voip.length, showDevices: showDevices ?? "" };
    if (answer.voip.length > 0) return { outcome: "found", values };
    return { outcome: answer.alert.length > 0 ? "alert-only" : "none", values };
  },
});
