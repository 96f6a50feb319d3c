import { ApnsVoipError } from "../errors.js";
import type { ReadMessage } from "./message.js";

/** Bytes of JSON that Apple takes for an alert push. */
const MOST_BYTES = 4096;
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

function payloadOf({ title, extra, fromUserId, badge, sound, threadId, mutableContent }: ReadMessage, body: string) {
  return {
    ...extra,
    aps: {
      alert: { title, body },
      sound,
      badge,
      "thread-id": threadId,
      "mutable-content": mutableContent ? 1 : undefined,
    },
    type: "chat.message",
    // Undefined also takes away what `extra` has here: it was no id.
    fromUserId,
  };
}

/** As much as fits, and an ellipsis. Cut between graphemes, so that no emoji, flag or accented letter is torn apart. */
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

/** What the text takes inside JSON, without its quotes: `"` is two bytes there, a control character six. */
function textBytes(text: string): number {
  return jsonBytes(text) - 2;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function tooLarge(bytes: number): ApnsVoipError {
  const message = `the message takes ${bytes} bytes of JSON even without its body; Apple takes at most ${MOST_BYTES}: shorten title or extra`;
  return new ApnsVoipError("PAYLOAD_TOO_LARGE", message, { issues: [{ path: "extra", message }] });
}
