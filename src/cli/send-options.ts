import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ApnsPush } from "../apns/push.js";
import { readEnvironment } from "../environment.js";
import type { Text } from "../explain/language.js";
import { presets } from "../payload/presets.js";
import { callPayloadSchema } from "../payload/schema.js";
import { UsageError } from "./command.js";
import { COMMON_OPTIONS, type OptionTable, type OptionValues, readChoice, readNumber } from "./options.js";
import { STORE_OPTIONS } from "./store-options.js";

export const SEND_OPTIONS = {
  "env-file": {
    type: "string",
    multiple: true,
    value: "<file>",
    help: { en: "Variables; they win over those of the shell", ja: "環境変数ファイル。シェルの変数より優先" },
  },
  token: {
    type: "string",
    short: "t",
    value: "<hex>",
    help: { en: "A device token, or ...", ja: "デバイストークン、または" },
  },
  user: {
    type: "string",
    short: "u",
    value: "<user>",
    help: { en: "... the phones of this user of the store", ja: "保存先にある、このユーザーの端末" },
  },
  environment: {
    type: "string",
    short: "e",
    value: "<env>",
    help: {
      en: "production or sandbox. Default: the device's own, else APNS_ENV",
      ja: "productionまたはsandbox。既定はデバイスの環境、なければAPNS_ENV",
    },
  },
  "push-type": {
    type: "string",
    value: "<type>",
    help: { en: "voip (default), alert, background", ja: "voip(既定)、alert、background" },
  },
  topic: {
    type: "string",
    value: "<topic>",
    help: { en: "Default: from the bundle id and the push type", ja: "既定はバンドルIDとプッシュ種別から" },
  },
  "call-id": { type: "string", value: "<id>", help: { en: "Default: a new one", ja: "既定は新しいID" } },
  from: { type: "string", value: "<user>", help: { en: "fromUserId. Default: 0", ja: "fromUserId。既定は0" } },
  name: {
    type: "string",
    value: "<name>",
    help: { en: "fromDisplayName. Default: apns-voip", ja: "fromDisplayName。既定はapns-voip" },
  },
  room: {
    type: "string",
    value: "<room>",
    help: { en: "room. Default: p2p:<call id>", ja: "room。既定はp2p:<通話ID>" },
  },
  video: { type: "boolean", help: { en: "hasVideo: true", ja: "hasVideoをtrueにする" } },
  preset: {
    type: "string",
    value: "<name>",
    help: {
      en: `Keys of common clients: ${Object.keys(presets).join(", ")}`,
      ja: `よく使われるクライアントのキー: ${Object.keys(presets).join(", ")}`,
    },
  },
  payload: {
    type: "string",
    value: "<json|@file>",
    help: { en: "The whole payload instead, as it is", ja: "ペイロード全体をそのまま指定" },
  },
  title: {
    type: "string",
    value: "<text>",
    help: { en: "Of a notification (push type alert)", ja: "通知のタイトル(プッシュ種別alert)" },
  },
  body: {
    type: "string",
    value: "<text>",
    help: { en: "Of a notification (push type alert)", ja: "通知の本文(プッシュ種別alert)" },
  },
  priority: {
    type: "string",
    value: "<10|5|1>",
    help: { en: "Default: 10, background 5", ja: "既定は10、backgroundは5" },
  },
  expiration: {
    type: "string",
    value: "<seconds>",
    help: {
      en: "How long Apple may keep it; 0: one try (default for voip)",
      ja: "Appleが保持してよい秒数。0なら一度だけ(voipの既定)",
    },
  },
  "collapse-id": { type: "string", value: "<id>", help: { en: "At most 64 bytes", ja: "64バイトまで" } },
  "apns-id": { type: "string", value: "<uuid>", help: { en: "Default: a new one", ja: "既定は新しいUUID" } },
  timeout: {
    type: "string",
    value: "<ms>",
    help: { en: "Until everything is over. Default: 30000", ja: "全体の制限時間。既定は30000" },
  },
  "dry-run": {
    type: "boolean",
    help: { en: "Print headers and body, send nothing", ja: "ヘッダと本文を表示するだけで送らない" },
  },
  ...STORE_OPTIONS,
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

export type SendValues = OptionValues<typeof SEND_OPTIONS>;

export const SEND_HELP: Text = {
  en: `Usage: apns-voip send --token <hex> [options]
       apns-voip send --user <user> [options]

Sends one push, by default a call, straight to Apple, and says what came of it. The API server is not asked.

{options}

Exit code: 0 accepted by Apple for all, 1 not accepted for some, 2 used wrongly, 130 interrupted.

Examples:
  apns-voip send --env-file .env --token 9f739db8afff... --from 11 --name Alice
  apns-voip send --env-file .env --user 10 --video --dry-run`,
  ja: `使い方: apns-voip send --token <16進数> [オプション]
        apns-voip send --user <ユーザー> [オプション]

プッシュ(既定では着信)を1件、Appleへ直接送り、結果を示します。APIサーバは経由しません。

{options}

終了コード: 0 すべてAppleが受理、1 受理されないものあり、2 使い方の誤り、130 中断。

例:
  apns-voip send --env-file .env --token 9f739db8afff... --from 11 --name Alice
  apns-voip send --env-file .env --user 10 --video --dry-run`,
};

/** The push, but for whom it is. */
export type PushDraft = Omit<ApnsPush, "deviceToken">;

/** What was asked for, as a push. Throws `UsageError`. */
export async function draftPush(values: SendValues, cwd: string, now: number): Promise<PushDraft> {
  const pushType = readChoice("push-type", values["push-type"], ["voip", "alert", "background"]) ?? "voip";
  const environment = readEnvironment(values.environment);
  if (values.environment !== undefined && environment === undefined) {
    throw new UsageError(`--environment: ${JSON.stringify(values.environment)} given; wanted: production, sandbox`);
  }
  const priority = readChoice("priority", values.priority, ["10", "5", "1"]);
  const seconds = readNumber("expiration", values.expiration, 0, 30 * 24 * 3600);
  return {
    pushType,
    payload: await readPayload(values, pushType, cwd),
    environment,
    topic: values.topic,
    priority: priority === undefined ? undefined : (Number(priority) as 10 | 5 | 1),
    expiration: seconds === undefined ? undefined : seconds === 0 ? 0 : new Date(now + seconds * 1000),
    collapseId: values["collapse-id"],
    apnsId: values["apns-id"],
  };
}

async function readPayload(values: SendValues, pushType: ApnsPush["pushType"], cwd: string): Promise<object> {
  if (values.payload !== undefined) return readJson(values.payload, cwd);
  if (pushType === "voip") return callPayload(values);
  if (pushType === "background") return { aps: { "content-available": 1 } };
  return { aps: { alert: { title: values.title ?? "apns-voip", body: values.body ?? "" }, sound: "default" } };
}

async function callPayload(values: SendValues): Promise<object> {
  const name = readChoice("preset", values.preset, Object.keys(presets) as (keyof typeof presets)[]);
  const schema = name === undefined ? callPayloadSchema : presets[name];
  const read = await schema.safeParseAsync({
    callId: values["call-id"] ?? `cli-${randomUUID()}`,
    fromUserId: values.from ?? 0,
    fromDisplayName: values.name ?? "apns-voip",
    room: values.room,
    hasVideo: values.video ?? false,
  });
  if (read.success) return read.data;
  throw new UsageError(read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

async function readJson(given: string, cwd: string): Promise<object> {
  try {
    const text = given.startsWith("@") ? await readFile(resolve(cwd, given.slice(1)), "utf8") : given;
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new UsageError(`--payload: ${(error as Error).message}`);
  }
  throw new UsageError("--payload: wanted: a JSON object, or @ and the name of a file that holds one");
}
