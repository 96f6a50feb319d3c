import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterAll, describe, expect, it } from "vitest";
import { createLive, type LiveEvent } from "../../src/testing/program/live.js";
import { createScene } from "../../src/testing/program/scene.js";
import { CALL } from "./apple.js";
import { startRig } from "./program.js";

interface Told {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it waits for
  readonly data: any;
}

/** Server-sent events of the control API, in the order they come. */
async function listen(url: string) {
  const end = new AbortController();
  const response = await fetch(`${url}/control/events`, { signal: end.signal });
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const read = async () => {
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (name !== undefined) told.push({ name, data: JSON.parse(data ?? "") });
      }
      for (const look of waiting) look();
    }
  };
  const ended = read().catch(() => {});
  return {
    response,
    told,
    ended,
    /** Waits for an event that fits. */
    until: (name: string, fits: (data: Told["data"]) => boolean = () => true) =>
      new Promise<Told["data"]>(resolve => {
        const look = () => {
          const found = told.find(event => event.name === name && fits(event.data));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.data);
        };
        waiting.add(look);
        look();
      }),
    close: () => end.abort(),
  };
}

describe("the events of the control API", async () => {
  const rig = await startRig();
  afterAll(() => rig[Symbol.asyncDispose]());
  const { ask, apns, program } = rig;
  const [token = ""] = program.scene.handsets.keys();
  const ring = (payload: object = CALL) => apns.send({ deviceToken: token, pushType: "voip", payload });

  it("begin with the state, and go on with what changes, piece by piece", async () => {
    const events = await listen(program.controlUrl);
    expect(events.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const state = await events.until("state");
    expect(state).toEqual({ ...(await ask("GET", "state")).body, clock: expect.anything() });
    await ring();
    expect(await events.until("phone")).toMatchObject({ token, ringing: { callId: "11-10" } });
    expect(await events.until("push")).toMatchObject({ status: 200, device: token, id: expect.any(Number) });
    expect(await events.until("connections")).toMatchObject([{ environment: "production" }]);
    await ask("POST", `devices/${token}/answer`);
    expect(await events.until("phone", phone => phone.talking)).toMatchObject({ ringing: null });
    await ring({ type: "call.cancel", callId: "1" });
    expect(await events.until("violation")).toMatchObject({ rule: "call-missing" });
    await ask("POST", "faults/delay", { ms: 0 });
    expect(await events.until("commands")).toMatchObject([{ name: "delay", options: { ms: 0 } }]);
    await ask("POST", "clock", { advance: 60_000 });
    expect((await events.until("clock")).ahead).toBeGreaterThan(59_000);
    expect(events.told.filter(({ name }) => name === "state")).toHaveLength(1);
    expect(JSON.stringify(events.told)).not.toMatch(/eyJ|PRIVATE KEY/);
    events.close();
  });

  it("tell each push once, in order, to everybody who listens", async () => {
    const early = await listen(program.controlUrl);
    await early.until("state");
    await ring();
    const late = await listen(program.controlUrl);
    const { pushes } = await late.until("state");
    for (const callId of ["a", "b", "c"]) await ring({ ...CALL, callId });
    const last = (data: Told["data"]) => data.payload.callId === "c";
    await Promise.all([early.until("push", last), late.until("push", last)]);
    const idsOf = ({ told }: typeof late) => told.filter(({ name }) => name === "push").map(({ data }) => data.id);
    const first = pushes.at(-1).id;
    expect(idsOf(late)).toEqual([first + 1, first + 2, first + 3]);
    expect(idsOf(early)).toEqual([first, first + 1, first + 2, first + 3]);
    early.close();
    late.close();
  });

  it("tell the whole state again after a reset", async () => {
    await ring();
    const events = await listen(program.controlUrl);
    await events.until("state", ({ pushes }) => pushes.length > 0);
    await ask("POST", "reset");
    expect(await events.until("state", ({ pushes }) => pushes.length === 0)).toMatchObject({ violations: [] });
    events.close();
  });

  it("tell of a phone that is new, and of who logs in", async () => {
    const events = await listen(program.controlUrl);
    await events.until("state");
    const { body } = await ask("POST", "devices", { userId: 55 });
    expect(await events.until("phone", phone => phone.token === body.token)).toMatchObject({ userId: "55" });
    await ask("POST", `devices/${body.token}/login`, { userId: 56 });
    expect(await events.until("phone", phone => phone.userId === "56")).toMatchObject({ token: body.token });
    events.close();
  });

  it("tell the state instead of a flood", async () => {
    const mock = createMockApns();
    const scene = createScene(mock, 0);
    // So far apart that nothing is told by itself.
    const live = createLive(scene, 3_600_000);
    const told: LiveEvent[] = [];
    live.listen(event => told.push(event));
    const phone = scene.addPhone({}).device;
    await using sender = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
    const flood = async (pushes: number) => {
      const send = () => sender.send({ deviceToken: phone.token, pushType: "voip", payload: CALL });
      await Promise.all(Array.from({ length: pushes }, send));
      told.length = 0;
      // Who comes new makes the others hear what is new.
      live.listen(() => {})();
    };
    await flood(200);
    expect(told.filter(({ name }) => name === "push")).toHaveLength(200);
    await flood(201);
    expect(told.map(({ name }) => name)).toEqual(["state"]);
    const [state] = told;
    const ids = state?.name === "state" ? state.data.pushes.map(({ id }) => id) : [];
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([200, 202, 401]);
    live.close();
  });

  it("end when the program ends, and forget who has gone", async () => {
    const other = await startRig();
    const [gone, staying] = [await listen(other.program.controlUrl), await listen(other.program.controlUrl)];
    await staying.until("state");
    expect(other.program.live.listeners).toBe(2);
    gone.close();
    await gone.ended;
    await expect.poll(() => other.program.live.listeners, { timeout: 10_000 }).toBe(1);
    await other[Symbol.asyncDispose]();
    await staying.ended;
  });
});
