import { isPushType, PUSH_TYPES, type PushTypeRules, suffixOf } from "../apns/push-types.js";
import type { Strictness } from "./options.js";
import { deviceTokenOf, header, type MockRequest, type PushRefusal, type RequestHead } from "./request.js";
import { isTopic } from "./topics.js";

/** The rules of a push type. An unknown type was refused before, and is treated as an alert after that. */
const rulesOf = (pushType: string): PushTypeRules => PUSH_TYPES[isPushType(pushType) ? pushType : "alert"];

const bad = (reason: string): PushRefusal => ({ status: 400, reason });

/** The form of each header. An absent header has no form to judge. */
const HEADER_FORMS: readonly (readonly [name: string, passes: (value: string) => boolean, reason: string])[] = [
  ["apns-id", value => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value), "BadMessageId"],
  ["apns-expiration", value => /^\d{1,15}$/.test(value), "BadExpirationDate"],
  ["apns-priority", value => ["10", "5", "1"].includes(value), "BadPriority"],
  ["apns-collapse-id", value => Buffer.byteLength(value) <= 64, "BadCollapseId"],
  ["apns-push-type", isPushType, "InvalidPushType"],
  ["apns-topic", value => value === "" || isTopic(value), "BadTopic"],
];

/** Judges method and path, before anything else. */
export function judgePath(head: RequestHead): PushRefusal | undefined {
  const token = deviceTokenOf(head.path);
  if (head.method !== "POST") return { status: 405, reason: "MethodNotAllowed" };
  if (token === undefined) return { status: 404, reason: "BadPath" };
  return token === "" ? bad("MissingDeviceToken") : undefined;
}

/** Judges each header, then topic, push type and priority together, then the body. */
export function judgeRequest(request: MockRequest, strictness: Strictness): PushRefusal | undefined {
  return judgeHeaders(request) ?? judgeTopic(request) ?? judgeBody(request, strictness);
}

function judgeHeaders(head: RequestHead): PushRefusal | undefined {
  const names = head.headers.map(([name]) => name).filter(name => name.startsWith("apns-") || name === "authorization");
  if (new Set(names).size < names.length) return bad("DuplicateHeaders");
  for (const [name, passes, reason] of HEADER_FORMS) {
    const value = header(head, name);
    if (value !== undefined && !passes(value)) return bad(reason);
  }
  return header(head, "apns-topic") ? undefined : bad("MissingTopic");
}

/**
 * `alert` with a `.voip` topic is `InvalidPushType`, `voip` with the plain bundle id `TopicDisallowed`: Apple documents
 * the pairs and not the answers, which are as the field reports them. Without a push type, a topic with a suffix is
 * refused; Apple requires the header on watchOS only, but VoIP pushes are seen to fail without.
 */
function judgeTopic(head: RequestHead): PushRefusal | undefined {
  const suffix = suffixOf(header(head, "apns-topic") ?? "");
  const pushType = header(head, "apns-push-type") ?? "alert";
  const { suffix: wanted, onlyPriority } = rulesOf(pushType);
  if (wanted !== undefined && wanted !== suffix) return bad(suffix === "" ? "TopicDisallowed" : "InvalidPushType");
  return onlyPriority !== undefined && header(head, "apns-priority") === "10" ? bad("BadPriority") : undefined;
}

/**
 * @see https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
 */
function judgeBody({ body, ...head }: MockRequest, strictness: Strictness): PushRefusal | undefined {
  const { mostBytes } = rulesOf(header(head, "apns-push-type") ?? "alert");
  if (body.length === 0) return bad("PayloadEmpty");
  if (body.length > mostBytes) return { status: 413, reason: "PayloadTooLarge" };
  if (strictness.badJsonReason === "accept" || isJsonObject(body)) return undefined;
  return bad(strictness.badJsonReason);
}

function isJsonObject(body: Uint8Array): boolean {
  const value = readJson(body);
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The body as JSON; as text where it is none. */
export function readJson(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
