import { consoleLogger as full } from "apns-voip";
import { type ApnsVoipEvent, consoleLogger } from "apns-voip/signal";
import { describe, expect, test } from "vitest";

const EVENTS: readonly (readonly [event: ApnsVoipEvent, line: string])[] = [
  [
    { type: "signal.pushing-others", toUserId: "10", connected: 1 },
    "[signal] user 10 has 1 phone connected, sending VoIP Push to the others",
  ],
  [
    { type: "signal.pushing-others", toUserId: "10", connected: 2 },
    "[signal] user 10 has 2 phones connected, sending VoIP Push to the others",
  ],
  [
    { type: "signal.phone-woken", toUserId: "10", callId: "11-10", phone: "s1", milliseconds: 812.4 },
    "📲 A phone of user 10 registered 812 ms after the push",
  ],
  [
    { type: "signal.nobody-woken", toUserId: "10", callId: "11-10", milliseconds: 8_001 },
    "⚠️ APNs accepted, but no phone of user 10 has registered within 8 s",
  ],
  [
    {
      ...{ type: "signal.call-ended", fromUserId: "11", toUserId: "10", callId: "11-10" },
      ...{ why: "hang-up", answered: true, milliseconds: 63_400 },
    },
    "[signal] call from 11 to 10 ended after 63 s, answered: hang-up",
  ],
  [
    {
      ...{ type: "signal.call-ended", fromUserId: "11\n", toUserId: "10", callId: "11-10" },
      ...{ why: "no-answer", answered: false, milliseconds: 30_000 },
    },
    "[signal] call from 11\\u{a} to 10 ended after 30 s, not answered: no-answer",
  ],
  [
    { type: "signal.refused", userId: "11\n", event: "offer", why: "the body is no object" },
    "[signal] offer of user 11\\u{a} refused: the body is no object",
  ],
  [
    { type: "signal.store-failed", operation: "read", error: new Error("READONLY") },
    "❌ Call store error (read): READONLY",
  ],
  [
    { type: "signal.online-failed", userId: "10", error: "no adapter" },
    "❌ Cannot tell which phones of user 10 are connected: no adapter",
  ],
];

function linesOf(make: typeof full, event: ApnsVoipEvent, options: object = {}): string[] {
  const lines: string[] = [];
  make({ ...options, log: line => void lines.push(line) })(event);
  return lines;
}

describe.each([
  ["apns-voip/signal", consoleLogger as typeof full],
  ["apns-voip", full],
])("the console logger of %s", (_, make) => {
  test.each(EVENTS)("%j is told in one line, to the letter", (event, line) => {
    expect(linesOf(make, event, { explain: false })).toEqual([line]);
    expect(linesOf(make, event)[0]).toBe(line);
  });

  test("says what to look at when nobody has woken, whose call it was, and nothing else", () => {
    const [, advice, ...more] = linesOf(make, EVENTS[3]![0]);
    expect(advice).toMatch(/^ {3}user 10: Accepted is not delivered\..*network.*CallKit/);
    expect(more).toEqual([]);
  });
});

test("both say the same in English, and the whole logger says it in Japanese, too", () => {
  const event = EVENTS[3]![0];
  expect(linesOf(full, event)).toEqual(linesOf(consoleLogger as typeof full, event));
  expect(linesOf(full, event, { lang: "ja" })[1]).toMatch(/^ {3}user 10: 受理は配信ではありません.*CallKit/);
});
