import type { Fields } from "../http2/port.js";

/** Lists of fields that are kept at most: more than an app needs. Beyond that they are made anew. */
const MOST_KEPT = 200;

const kept = new Map<string, Fields>();

/** The list that was asked for last: most pushes are like the one before. */
let last = { topic: "", pushType: "", priority: "", expiration: undefined as string | undefined, fields: [] as Fields };

/**
 * The header fields that all pushes of one kind have in common. The same array each time, by which a connection knows that it has
 * sent them before.
 */
export function sharedFields(
  topic: string,
  pushType: string,
  priority: string,
  expiration: string | undefined,
): Fields {
  if (
    topic === last.topic &&
    pushType === last.pushType &&
    priority === last.priority &&
    expiration === last.expiration
  )
    return last.fields;
  const fields = keptFields(topic, pushType, priority, expiration);
  last = { topic, pushType, priority, expiration, fields };
  return fields;
}

function keptFields(topic: string, pushType: string, priority: string, expiration: string | undefined): Fields {
  const key = `${topic} ${pushType} ${priority} ${expiration}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const fields: [string, string][] = [
    ["apns-topic", topic],
    ["apns-push-type", pushType],
    ["apns-priority", priority],
  ];
  if (expiration !== undefined) fields.push(["apns-expiration", expiration]);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, fields);
  return fields;
}
