import { type ApnsClient, type ApnsPush, type ApnsSendOptions, createApnsClient, type SentPush } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { rig } from "./rig.js";

/** How many pushes may have been read and not yet handed on. */
const WINDOW = 2000;

interface Numbered extends ApnsPush {
  readonly number: number;
}

const numbered = (number: number): Numbered => ({
  number,
  deviceToken: "ab".repeat(32),
  pushType: "voip",
  payload: { callId: String(number) },
});

/** A client whose pushes end as `answer` says. */
function clientOf(answer: (number: number) => Promise<void> | void = () => {}): ApnsClient {
  const { key, clock } = createMockApns();
  return createApnsClient({
    ...key,
    bundleId: "com.example.app",
    clock,
    fetch: async (_url, { body }) => {
      await answer(Number(JSON.parse(new TextDecoder().decode(body)).callId));
      return { status: 200, headers: new Map() as unknown as Headers, text: async () => "" };
    },
  });
}

/** A source that counts how far it was read, and whether it was told to stop. */
function counting(end = Number.POSITIVE_INFINITY) {
  const source = { read: 0, stopped: false };
  function* pushes() {
    try {
      while (source.read < end) yield numbered(source.read++);
    } finally {
      source.stopped = true;
    }
  }
  return { source, pushes };
}

async function* asynchronously<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await new Promise(resolve => setImmediate(resolve));
    yield item;
  }
}

async function take(sent: AsyncIterable<SentPush<Numbered>>, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { push } of sent) {
    numbers.push(push.number);
    if (numbers.length === count) break;
  }
  return numbers;
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
};

describe("results of many pushes", () => {
  test("come in input order, whatever order Apple answers in", async () => {
    const held: (() => void)[] = [];
    const client = clientOf(() => new Promise(resolve => held.unshift(resolve)));
    const sent = take(client.sendAll(counting(100).pushes()), 100);
    while (held.length < 100) await turns(1);
    for (const release of held) {
      release();
      await turns(1);
    }
    expect(await sent).toEqual(Array.from({ length: 100 }, (_, number) => number));
  });

  test.each(["array", "set", "generator", "async generator"])("come for each push of: %s", async kind => {
    const pushes = Array.from({ length: 30 }, (_, number) => numbered(number));
    const sources: Record<string, Iterable<Numbered> | AsyncIterable<Numbered>> = {
      array: pushes,
      set: new Set(pushes),
      generator: counting(30).pushes(),
      "async generator": asynchronously(pushes),
    };
    const source = sources[kind] as Iterable<Numbered>;
    expect(await take(clientOf().sendAll(source), 99)).toEqual(pushes.map(({ number }) => number));
    expect(await take(clientOf().sendAll([]), 99)).toEqual([]);
  });

  test("are not held back by a source that has nothing more to give for now", async () => {
    const never = new Promise<never>(() => {});
    async function* stalling() {
      yield numbered(0);
      yield numbered(1);
      await never;
    }
    const sent = clientOf().sendAll(stalling());
    expect(await take(sent, 2)).toEqual([0, 1]);
  });

  test("hold a mistake in one push as that push's result", async () => {
    const pushes = [numbered(0), { ...numbered(1), deviceToken: "nonsense" }, numbered(2)];
    const outcomes: string[] = [];
    for await (const { result } of clientOf().sendAll(pushes)) outcomes.push(result.outcome);
    expect(outcomes).toEqual(["accepted", "unsent", "accepted"]);
  });

  test("are all there for 100,000 pushes, never more than a window of them under way", async () => {
    const { source, pushes } = counting(100_000);
    let seen = 0;
    let most = 0;
    for await (const { push, result } of clientOf().sendAll(pushes())) {
      if (push.number !== seen++ || result.outcome !== "accepted") throw new Error(`number ${push.number} is wrong`);
      most = Math.max(most, source.read - seen);
    }
    expect(seen).toBe(100_000);
    expect(most).toBeLessThanOrEqual(WINDOW);
  });

  test("are all there over HTTP/2, on few connections", async () => {
    const { mock, client, of, phones } = await rig();
    mock.clock.stop();
    const tokens = phones(50).map(({ token }) => token);
    const pushes = Array.from({ length: 2000 }, (_, n) => ({ ...numbered(n), deviceToken: tokens[n % 50] as string }));
    let accepted = 0;
    for await (const { result } of client.sendAll(pushes)) if (result.outcome === "accepted") accepted++;
    expect(accepted).toBe(2000);
    expect(mock.pushes).toHaveLength(2000);
    expect(of("apns.connection-opened").length).toBeLessThanOrEqual(4);
    expect(mock.violations.filter(({ rule }) => rule !== "call-missing")).toEqual([]);
  });
});

describe("the source of many pushes", () => {
  test("is not read before the first result is asked for, and then a window ahead of the consumer", async () => {
    const { source, pushes } = counting();
    const sent = clientOf().sendAll(pushes());
    expect(source.read).toBe(0);
    let seen = 0;
    for await (const _ of sent) {
      seen++;
      await turns(3);
      expect(source.read).toBeLessThanOrEqual(seen + WINDOW);
      if (seen === 20) break;
    }
  });

  test.each(["sync", "async"])("is told to stop when the consumer stops, and is read no further (%s)", async kind => {
    const { source, pushes } = counting();
    const client = clientOf();
    expect(await take(client.sendAll(kind === "sync" ? pushes() : asynchronously(pushes())), 10)).toHaveLength(10);
    await turns(5);
    const { read } = source;
    await turns(20);
    expect(source).toEqual({ read, stopped: true });
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test("is told to stop when the consumer throws", async () => {
    const { source, pushes } = counting();
    await expect(async () => {
      for await (const _ of clientOf().sendAll(pushes())) throw new Error("mine");
    }).rejects.toThrow("mine");
    expect(source.stopped).toBe(true);
  });

  test("does not keep a consumer that stops waiting, even when it hangs", async () => {
    const hanging: AsyncIterable<Numbered> = {
      [Symbol.asyncIterator]() {
        let given = 0;
        return {
          next: () => (given++ < 3 ? Promise.resolve({ value: numbered(given), done: false }) : new Promise(() => {})),
          return: () => new Promise(() => {}),
        };
      },
    };
    expect(await take(clientOf().sendAll(hanging), 3)).toEqual([1, 2, 3]);
  });

  test.each(["sync", "async"])(
    "that throws ends the results with its error, after those of what it gave (%s)",
    async kind => {
      function* failing() {
        yield* counting(5).pushes();
        throw new Error("the database is gone");
      }
      const numbers: number[] = [];
      await expect(async () => {
        const source = kind === "sync" ? failing() : asynchronously(failing());
        for await (const { push } of clientOf().sendAll(source)) numbers.push(push.number);
      }).rejects.toThrow("the database is gone");
      expect(numbers).toEqual([0, 1, 2, 3, 4]);
    },
  );

  test("that is none is refused at once", () => {
    for (const none of [undefined, null, 7, {}, "ab"]) {
      expect(() => clientOf().sendAll(none as never)).toThrow(/^sendAll: .* given; wanted: an array of pushes/);
    }
  });
});

describe("options for many pushes", () => {
  test("that are wrong are refused at once", () => {
    for (const options of [{ deadline: Number.NaN }, { onUnknown: "retry" }] as unknown as ApnsSendOptions[]) {
      expect(() => clientOf().sendAll([numbered(1)], options)).toThrow(/^(deadline|onUnknown): /);
    }
  });

  test("count no deadline from before a push was read", async () => {
    const { mock, client, phones } = await rig();
    const [phone] = phones(1);
    async function* slowly() {
      for (let number = 0; number < 3; number++) {
        await mock.clock.advance(25_000);
        yield { ...numbered(number), deviceToken: phone?.token as string };
      }
    }
    for await (const { result } of client.sendAll(slowly())) expect(result).toMatchObject({ outcome: "accepted" });
  });

  test("end all of it with the caller's abort, quietly", async () => {
    const noises: unknown[] = [];
    const hear = (noise: unknown) => noises.push(noise);
    process.on("warning", hear).on("unhandledRejection", hear);
    onTestFinished(() => void process.off("warning", hear).off("unhandledRejection", hear));
    const controller = new AbortController();
    const { source, pushes } = counting();
    const client = clientOf(number => (number < 50 ? undefined : new Promise(() => {})));
    const sent = take(client.sendAll(pushes(), { signal: controller.signal }), Number.POSITIVE_INFINITY);
    while (client.stats.inFlight < 1000) await turns(1);
    controller.abort(new Error("shutting down"));
    await expect(sent).rejects.toThrow("shutting down");
    await turns(5);
    expect(source.stopped).toBe(true);
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0 });
    expect(noises).toEqual([]);
  });

  test("do not outlive the client: what comes after it was closed is unsent", async () => {
    const client = clientOf();
    const outcomes: unknown[] = [];
    for await (const { result } of client.sendAll(counting(2 * WINDOW).pushes())) {
      outcomes.push("error" in result ? result.error.code : result.outcome);
      if (outcomes.length === 5) await client.close();
    }
    expect(outcomes).toHaveLength(2 * WINDOW);
    expect(outcomes.slice(0, 5)).toEqual(Array(5).fill("accepted"));
    expect(outcomes.at(-1)).toBe("CLOSED");
  });
});
