import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { countHandshakes } from "./handshakes.mjs";
import { keepInFlight } from "./lanes.mjs";

/** Milliseconds between two looks at the event loop; more often, and looking would cost more than a push. */
const LOOK_EVERY = 10;

/** A steady stream: how many pushes per second, at what cost of CPU, and how long each takes. */
export async function run(open, { target, inFlight, bytes, warmUp, measure }) {
  const handshakes = countHandshakes();
  const client = await open(target);
  const latency = createHistogram();
  let accepted = 0;
  let failed = 0;
  keepInFlight(client, { inFlight, bytes }, (ok, milliseconds) => {
    if (!ok) failed++;
    else {
      accepted++;
      if (milliseconds !== undefined) latency.record(Math.max(1, Math.round(milliseconds * 1e6)));
    }
  });
  await wait(warmUp);

  const loop = monitorEventLoopDelay({ resolution: LOOK_EVERY });
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  accepted = 0;
  failed = 0;
  latency.reset();
  loop.enable();
  await wait(measure);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpuFrom);
  loop.disable();
  const timed = latency.count > 0;
  return {
    pushes: accepted,
    failed,
    pushesPerSecond: accepted / seconds,
    cpuPerPush: (user + system) / accepted,
    p50: timed ? latency.percentile(50) / 1e6 : undefined,
    p99: timed ? latency.percentile(99) / 1e6 : undefined,
    // It measures from look to look.
    loopDelayMean: Math.max(0, loop.mean / 1e6 - LOOK_EVERY),
    loopDelayP99: Math.max(0, loop.percentile(99) / 1e6 - LOOK_EVERY),
    handshakes: handshakes(),
    rss: process.memoryUsage.rss() / 2 ** 20,
  };
}
