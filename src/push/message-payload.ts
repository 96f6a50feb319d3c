import { PUSH_TYPES } from "../apns/push-types.js";
import { ApnsVoipError } from "../errors.js";
import { jsonBytes } from "./json-bytes.js";
import type { ReadMessage } from "./message.js";

const MOST_BYTES = PUSH_TYPES.alert.mostBytes;
const ELLIPSIS = "…";

/**
 * The alert push of a message. The app routes a tap by `type` and `fromUserId`, so nothing in `extra` overrides them.
 *
 * @see https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
 */
export function messagePayload(message: ReadMessage): object {
  const withBody = (body: string) => payloadOf(message, body);
  const whole = withBody(message.body);
  const room = MOST_BYTES - jsonBytes(withBody(""));
  if (room < 0) throw tooLarge(MOST_BYTES - room);
  return textBytes(message.body) <= room ? whole : withBody(cut(message.body, room));
}

function payloadOf(message: ReadMessage, body: string) {
  const { title, subtitle, type, extra, fromUserId, badge, sound, interruptionLevel } = message;
  return {
    ...extra,
    aps: {
      alert: { title, subtitle, body },
      // A critical message is heard on a muted phone only if its sound is critical as well.
      sound: interruptionLevel === "critical" ? { critical: 1, name: sound, volume: 1 } : sound,
      badge,
      "thread-id": message.threadId,
      category: message.category,
      "interruption-level": interruptionLevel,
      "relevance-score": message.relevanceScore,
      "content-available": message.contentAvailable ? 1 : undefined,
      "mutable-content": message.mutableContent ? 1 : undefined,
    },
    type,
    // Undefined also removes a `fromUserId` of `extra` that is no user id.
    fromUserId,
  };
}

/**
 * Cuts a text to what fits, with an ellipsis. It cuts between graphemes, so that no emoji, flag or accented letter is
 * torn apart.
 */
function cut(text: string, room: number): string {
  if (room < textBytes(ELLIPSIS)) return "";
  let left = room - textBytes(ELLIPSIS);
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    left -= textBytes(segment);
    if (left < 0) break;
    end = index + segment.length;
  }
  return text.slice(0, end) + ELLIPSIS;
}

/** Bytes that the text takes inside JSON, without its quotes: `"` takes two bytes there, a control character six. */
function textBytes(text: string): number {
  return jsonBytes(text) - 2;
}

function tooLarge(bytes: number): ApnsVoipError {
  const message = `the message takes ${bytes} bytes of JSON even without its body; Apple takes at most ${MOST_BYTES}: shorten title or extra`;
  return new ApnsVoipError("PAYLOAD_TOO_LARGE", message, { issues: [{ path: "extra", message }] });
}
