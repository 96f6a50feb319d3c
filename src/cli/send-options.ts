import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ApnsPush } from "../apns/push.js";
import { PUSH_TYPES, type PushType } from "../apns/push-types.js";
import { readEnvironment } from "../environment.js";
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
  },
  token: {
    type: "string",
    short: "t",
    value: "<hex>",
  },
  user: {
    type: "string",
    short: "u",
    value: "<user>",
  },
  environment: {
    type: "string",
    short: "e",
    value: "<env>",
  },
  "push-type": {
    type: "string",
    value: "<type>",
  },
  topic: {
    type: "string",
    value: "<topic>",
  },
  "call-id": { type: "string", value: "<id>" },
  from: { type: "string", value: "<user>" },
  name: {
    type: "string",
    value: "<name>",
  },
  room: {
    type: "string",
    value: "<room>",
  },
  video: { type: "boolean" },
  preset: {
    type: "string",
    value: "<name>",
  },
  payload: {
    type: "string",
    value: "<json|@file>",
  },
  title: {
    type: "string",
    value: "<text>",
  },
  body: {
    type: "string",
    value: "<text>",
  },
  priority: {
    type: "string",
    value: "<10|5|1>",
  },
  expiration: {
    type: "string",
    value: "<seconds>",
  },
  "collapse-id": { type: "string", value: "<id>" },
  "apns-id": { type: "string", value: "<uuid>" },
  timeout: {
    type: "string",
    value: "<ms>",
  },
  "dry-run": {
    type: "boolean",
  },
  ...STORE_OPTIONS,
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

export type SendValues = OptionValues<typeof SEND_OPTIONS>;

/** A push without its device token. */
export type PushDraft = Omit<ApnsPush, "deviceToken">;

/** Makes the push that the options ask for. @throws `UsageError` */
export async function draftPush(values: SendValues, cwd: string, now: number): Promise<PushDraft> {
  const pushType = readChoice("push-type", values["push-type"], Object.keys(PUSH_TYPES) as PushType[]) ?? "voip";
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

async function readPayload(values: SendValues, pushType: PushType, cwd: string): Promise<object> {
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
