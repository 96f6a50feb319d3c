import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { rig } from "./rig.js";

const NOTHING_LEFT = { outcome: "unsent", error: { code: "CANCELLED" } };

describe("a push that is cancelled", () => {
  test("before it is sent never leaves", async () => {
    const { mock, ring, of } = await rig();
    expect(await ring(undefined, { cancel: AbortSignal.abort() })).toMatchObject({ ...NOTHING_LEFT, attempts: 0 });
    expect(of("apns.result")).toMatchObject([{ outcome: "unsent" }]);
    expect(mock.pushes).toEqual([]);
  });

  test("while it waits for a connection leaves the line, and its neighbours go on", async () => {
    const { mock, client, pass, ring } = await rig();
    mock.faults.refuseConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const cancel = new AbortController();
    const waiting = ring(undefined, { cancel: cancel.signal });
    const other = ring();
    await mock.clock.advance(100);
    cancel.abort();
    expect(await waiting).toMatchObject({ ...NOTHING_LEFT, attempts: 0 });
    expect(client.stats.queued).toBe(1);
    mock.faults.clear();
    expect(await pass(other)).toMatchObject({ outcome: "accepted" });
    expect(mock.pushes).toHaveLength(1);
  });

  test("when it has left goes on to its outcome", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ delay: 1000 }]);
    const cancel = new AbortController();
    const out = ring(undefined, { cancel: cancel.signal });
    await mock.clock.advance(200);
    cancel.abort();
    await mock.clock.advance(1000);
    expect(await out).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("when Apple has refused it for now is not tried again", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 503, retryAfter: 5 }]);
    const cancel = new AbortController();
    const waiting = ring(undefined, { cancel: cancel.signal });
    await mock.clock.advance(1000);
    cancel.abort();
    expect(await waiting).toMatchObject(NOTHING_LEFT);
    await mock.clock.advance(10_000);
    expect(mock.pushes).toHaveLength(1);
  });

  test("when Apple's refusal comes only then is not tried again either, and says how it ended", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 503, delay: 500 }]);
    const cancel = new AbortController();
    const out = ring(undefined, { cancel: cancel.signal });
    await mock.clock.advance(100);
    cancel.abort();
    await mock.clock.advance(10_000);
    expect(await out).toMatchObject({ outcome: "rejected", status: 503, attempts: 1 });
    expect(mock.pushes).toHaveLength(1);
  });

  test("when its answer was lost is not sent a second time, and may have rung", async () => {
    const { mock, pass, ring } = await rig();
    mock.script("*", [{ delay: 60_000 }]);
    const cancel = new AbortController();
    const out = ring(undefined, { cancel: cancel.signal, onUnknown: "resend" });
    await mock.clock.advance(200);
    cancel.abort();
    mock.faults.cut();
    expect(await pass(out)).toMatchObject({ outcome: "unknown", attempts: 1 });
    expect(mock.pushes).toHaveLength(1);
  });
});

test("cancelled over fetch, what waits for its provider token never leaves", async () => {
  const mock = createMockApns();
  const signed = Promise.withResolvers<never>();
  const { key, ...ids } = mock.key;
  const client = createApnsClient({
    ...ids,
    sign: () => signed.promise,
    bundleId: "com.example.app",
    fetch: mock.fetch,
    clock: mock.clock,
  });
  const cancel = new AbortController();
  const push = { deviceToken: "ab".repeat(32), pushType: "voip", payload: { callId: "1" } } as const;
  const waiting = client.send(push, { cancel: cancel.signal });
  await mock.clock.advance(100);
  cancel.abort();
  expect(await waiting).toMatchObject(NOTHING_LEFT);
  expect(mock.pushes).toEqual([]);
  signed.reject(new Error("gone"));
});

test("a push that has ended listens to its signals no more", async () => {
  const { ring } = await rig();
  const [abort, cancel] = [new AbortController(), new AbortController()];
  expect(await ring(undefined, { signal: abort.signal, cancel: cancel.signal })).toMatchObject({ outcome: "accepted" });
  cancel.abort();
  abort.abort(new Error("too late"));
  const [signal, other] = [new AbortController(), new AbortController()];
  const rejected = ring(undefined, { signal: signal.signal, cancel: other.signal });
  signal.abort(new Error("hung up"));
  other.abort();
  await expect(rejected).rejects.toThrow("hung up");
});
