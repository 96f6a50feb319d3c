import { type Environment, readEnvironment } from "../environment.js";
import { ApnsVoipError } from "../errors.js";
import type { Fields } from "../http2/port.js";
import { describe } from "../internal/describe.js";
import { readDeviceToken } from "../internal/device-token.js";
import { newApnsId, readApnsId } from "./apns-id.js";
import { isCollapseId, WANTED_COLLAPSE_ID } from "./collapse-id.js";
import type { ApnsSettings } from "./options.js";
import type { ApnsPush } from "./push.js";
import { invalid, wrong } from "./push-errors.js";
import { type PushKind, pushKind } from "./push-kind.js";
import { isPushType, PUSH_TYPES, type PushTypeRules } from "./push-types.js";
import { readTopic } from "./topic.js";

/** A push that has been checked and turned into what goes on the wire, but for the provider token. */
export interface PreparedPush {
  readonly deviceToken: string;
  readonly kind: PushKind;
  readonly environment: Environment;
  readonly apnsId: string;
  /** Epoch seconds; undefined where `kind` has the header field, or there is none. */
  readonly expiration: string | undefined;
  readonly collapseId: string | undefined;
  /** The payload as JSON. */
  readonly body: string;
}

const NAMES = Object.keys(PUSH_TYPES)
  .map(name => `"${name}"`)
  .join(", ");

/** Checks a push before it costs a request, and throws for what Apple would refuse. */
export function preparePush(push: ApnsPush, settings: ApnsSettings, now: () => number): PreparedPush {
  if (typeof push !== "object" || push === null) throw invalid("the push", push, "an object");
  const { pushType } = push;
  if (!isPushType(pushType)) throw invalid("pushType", pushType, NAMES);
  const rules: PushTypeRules = PUSH_TYPES[pushType];
  const read = readDeviceToken(push.deviceToken);
  if ("problem" in read) throw new ApnsVoipError("INVALID_DEVICE_TOKEN", `deviceToken: ${read.problem}`);
  const topic = readTopic(push, settings);
  const environment = readPushEnvironment(push.environment, settings);
  const apnsId = apnsIdOf(push.apnsId);
  const priority = readPriority(push.priority, rules, pushType);
  const expiration = readExpiration(push.expiration, rules, now);
  const isShared = expiration === undefined || expiration === "0";
  return {
    deviceToken: read.token,
    kind: pushKind(topic, pushType, priority, isShared ? expiration : undefined),
    environment,
    apnsId,
    expiration: isShared ? undefined : expiration,
    collapseId: push.collapseId === undefined ? undefined : readCollapseId(push.collapseId),
    body: readPayload(push.payload, rules, pushType),
  };
}

/** The header fields that are a push's own. Made when it is sent: a hundred thousand may wait. */
export function ownFields({ apnsId, expiration, collapseId }: PreparedPush): Fields {
  const fields: [string, string][] = [["apns-id", apnsId]];
  if (expiration !== undefined) fields.push(["apns-expiration", expiration]);
  if (collapseId !== undefined) fields.push(["apns-collapse-id", collapseId]);
  return fields;
}

function readPushEnvironment(given: unknown, { environment: preset, environments }: ApnsSettings): Environment {
  const environment = given === undefined ? preset : readEnvironment(given);
  if (environment === undefined) throw invalid("environment", given, '"production" or "sandbox"');
  if (!environments.includes(environment)) {
    throw invalid(
      "environment",
      environment,
      `one that this client may talk to (\`environments\`: ${environments.join(", ")})`,
    );
  }
  return environment;
}

function apnsIdOf(given: unknown): string {
  if (given === undefined) return newApnsId();
  const read = readApnsId(given);
  if (read !== undefined) return read;
  throw invalid("apnsId", given, "a UUID, 8-4-4-4-12 hex digits");
}

function readPriority(given: unknown, rules: PushTypeRules, pushType: string): string {
  if (given === undefined) return String(rules.priority);
  if (given !== 10 && given !== 5 && given !== 1) throw invalid("priority", given, "10, 5 or 1");
  if (rules.onlyPriority !== undefined && given !== rules.onlyPriority)
    throw invalid("priority", given, `${rules.onlyPriority}, the only one Apple takes for push type ${pushType}`);
  return String(given);
}

function readExpiration(given: unknown, { expiresIn }: PushTypeRules, now: () => number): string | undefined {
  if (given === undefined) {
    if (expiresIn === undefined) return undefined;
    return expiresIn === 0 ? "0" : String(Math.floor((now() + expiresIn) / 1000));
  }
  if (given === 0) return "0";
  if (!(given instanceof Date) || Number.isNaN(given.getTime()) || given.getTime() < 0) {
    throw invalid("expiration", given, "a Date, or 0 for one try without storage");
  }
  return String(Math.floor(given.getTime() / 1000));
}

function readCollapseId(given: unknown): string {
  if (isCollapseId(given)) return given;
  throw invalid("collapseId", given, WANTED_COLLAPSE_ID);
}

function readPayload(given: unknown, { mostBytes }: PushTypeRules, pushType: string): string {
  let json: string | undefined;
  try {
    json = typeof given === "object" && given !== null ? JSON.stringify(given) : undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : describe(cause);
    throw wrong("payload", `cannot become JSON (${why})`, cause);
  }
  const wanted = "an object that becomes a JSON object";
  // The text is not quoted: it may be a payload, with names in it.
  if (typeof given === "string") throw wrong("payload", `text given; wanted: ${wanted}`);
  if (json?.[0] !== "{") throw invalid("payload", given, wanted);
  // Counted exactly only where it matters: a character takes three bytes at most.
  const bytes = json.length * 3 <= mostBytes ? json.length : Buffer.byteLength(json);
  if (bytes <= mostBytes) return json;
  throw new ApnsVoipError(
    "PAYLOAD_TOO_LARGE",
    `payload: ${bytes} bytes of JSON; Apple takes at most ${mostBytes} for push type ${pushType}: send ids and let the app fetch the rest`,
  );
}
