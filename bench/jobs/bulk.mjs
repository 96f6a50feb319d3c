import { callPayload, deviceToken } from "../clients/push.mjs";

/** So many pushes through `sendAll`, and the memory on the way. Megabytes. */
export async function run(open, { target, count, bytes, samples }) {
  const client = await open(target);
  const memory = [];
  const every = Math.floor(count / samples);
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  let done = 0;
  let failed = 0;
  for await (const accepted of client.sendAll(pushes(count, bytes))) {
    if (!accepted) failed++;
    if (++done % every === 0) {
      const { rss, heapUsed } = process.memoryUsage();
      memory.push({ pushes: done, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 });
    }
  }
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpuFrom);
  return { pushes: done, failed, seconds, pushesPerSecond: done / seconds, cpuPerPush: (user + system) / done, memory };
}

function* pushes(count, bytes) {
  for (let index = 0; index < count; index++) {
    yield { deviceToken: deviceToken(index), pushType: "voip", payload: callPayload(index, bytes) };
  }
}
