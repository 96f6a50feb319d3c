import { createHash } from "node:crypto";
import type { AcceptedPush, ReceiptStore } from "apns-voip";
import { expect, test } from "vitest";

const HOUR = 3_600_000;
/** A name as the service makes it. Stores never get any other. */
const name = (text: string) => createHash("sha256").update(text).digest("base64url");

/** The tests for every store of receipts. */
export function keepsReceipts(makeStore: () => ReceiptStore): void {
  const now = Date.now();
  const push = (n: number, more: Partial<AcceptedPush> = {}): AcceptedPush => ({
    call: name("call-1"),
    phone: `attempt-phone-${n}`,
    acceptedAt: now,
    dueAt: now + 8_000,
    request: undefined,
    details: `details of ${n}`,
    ...more,
  });

  test("counts the first of each event of a phone, and knows when Apple accepted", async () => {
    const store = makeStore();
    await store.accepted(push(1), HOUR);
    const heard = { ...push(1), event: "ringing", at: now + 500 } as const;
    const counts = await Promise.all([1, 2, 3].map(() => store.heard(heard, HOUR)));
    expect(counts.filter(({ isFirst }) => isFirst)).toEqual([{ isFirst: true, acceptedAt: now }]);
    expect((await store.heard({ ...heard, event: "answered" }, HOUR)).isFirst).toBe(true);
    expect((await store.heard({ ...heard, phone: "attempt-phone-2" }, HOUR)).isFirst).toBe(true);
  });

  test("takes a receipt that comes before Apple's answer is known", async () => {
    const store = makeStore();
    const heard = await store.heard({ ...push(1), event: "received", at: now }, HOUR);
    expect(heard).toEqual({ isFirst: true, acceptedAt: undefined });
    await store.accepted(push(1), HOUR);
    expect(await store.due(now + HOUR)).toEqual([]);
    expect(await store.list(name("call-1"), now)).toEqual([
      { phone: "attempt-phone-1", event: "received", at: now, acceptedAt: now },
    ]);
  });

  test("gives each phone that stayed silent once, when it is due, to one of all who ask", async () => {
    const store = makeStore();
    await store.accepted(push(1), HOUR);
    await store.accepted(push(2, { dueAt: now + 9_000 }), HOUR);
    await store.accepted(push(3), HOUR);
    await store.heard({ ...push(3), event: "failed", at: now + 100 }, HOUR);
    expect(await store.due(now + 7_999)).toEqual([]);
    const given = await Promise.all([1, 2, 3].map(() => store.due(now + 8_000)));
    expect(given.flat()).toEqual([{ acceptedAt: now, details: "details of 1" }]);
    expect(await store.due(now + 9_000)).toEqual([{ acceptedAt: now, details: "details of 2" }]);
    expect(await store.due(now + HOUR)).toEqual([]);
  });

  test("asks no more for the phones of a request that was quieted, before or after", async () => {
    const store = makeStore();
    await store.quiet("request-1", now, HOUR);
    await store.accepted(push(1, { request: "request-1" }), HOUR);
    await store.accepted(push(2, { request: "request-2" }), HOUR);
    await store.accepted(push(3, { request: "request-3" }), HOUR);
    await store.quiet("request-3", now, HOUR);
    expect((await store.due(now + 8_000)).map(({ details }) => details)).toEqual(["details of 2"]);
  });

  test("lists what was heard of a call and of no other, the oldest first", async () => {
    const store = makeStore();
    await store.accepted(push(1), HOUR);
    for (const [event, at] of [
      ["ringing", now + 200],
      ["received", now + 100],
    ] as const) {
      await store.heard({ ...push(1), event, at }, HOUR);
    }
    await store.heard({ ...push(1), call: name("call-2"), event: "answered", at: now }, HOUR);
    const listed = await store.list(name("call-1"), now);
    expect(listed.map(({ event, at }) => [event, at - now])).toEqual([
      ["received", 100],
      ["ringing", 200],
    ]);
    expect(await store.list(name("call-3"), now)).toEqual([]);
  });

  test("gives the first of many callers the right to say a thing of a call, and nobody after", async () => {
    const store = makeStore();
    const said = await Promise.all([1, 2, 3].map(() => store.once(name("call-1"), name("alert"), now, HOUR)));
    expect(said.filter(Boolean)).toHaveLength(1);
    expect(await store.once(name("call-1"), name("another"), now, HOUR)).toBe(true);
    expect(await store.once(name("call-2"), name("alert"), now, HOUR)).toBe(true);
    expect(await store.list(name("call-1"), now)).toEqual([]);
  });

  test("keeps a text under its name, and gives nothing under another", async () => {
    const store = makeStore();
    await store.keep("attempt", '["10","通話\\n"]', now, HOUR);
    expect(await store.kept("attempt", now)).toBe('["10","通話\\n"]');
    expect(await store.kept("other", now)).toBeUndefined();
  });

  test("forgets what it has kept for long enough", async () => {
    const store = makeStore();
    await store.keep("attempt", "text", now, 1);
    await store.heard({ ...push(1), event: "received", at: now }, 1);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await store.kept("attempt", now + 2)).toBeUndefined();
    expect(await store.list(name("call-1"), now + 2)).toEqual([]);
  });

  test("stays bounded, however often a call id comes back and however many calls there are", async () => {
    const store = makeStore();
    for (let n = 0; n < 300; n++) {
      await Promise.all(
        (["received", "ringing", "answered", "declined", "failed"] as const).map(event =>
          store.heard({ call: name("call-1"), phone: `attempt-${n}`, event, at: now + n }, HOUR),
        ),
      );
      await store.accepted(push(n, { phone: `attempt-${n}` }), HOUR);
    }
    expect((await store.list(name("call-1"), now)).length).toBeLessThanOrEqual(2_000);
  });
}
