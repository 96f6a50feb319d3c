/**
 * Memory over many pushes: `npm run memory -- --pushes 200000`.
 *
 * Sends to a mock of Apple in a process of its own, and prints what this process holds after each tenth, after a garbage
 * collection. Exit 1 if it grew by more than 10 MB after the first tenth.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs, promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type ApnsPush, createApnsClient } from "apns-voip";
import { createMockApns, type MockKey } from "apns-voip/testing";

interface Apple {
  readonly endpoints: { readonly production: string; readonly sandbox: string };
  readonly ca: string;
  readonly key: MockKey;
  readonly token: string;
}

if (process.send) await beApple();
else await measure();

/** In the child process. Forgets what it saw, so that its memory is nobody's concern. */
async function beApple(): Promise<void> {
  const mock = createMockApns();
  const { endpoints, ca } = await mock.listen();
  process.send?.({ endpoints, ca, key: mock.key, token: mock.device().token } satisfies Apple);
  setInterval(() => mock.reset(), 500);
}

async function measure(): Promise<void> {
  const { values } = parseArgs({ options: { pushes: { type: "string", default: "200000" } } });
  const total = Number(values.pushes);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  const child = fork(new URL(import.meta.url));
  const [{ endpoints, ca, key, token }] = (await once(child, "message")) as [Apple];
  const client = createApnsClient({ ...key, bundleId: "com.example.app", endpoints, ca });
  const heap: number[] = [];
  const outcomes: Record<string, number> = {};
  for (let tenth = 1; tenth <= 10; tenth++) {
    for await (const { result } of client.sendAll(pushes(total / 10, token))) {
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
    }
    await promisify(setImmediate)();
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    heap.push(heapUsed / 2 ** 20);
    console.log(
      `${(total / 10) * tenth} pushes: ${(heapUsed / 2 ** 20).toFixed(1)} MB of heap, ${Math.round(rss / 2 ** 20)} MB resident`,
    );
  }
  await client.close();
  child.kill();
  const growth = Math.max(...heap.slice(1)) - (heap[0] ?? 0);
  console.log(JSON.stringify({ pushes: total, outcomes, growthMegabytes: Number(growth.toFixed(1)) }));
  if (growth > 10) process.exitCode = 1;
}

function* pushes(count: number, deviceToken: string): Generator<ApnsPush> {
  for (let i = 0; i < count; i++)
    yield { deviceToken, pushType: "voip", payload: { callId: String(i), fromUserId: 11 } };
}
