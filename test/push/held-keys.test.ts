import {
  type ApnsClientOptions,
  type Clock,
  createApnsClient,
  createPushService,
  type IdempotencyStore,
  type PushServiceOptions,
} from "apns-voip";
import type { MockApns } from "apns-voip/testing";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

const MESSAGE = { toUserId: 10, title: "Ann", body: "Hi" };
const options = { idempotencyKey: "k" };

/** Keys that outlive a process, as in Redis. Each process has its own way to them, which ends with it. */
function sharedKeys(clock: Clock) {
  const expiries = new Map<string, number>();
  const asks: string[] = [];
  const connect = (): IdempotencyStore & { die(): void } => {
    let isAlive = true;
    const alive = async <T>(work: () => T): Promise<T> => (isAlive ? work() : new Promise<never>(() => {}));
    return {
      claim: (key, ttlMs) =>
        alive(() => {
          const isFree = (expiries.get(key) ?? 0) <= clock.now();
          if (isFree) expiries.set(key, clock.now() + ttlMs);
          asks.push(`claim ${ttlMs}: ${isFree}`);
          return isFree;
        }),
      hold: (key, ttlMs) =>
        alive(() => {
          expiries.set(key, clock.now() + ttlMs);
          asks.push(`hold ${ttlMs}`);
        }),
      release: key => alive(() => void expiries.delete(key)),
      die() {
        isAlive = false;
      },
    };
  };
  return { connect, asks };
}

type Fetch = NonNullable<ApnsClientOptions["fetch"]>;
type Death = "before it has sent the push" | "when Apple has taken the push";

/** Two processes with one Apple, one device store and one store of keys; the first may die in the middle of a push. */
async function twoProcesses(death?: Death, serviceOptions: Partial<PushServiceOptions> = {}) {
  const { mock, apns, devices, register } = createWorld();
  const phone = await register(mock.device());
  await register(mock.device({ pushType: "alert" }));
  const { connect, asks } = sharedKeys(mock.clock);
  const [one, other] = [connect(), connect()];
  const mortal: Fetch = async (...request) => {
    if (death === "when Apple has taken the push") await mock.fetch(...request);
    one.die();
    return new Promise<never>(() => {});
  };
  const mortalApns = createApnsClient({
    ...mock.key,
    bundleId: phone.bundleId,
    clock: mock.clock,
    fetch: death ? mortal : mock.fetch,
  });
  // The key is read and proven off the thread; in the mock's time that takes none.
  await Promise.all([apns.warmUp(), mortalApns.warmUp()]);
  const second = createPushService({ apns, devices, idempotency: other, ...serviceOptions });
  const first = createPushService({ apns: mortalApns, devices, idempotency: one, ...serviceOptions });
  return { mock, phone, first, second, asks };
}

/** The first process is killed while it sends; nobody hears of it any more. */
async function killed(mock: MockApns, report: Promise<unknown>): Promise<void> {
  report.catch(() => {});
  await mock.clock.advance(100);
}

test("a call whose process was killed before it had sent the push rings when it is tried again", async () => {
  const { mock, phone, first, second } = await twoProcesses("before it has sent the push");
  await killed(mock, first.sendCall(CALL, options));
  const retry = second.sendCall(CALL, options);
  await mock.clock.advance(1_100);
  expect((await retry).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
});

test("a call whose process was killed after Apple had taken the push does not ring twice", async () => {
  const { mock, phone, first, second } = await twoProcesses("when Apple has taken the push");
  await killed(mock, first.sendCall(CALL, options));
  const retry = second.sendCall(CALL, options);
  await mock.clock.advance(1_100);
  expect((await retry).status).toBe("accepted");
  // Nobody can know, so it was sent again; the app is handling that call id already.
  expect(phone.received.map(({ effect }) => effect)).toEqual(["rang", "already-handled"]);
});

test("a retry while another process still sends, however slowly, is a duplicate", async () => {
  const { mock, phone, first, second } = await twoProcesses();
  mock.script(phone.token, [{ delay: 4_500 }]);
  const slow = first.sendCall(CALL, options);
  await mock.clock.advance(2_500);
  const retry = second.sendCall(CALL, options);
  await mock.clock.advance(1_100);
  expect(await retry).toEqual({ status: "duplicate", devices: [] });
  await mock.clock.advance(1_000);
  expect((await slow).status).toBe("accepted");
  expect(mock.pushes).toHaveLength(1);
});

test("a retry rings when the push of the other process fails meanwhile", async () => {
  const { mock, phone, first, second } = await twoProcesses();
  mock.script(phone.token, [{ reason: "TopicDisallowed", delay: 500 }]);
  const refused = first.sendCall(CALL, options);
  await mock.clock.advance(100);
  const retry = second.sendCall(CALL, options);
  await mock.clock.advance(1_100);
  expect((await refused).status).toBe("failed");
  expect((await retry).status).toBe("accepted");
});

test("a key is claimed for a second, and held for the ring timeout when the push is out", async () => {
  const { mock, first, second, asks } = await twoProcesses(undefined, { ringTimeout: 20_000 });
  await first.sendCall(CALL, options);
  expect(asks).toEqual(["claim 1000: true", "hold 20000"]);
  await mock.clock.advance(18_000);
  const repeat = second.sendCall(CALL, options);
  await mock.clock.advance(1_100);
  expect((await repeat).status).toBe("duplicate");
  await mock.clock.advance(1_000);
  expect((await second.sendCall(CALL, options)).status).toBe("accepted");
});

test("a caller who hangs up while the call waits for its key sends no push", async () => {
  const { mock, phone, first, second } = await twoProcesses("before it has sent the push");
  await killed(mock, first.sendCall(CALL, options));
  const abort = new AbortController();
  const retry = second.sendCall(CALL, { ...options, signal: abort.signal });
  const rejection = expect(retry).rejects.toThrow("hung up");
  await mock.clock.advance(500);
  abort.abort(new Error("hung up"));
  await rejection;
  await mock.clock.advance(1_100);
  expect(phone.calls).toHaveLength(0);
});

test.each<[what: string, serviceOptions: Partial<PushServiceOptions>, send: "sendCall" | "sendMessage"]>([
  ["a message", {}, "sendMessage"],
  ['a call with onUnknown "report"', { onUnknown: "report" }, "sendCall"],
])("%s whose process was killed is not sent again, since it may have arrived", async (_, serviceOptions, send) => {
  const { mock, first, second } = await twoProcesses("when Apple has taken the push", serviceOptions);
  const request = send === "sendCall" ? CALL : MESSAGE;
  await killed(mock, first[send](request as never, options));
  expect((await second[send](request as never, options)).status).toBe("duplicate");
  await mock.clock.advance(25_000);
  expect((await second[send](request as never, options)).status).toBe("duplicate");
  expect(mock.pushes).toHaveLength(1);
});

test("a store that cannot hold a key leaves the report as it is", async () => {
  const { mock, apns, devices, register } = createWorld();
  await register(mock.device());
  const down = async () => Promise.reject(new Error("down"));
  const idempotency: IdempotencyStore = { claim: async () => true, release: down, hold: down };
  const push = createPushService({ apns, devices, idempotency });
  expect((await push.sendCall(CALL, options)).status).toBe("accepted");
});
