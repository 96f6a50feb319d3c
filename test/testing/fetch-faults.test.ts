import { createMockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL, providerToken, voipHeaders } from "./apple.js";

async function setUp() {
  const mock = createMockApns();
  const phone = mock.device();
  const token = await providerToken(mock.key);
  const push = async (signal?: AbortSignal) => {
    const response = await mock.fetch(`https://api.push.apple.com/3/device/${phone.token}`, {
      method: "POST",
      headers: voipHeaders(token) as Record<string, string>,
      body: JSON.stringify(CALL),
      ...(signal && { signal }),
    });
    return response.status;
  };
  const causeOf = (sent: Promise<unknown>) =>
    sent.then(
      () => expect.fail("was answered"),
      (error: TypeError & { cause: { code: string } }) => [error.message, error.cause.code],
    );
  return { mock, phone, push, causeOf };
}

describe("behind mock.fetch a fault", () => {
  it("strikes nothing before the first request", async () => {
    const { mock, push } = await setUp();
    expect(mock.faults.cut()).toBe(0);
    await push();
    expect(mock.faults.cut()).toBe(1);
  });

  it("rejects with errors like those of the built-in fetch", async () => {
    const { mock, push, causeOf } = await setUp();
    await push();
    mock.faults.cut({ when: "after" });
    expect(await causeOf(push())).toEqual(["fetch failed", "ECONNRESET"]);
    await push();
    mock.faults.refuseStreams(1);
    expect(await causeOf(push())).toEqual(["fetch failed", "ERR_HTTP2_STREAM_ERROR"]);
    mock.faults.resetStreams(1, { when: "before" });
    expect(await causeOf(push())).toEqual(["fetch failed", "ERR_HTTP2_STREAM_ERROR"]);
    mock.faults.cut();
    mock.faults.refuseConnections(1);
    expect(await causeOf(push())).toEqual(["fetch failed", "ECONNREFUSED"]);
    expect(await push()).toBe(200);
  });

  it("cut: ends what is in flight; the next request is sound", async () => {
    const { mock, push, causeOf } = await setUp();
    await push();
    mock.faults.delay(1000);
    const cause = causeOf(push());
    await mock.clock.advance(0);
    mock.faults.cut();
    expect(await cause).toEqual(["fetch failed", "ECONNRESET"]);
    expect(await push()).toBe(200);
    expect(mock.pushes).toHaveLength(3);
  });

  it("freeze: holds answers in flight until the thaw; the next request is sound", async () => {
    const { mock, push } = await setUp();
    await push();
    mock.faults.delay(1000);
    let answered = false;
    const frozen = push().finally(() => {
      answered = true;
    });
    await mock.clock.advance(0);
    mock.faults.freeze();
    expect(await push()).toBe(200);
    await mock.clock.advance(60_000);
    expect(answered).toBe(false);
    mock.faults.thaw();
    expect(await frozen).toBe(200);
  });

  it("goaway: what is in flight is answered; the next request takes another connection", async () => {
    const { mock, push } = await setUp();
    await push();
    mock.faults.delay(1000);
    const pending = push();
    await mock.clock.advance(0);
    mock.faults.goaway();
    expect(await push()).toBe(200);
    await mock.clock.advance(1000);
    expect(await pending).toBe(200);
    expect(mock.pushes.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it("stallConnections: no word until the sender gives up", async () => {
    const { mock, phone, push } = await setUp();
    mock.faults.stallConnections(1);
    const sender = new AbortController();
    const stalled = expect(push(sender.signal)).rejects.toThrow("enough");
    await mock.clock.advance(60_000);
    sender.abort(new Error("enough"));
    await stalled;
    expect(phone.received).toEqual([]);
    expect(await push()).toBe(200);
  });

  it("never judges a push that was given up before", async () => {
    const { mock, push } = await setUp();
    await push();
    mock.faults.delay(1000, { when: "before" });
    const sender = new AbortController();
    const given = expect(push(sender.signal)).rejects.toThrow("enough");
    await mock.clock.advance(500);
    sender.abort(new Error("enough"));
    await given;
    await mock.clock.advance(1000);
    expect(mock.pushes).toHaveLength(1);
    await expect(push(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
  });

  it("takes a Request too", async () => {
    const { mock, phone } = await setUp();
    const request = new Request(`https://api.push.apple.com/3/device/${phone.token}`, {
      method: "POST",
      headers: voipHeaders(await providerToken(mock.key)) as Record<string, string>,
      body: JSON.stringify(CALL),
    });
    expect((await mock.fetch(request)).status).toBe(200);
    expect(phone.calls).toHaveLength(1);
  });

  it("finds the sandbox by Apple's name for it, old and new", async () => {
    const { mock, phone } = await setUp();
    for (const host of ["api.sandbox.push.apple.com", "api.development.push.apple.com"]) {
      await mock.fetch(`https://${host}:2197/3/device/${phone.token}`, { method: "POST" });
    }
    expect(mock.pushes.map(({ environment }) => environment)).toEqual(["sandbox", "sandbox"]);
  });
});
