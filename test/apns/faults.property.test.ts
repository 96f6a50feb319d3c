import type { ApnsResult } from "apns-voip";
import type { ExchangeFault, MockApns } from "apns-voip/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Rig, rig } from "./rig.js";

/** One thing that goes wrong, and how many pushes come before it. */
interface Mishap {
  readonly pushes: number;
  readonly pause: number;
  readonly strike: (mock: MockApns) => void;
  readonly name: string;
}

const EXCHANGE_FAULTS: readonly ExchangeFault[] = [
  "refuse",
  "reset-before",
  "reset-after",
  "cut-before",
  "cut-after",
  "silence",
];

const strikes: readonly (readonly [string, (mock: MockApns, n: number) => void])[] = [
  ["goaway", mock => mock.faults.goaway()],
  [
    "goaway with a last id",
    (mock, n) => mock.faults.goaway({ lastStreamId: 2 * n + 1, debug: '{"reason":"Shutdown"}' }),
  ],
  [
    "two goaways",
    (mock, n) => {
      mock.faults.goaway();
      mock.faults.goaway({ lastStreamId: 2 * n + 1 });
    },
  ],
  ["refused streams", (mock, n) => mock.faults.refuseStreams(n)],
  ["streams reset before", (mock, n) => mock.faults.resetStreams(n, { when: "before" })],
  ["streams reset after", (mock, n) => mock.faults.resetStreams(n)],
  ["a cut", mock => mock.faults.cut()],
  ["a cut before the next push", mock => mock.faults.cut({ when: "before" })],
  ["a cut after the next push", mock => mock.faults.cut({ when: "after" })],
  ["silence", mock => mock.faults.freeze()],
  ["one stream", mock => mock.faults.streamLimit(1)],
  ["a thousand streams", mock => mock.faults.streamLimit(1000)],
  ["slowness", (mock, n) => mock.faults.delay(n * 20)],
  ["slowness before looking", (mock, n) => mock.faults.delay(n * 20, { when: "before" })],
  ["no slowness", mock => mock.faults.delay(0)],
  ["refused connections", (mock, n) => mock.faults.refuseConnections(1 + (n % 3))],
  ["stalled connections", (mock, n) => mock.faults.stallConnections(1 + (n % 2))],
  [
    "a few 503s",
    (mock, n) =>
      mock.script(
        "*",
        Array.from({ length: n % 8 }, () => 503),
      ),
  ],
  [
    "empty and broken bodies",
    mock =>
      mock.script("*", [
        { status: 500, body: "" },
        { status: 503, body: "{broken" },
      ]),
  ],
  [
    "odd exchanges",
    (mock, n) =>
      mock.script(
        "*",
        EXCHANGE_FAULTS.slice(0, 1 + (n % EXCHANGE_FAULTS.length)).map(fault => ({ fault })),
      ),
  ],
];

const mishap: fc.Arbitrary<Mishap> = fc
  .record({
    pushes: fc.integer({ min: 5, max: 60 }),
    pause: fc.constantFrom(0, 1, 20, 400),
    which: fc.nat(strikes.length - 1),
    n: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ pushes, pause, which, n }) => {
    const [name, strike] = strikes[which] as (typeof strikes)[number];
    return {
      pushes,
      pause,
      name,
      strike: (mock: MockApns) => strike(mock, n),
      toString: () => `${pushes} pushes, ${name} (${n})`,
    };
  });

async function live(
  mishaps: readonly Mishap[],
  onUnknown: "report" | "resend",
): Promise<{ results: ApnsResult[]; rig: Rig }> {
  const world = await rig({ maxConnections: 3 });
  const results: Promise<ApnsResult>[] = [];
  for (const { pushes, pause, strike } of mishaps) {
    for (const phone of world.phones(pushes)) results.push(world.ring(phone, { onUnknown }));
    await world.mock.clock.advance(pause);
    strike(world.mock);
  }
  return { results: await world.pass(Promise.all(results)), rig: world };
}

/** What the mock saw of a push: how often it was judged, and how often it was accepted. */
function seenBy(mock: MockApns): Map<string, { judged: number; accepted: number; retriable: number }> {
  const seen = new Map<string, { judged: number; accepted: number; retriable: number }>();
  for (const { headers, status } of mock.pushes) {
    const id = String(headers["apns-id"]);
    const entry = seen.get(id) ?? { judged: 0, accepted: 0, retriable: 0 };
    entry.judged++;
    if (status === 200) entry.accepted++;
    if (status >= 500) entry.retriable++;
    seen.set(id, entry);
  }
  return seen;
}

const NEVER = { judged: 0, accepted: 0, retriable: 0 };

describe.each(["report", "resend"] as const)("whatever goes wrong, with onUnknown %s", onUnknown => {
  test("no accepted push is called anything but accepted or unknown, none is called accepted that Apple never saw, and none is doubled but where the table says so", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 2, maxLength: 6 }), async mishaps => {
        const { results, rig: world } = await live(mishaps, onUnknown);
        const seen = seenBy(world.mock);
        for (const result of results) {
          const { judged, accepted, retriable } = seen.get(result.apnsId) ?? NEVER;
          if (accepted > 0) expect(["accepted", "unknown"]).toContain(result.outcome);
          if (result.outcome === "accepted") expect(accepted).toBeGreaterThan(0);
          // One answer is what a push needs. More are allowed only after a 5xx, or once after a lost answer.
          expect(judged - retriable).toBeLessThanOrEqual(onUnknown === "resend" ? 2 : 1);
          expect(judged).toBeLessThanOrEqual(onUnknown === "resend" ? 6 : 3);
        }
        expect(results.length).toBe(new Set(results.map(({ apnsId }) => apnsId)).size);
        expect(world.client.stats).toMatchObject({ inFlight: 0, queued: 0 });
        // Connections are few, whatever happens to them.
        expect(world.client.stats.connections.production).toBeLessThanOrEqual(3);
      }),
      { numRuns: 12 },
    );
  }, 240_000);
});
