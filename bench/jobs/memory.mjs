import { setTimeout as wait } from "node:timers/promises";
import { callPayload, deviceToken } from "../clients/push.mjs";

/**
 * What pushes on their way keep in memory. The target is so far away (`roundTrip`) that all of them are on their way when
 * it is looked at. Megabytes. Needs `--expose-gc`.
 */
export async function run(open, { target, inFlight, bytes, roundTrip }) {
  const client = await open(target);
  const size = Math.min(bytes, client.mostBytes ?? bytes);
  let next = 0;
  const send = () => {
    const index = next++;
    return client.send(deviceToken(index), callPayload(index, size));
  };
  await send();
  const fresh = await settled();
  // The first round opens the connections and compiles the code; what is left of it is not the next one's.
  await Promise.all(Array.from({ length: inFlight }, send));
  const idle = await settled();
  const pushes = Array.from({ length: inFlight }, send);
  await wait(roundTrip * 0.5);
  const busy = await settled();
  const onTheirWay = await countPending(pushes);
  return {
    onTheirWay,
    heapPerThousand: per(busy.heap - idle.heap),
    rssPerThousand: per(busy.rss - idle.rss),
    idleAfter: idle.heap - fresh.heap,
  };

  function per(megabytes) {
    return (megabytes / inFlight) * 1000;
  }
}

/** JavaScript's heap and the buffers beside it, after a collection. */
async function settled() {
  for (let times = 0; times < 2; times++) {
    globalThis.gc();
    await wait(10);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 2 ** 20, rss: rss / 2 ** 20 };
}

async function countPending(promises) {
  const pending = Symbol("pending");
  const states = await Promise.all(promises.map(promise => Promise.race([promise, pending])));
  return states.filter(state => state === pending).length;
}
