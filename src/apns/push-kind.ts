import type { Fields } from "../http2/port.js";
import type { PushType } from "./push-types.js";

/** What pushes of one kind have in common. A hundred thousand of them that wait hold it once. */
export interface PushKind {
  readonly pushType: PushType;
  readonly topic: string;
  /** The header fields: the same array each time, by which a connection knows that it has sent them before. */
  readonly fields: Fields;
}

/** Kinds that are kept at most: more than an app needs. Beyond that they are made anew. */
const MOST_KEPT = 200;

const kept = new Map<string, PushKind>();

/** The kind that was asked for last: most pushes are like the one before. */
let last: { readonly kind: PushKind; readonly priority: string; readonly expiration: string | undefined } | undefined;

export function pushKind(
  topic: string,
  pushType: PushType,
  priority: string,
  expiration: string | undefined,
): PushKind {
  if (
    last !== undefined &&
    topic === last.kind.topic &&
    pushType === last.kind.pushType &&
    priority === last.priority &&
    expiration === last.expiration
  )
    return last.kind;
  const kind = keptKind(topic, pushType, priority, expiration);
  last = { kind, priority, expiration };
  return kind;
}

function keptKind(topic: string, pushType: PushType, priority: string, expiration: string | undefined): PushKind {
  const key = `${topic} ${pushType} ${priority} ${expiration}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const fields: [string, string][] = [
    ["apns-topic", topic],
    ["apns-push-type", pushType],
    ["apns-priority", priority],
  ];
  if (expiration !== undefined) fields.push(["apns-expiration", expiration]);
  const kind = { pushType, topic, fields };
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, kind);
  return kind;
}
