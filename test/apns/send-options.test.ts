import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { rig } from "./rig.js";

const call = { pushType: "voip", payload: { callId: "1" } } as const;

describe("the caller's abort", () => {
  test("before anything happens rejects with its reason, and nothing is sent", async () => {
    const { mock, client } = await rig();
    const signal = AbortSignal.abort(new Error("user hung up"));
    await expect(client.send({ ...call, deviceToken: "ab".repeat(32) }, { signal })).rejects.toThrow("user hung up");
    expect(mock.pushes).toEqual([]);
  });

  test("while a push waits for a connection takes it out of the line", async () => {
    const { mock, client, pass, ring } = await rig();
    mock.faults.refuseConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const controller = new AbortController();
    const waiting = ring(undefined, { signal: controller.signal });
    const other = ring();
    await mock.clock.advance(100);
    expect(client.stats.queued).toBe(2);
    controller.abort(new Error("user hung up"));
    await expect(waiting).rejects.toThrow("user hung up");
    expect(client.stats.queued).toBe(1);
    mock.faults.clear();
    expect(await pass(other)).toMatchObject({ outcome: "accepted" });
    expect(mock.pushes).toHaveLength(1);
  });

  test("while a push is in flight rejects at once, and harms no neighbour", async () => {
    const { mock, client, of, ring } = await rig();
    await ring();
    mock.script("*", Array(20).fill({ delay: 1000 }));
    const controller = new AbortController();
    const aborted = ring(undefined, { signal: controller.signal });
    const others = Array.from({ length: 19 }, () => ring());
    await mock.clock.advance(200);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    expect(client.stats.inFlight).toBe(19);
    await mock.clock.advance(1000);
    for (const result of await Promise.all(others)) expect(result).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(of("apns.connection-opened")).toHaveLength(1);
  });

  test("while a push waits for its retry sends it no more", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 503, retryAfter: 5 }]);
    const controller = new AbortController();
    const waiting = ring(undefined, { signal: controller.signal });
    await mock.clock.advance(1000);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await mock.clock.advance(10_000);
    expect(mock.pushes).toHaveLength(1);
  });

  test("after the result changes nothing, and the signal is let go", async () => {
    const { ring } = await rig();
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...listener: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, listener);
    };
    signal.removeEventListener = (...listener: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, listener);
    };
    const results = await Promise.all(Array.from({ length: 50 }, () => ring(undefined, { signal })));
    controller.abort();
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(listeners).toBe(0);
  });

  test("does not keep close waiting", async () => {
    const { mock, client, ring } = await rig();
    mock.script("*", [{ fault: "silence" }]);
    const controller = new AbortController();
    const silent = ring(undefined, { signal: controller.signal });
    await mock.clock.advance(10);
    const closing = client.close();
    controller.abort();
    await expect(silent).rejects.toMatchObject({ name: "AbortError" });
    await closing;
  });
});

describe("a deadline", () => {
  test("that has passed leaves the push unsent, and says so in an event as every result", async () => {
    const { mock, of, ring } = await rig();
    const result = await ring(undefined, { deadline: mock.clock.now() - 1 });
    expect(result).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "DEADLINE" } });
    expect(mock.pushes).toEqual([]);
    expect(of("apns.result")).toMatchObject([{ outcome: "unsent", attempts: 0, apnsId: result.apnsId }]);
  });

  test("is 30 seconds away when none is given", async () => {
    const { mock, pass, ring } = await rig();
    mock.clock.stop();
    mock.faults.stallConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const before = mock.clock.now();
    expect(await pass(ring())).toMatchObject({ outcome: "unsent" });
    expect(mock.clock.now() - before).toBeGreaterThanOrEqual(29_900);
    expect(mock.clock.now() - before).toBeLessThan(31_000);
  });

  test("is not moved by a wall clock that is set", async () => {
    const mock = createMockApns();
    const { endpoints, ca, close } = await mock.listen();
    let offset = 0;
    const clock = { ...mock.clock, now: () => mock.clock.now() + offset };
    const client = createApnsClient({ ...mock.key, bundleId: "com.example.app", endpoints, ca, clock });
    onTestFinished(async () => void (await Promise.all([client.close(), close()])));
    mock.clock.stop();
    mock.faults.refuseConnections();
    for (const step of [3_600_000, -3_600_000]) {
      const before = mock.clock.now();
      const sending = client.send({ ...call, deviceToken: mock.device().token }, { deadline: clock.now() + 5000 });
      offset += step;
      let settled = false;
      sending.finally(() => {
        settled = true;
      });
      while (!settled) await mock.clock.advance(100);
      expect(await sending).toMatchObject({ outcome: "unsent" });
      expect(mock.clock.now() - before).toBeGreaterThanOrEqual(4990);
      expect(mock.clock.now() - before).toBeLessThan(5500);
    }
  });

  test("as far away as can be costs no more than another", async () => {
    const warnings: string[] = [];
    const warn = ({ name }: Error) => warnings.push(name);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    const { mock, client, ring } = await rig({ clock: undefined });
    mock.faults.delay(200);
    for (const deadline of [Number.MAX_SAFE_INTEGER, Date.now() + 2 ** 32]) {
      expect(await ring(undefined, { deadline })).toMatchObject({ outcome: "accepted" });
    }
    mock.faults.refuseConnections();
    mock.faults.cut();
    await expect.poll(() => client.stats.connections.production).toBe(0);
    const controller = new AbortController();
    const waiting = ring(undefined, { deadline: Number.MAX_SAFE_INTEGER, signal: controller.signal });
    await expect.poll(() => client.stats.queued).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(warnings).toEqual([]);
  });
});
