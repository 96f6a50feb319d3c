import type { ApnsSettings } from "./options.js";
import type { ApnsPush } from "./push.js";
import { invalid, wrong } from "./push-errors.js";
import { ownerOf, PUSH_TYPES, type PushType, type PushTypeRules, suffixOf } from "./push-types.js";

/** Bytes of a topic at most. */
const MOST_TOPIC_BYTES = 255;

/** The topic that was read last: most pushes go to the same app as the one before. */
let last: Partial<{ settings: ApnsSettings; given: unknown; pushType: PushType; topic: string }> = {};

/** The topic of a push, given or made from the client's bundle id; throws for what Apple would refuse. */
export function readTopic({ topic: given, pushType }: ApnsPush, settings: ApnsSettings): string {
  if (last.topic !== undefined && last.given === given && last.pushType === pushType && last.settings === settings)
    return last.topic;
  const topic = read(given, pushType, settings);
  last = { settings, given, pushType, topic };
  return topic;
}

function read(topic: unknown, pushType: PushType, settings: ApnsSettings): string {
  const { suffix }: PushTypeRules = PUSH_TYPES[pushType];
  const { bundleId, bundleIds } = settings;
  if (topic === undefined) {
    if (suffix === undefined) throw invalid("topic", undefined, "the UID in the subject of the MDM certificate");
    if (bundleId === undefined)
      throw invalid("topic", undefined, "a topic, or a client with a `bundleId` to make it from");
    return checkLength(`${bundleId}${suffix}`);
  }
  if (typeof topic !== "string" || !/^[A-Za-z0-9.-]+$/.test(topic))
    throw invalid("topic", topic, `a bundle id${suffix && `, with ${suffix} behind it for push type ${pushType}`}`);
  const found = suffix && topic.endsWith(suffix) ? suffix : suffixOf(topic);
  const rest = topic.slice(0, topic.length - found.length);
  if (found !== "" && rest.endsWith(found)) throw invalid("topic", topic, `\`${found}\` exactly once`);
  if (found !== "" && found !== suffix) {
    const why = `because ${found} topics take only push type ${ownerOf(found)} and this is ${pushType}`;
    throw invalid("topic", topic, `${rest}${suffix ?? ""}, ${why}`);
  }
  if (bundleIds !== undefined && !bundleIds.includes(rest)) {
    throw invalid(
      "topic",
      topic,
      `one of an app that this client may send for (\`bundleIds\`: ${bundleIds.join(", ")})`,
    );
  }
  if (found === "" && suffix) throw invalid("topic", topic, `${topic}${suffix}, because the push type is ${pushType}`);
  return checkLength(topic);
}

function checkLength(topic: string): string {
  if (topic.length <= MOST_TOPIC_BYTES) return topic;
  throw wrong("topic", `text of ${topic.length} bytes given; wanted: at most ${MOST_TOPIC_BYTES} bytes`);
}
