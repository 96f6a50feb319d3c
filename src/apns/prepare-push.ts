import { randomUUID } from "node:crypto";
import { type Environment, readEnvironment } from "../environment.js";
import { ApnsVoipError } from "../errors.js";
import type { Fields } from "../http2/port.js";
import { describe } from "../internal/describe.js";
import { readDeviceToken } from "../internal/device-token.js";
import type { ApnsSettings } from "./options.js";
import type { ApnsPush } from "./push.js";
import { sharedFields } from "./shared-fields.js";

/** A push that has been checked and turned into what goes on the wire, but for the provider token. */
export interface PreparedPush {
  readonly deviceToken: string;
  readonly pushType: ApnsPush["pushType"];
  readonly topic: string;
  readonly environment: Environment;
  readonly apnsId: string;
  /** The header fields that other pushes have, too: the same array for all of them. */
  readonly shared: Fields;
  /** And those that are its own. */
  readonly own: Fields;
  /** JSON. */
  readonly body: string;
}

interface PushTypeRules {
  /** Behind the bundle id. */
  readonly suffix: string;
  /** Of JSON, in UTF-8. */
  readonly mostBytes: number;
  readonly priority: 10 | 5;
  /** Milliseconds Apple may store the push; 0: it tries once; undefined: Apple's own policy. */
  readonly expiresIn: number | undefined;
}

/** @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns */
const PUSH_TYPES: Readonly<Record<ApnsPush["pushType"], PushTypeRules>> = {
  voip: { suffix: ".voip", mostBytes: 5120, priority: 10, expiresIn: 0 },
  alert: { suffix: "", mostBytes: 4096, priority: 10, expiresIn: 24 * 3_600_000 },
  background: { suffix: "", mostBytes: 4096, priority: 5, expiresIn: undefined },
};

const MOST_COLLAPSE_ID_BYTES = 64;
const MOST_TOPIC_BYTES = 255;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Checks a push before the network, and throws what Apple would refuse anyway. */
export function preparePush(push: ApnsPush, settings: ApnsSettings, now: number): PreparedPush {
  if (typeof push !== "object" || push === null) throw invalid("the push", push, "an object");
  const { pushType } = push;
  const rules = Object.hasOwn(PUSH_TYPES, pushType) ? PUSH_TYPES[pushType] : undefined;
  if (rules === undefined) throw invalid("pushType", pushType, '"voip", "alert" or "background"');
  const read = readDeviceToken(push.deviceToken);
  if ("problem" in read) throw new ApnsVoipError("INVALID_DEVICE_TOKEN", `deviceToken: ${read.problem}`);
  const topic = readTopic(push, rules, settings.bundleId);
  const environment = readPushEnvironment(push.environment, settings);
  const apnsId = readApnsId(push.apnsId);
  const priority = readPriority(push.priority, rules, pushType);
  const expiration = readExpiration(push.expiration, rules, now);
  const isShared = expiration === undefined || expiration === "0";
  const own: [string, string][] = [["apns-id", apnsId]];
  if (!isShared) own.push(["apns-expiration", expiration]);
  if (push.collapseId !== undefined) own.push(["apns-collapse-id", readCollapseId(push.collapseId)]);
  return {
    deviceToken: read.token,
    pushType,
    topic,
    environment,
    apnsId,
    shared: sharedFields(topic, pushType, priority, isShared ? expiration : undefined),
    own,
    body: readPayload(push.payload, rules, pushType),
  };
}

function readTopic(push: ApnsPush, { suffix }: PushTypeRules, bundleId: string | undefined): string {
  const { pushType } = push;
  if (push.topic === undefined) {
    if (bundleId === undefined)
      throw invalid("topic", undefined, "a topic, or a client with a `bundleId` to make it from");
    return checkLength(`${bundleId}${suffix}`);
  }
  const { topic } = push;
  if (typeof topic !== "string" || !/^[A-Za-z0-9.-]+$/.test(topic))
    throw invalid("topic", topic, "a bundle id, with .voip behind it for push type voip");
  const isVoip = topic.endsWith(".voip");
  if (topic.endsWith(".voip.voip")) throw invalid("topic", topic, "`.voip` exactly once");
  if (pushType === "voip" && !isVoip) throw invalid("topic", topic, `${topic}.voip, because the push type is voip`);
  if (pushType !== "voip" && isVoip)
    throw invalid(
      "topic",
      topic,
      `${topic.slice(0, -5)}, because .voip topics take only push type voip and this is ${pushType}`,
    );
  return checkLength(topic);
}

function checkLength(topic: string): string {
  if (topic.length <= MOST_TOPIC_BYTES) return topic;
  throw wrong("topic", `text of ${topic.length} bytes given; wanted: at most ${MOST_TOPIC_BYTES} bytes`);
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

function readApnsId(given: unknown): string {
  if (given === undefined) return randomUUID();
  if (typeof given !== "string" || !UUID.test(given)) throw invalid("apnsId", given, "a UUID, 8-4-4-4-12 hex digits");
  return given.toLowerCase();
}

function readPriority(given: unknown, rules: PushTypeRules, pushType: string): string {
  if (given === undefined) return String(rules.priority);
  if (given !== 10 && given !== 5 && given !== 1) throw invalid("priority", given, "10, 5 or 1");
  if (pushType === "background" && given !== 5)
    throw invalid("priority", given, "5, the only one Apple takes for push type background");
  return String(given);
}

function readExpiration(given: unknown, { expiresIn }: PushTypeRules, now: number): string | undefined {
  if (given === undefined) {
    if (expiresIn === undefined) return undefined;
    return expiresIn === 0 ? "0" : String(Math.floor((now + expiresIn) / 1000));
  }
  if (given === 0) return "0";
  if (!(given instanceof Date) || Number.isNaN(given.getTime()) || given.getTime() < 0) {
    throw invalid("expiration", given, "a Date, or 0 for one try without storage");
  }
  return String(Math.floor(given.getTime() / 1000));
}

/** Printable ASCII without blanks at the ends: a header value can carry nothing else unharmed. */
const COLLAPSE_ID = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function readCollapseId(given: unknown): string {
  if (typeof given !== "string" || !COLLAPSE_ID.test(given))
    throw invalid("collapseId", given, "text of printable ASCII characters, without blanks at its ends");
  if (given.length <= MOST_COLLAPSE_ID_BYTES) return given;
  throw wrong("collapseId", `text of ${given.length} bytes given; wanted: at most ${MOST_COLLAPSE_ID_BYTES} bytes`);
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
  // Text is not repeated: it may be a payload, with names in it.
  if (typeof given === "string") throw wrong("payload", `text given; wanted: ${wanted}`);
  if (json?.[0] !== "{") throw invalid("payload", given, wanted);
  // A character takes three bytes at most.
  const bytes = json.length * 3 <= mostBytes ? json.length : Buffer.byteLength(json);
  if (bytes <= mostBytes) return json;
  throw new ApnsVoipError(
    "PAYLOAD_TOO_LARGE",
    `payload: ${bytes} bytes of JSON; Apple takes at most ${mostBytes} for push type ${pushType}: send ids and let the app fetch the rest`,
  );
}

function invalid(field: string, given: unknown, wanted: string): ApnsVoipError {
  return wrong(field, `${given === undefined ? "missing" : `${describe(given)} given`}; wanted: ${wanted}`);
}

function wrong(field: string, what: string, cause?: unknown): ApnsVoipError {
  const message = `${field}: ${what}`;
  return new ApnsVoipError("INVALID_PUSH", message, { cause, issues: [{ path: field, message }] });
}
