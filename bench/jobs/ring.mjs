import { createHistogram } from "node:perf_hooks";
import { createApnsClient, createPushRoutes, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { createMockApns } from "apns-voip/testing";

/** Calls in a row with receipts, then as many without, and so on: what the machine does besides costs both the same. */
const BLOCK = 50;

/** Calls one after the other, until the phone rings. With receipts the phone reports each through the routes. */
export async function run(_open, { calls }) {
  const mock = createMockApns();
  const apple = await mock.listen();
  const apns = createApnsClient({ ...mock.key, endpoints: apple.endpoints, ca: apple.ca });
  const phone = mock.device({ userId: "10" });
  const devices = memoryDeviceStore();
  await devices.save({ ...phone.device("10"), environment: "production" });
  let report;
  const receipts = createReceipts({ secret: "a secret for the benchmark" });
  const onEvent = event => event.type === "push.receipt" && event.event === "ringing" && report.resolve();
  const ways = {
    without: createPushService({ apns, devices }),
    with: createPushService({ apns, devices, receipts, onEvent }),
  };
  const routes = createPushRoutes({ push: ways.with, authenticate: () => undefined, adminToken: "of the benchmark" });
  mock.receipts({ fetch: routes.fetch });

  const figures = { with: start(), without: start() };
  let count = 0;
  const block = async (way, measured) => {
    const cpuFrom = process.cpuUsage();
    for (let done = 0; done < BLOCK; done++) {
      const rings = Promise.withResolvers();
      report = Promise.withResolvers();
      phone.onCall = () => rings.resolve(performance.now());
      const from = performance.now();
      const sent = ways[way].sendCall({ toUserId: 10, callId: `call-${++count}`, fromUserId: 11 });
      const rangAt = await rings.promise;
      if (measured) figures[way].ring.record(Math.max(1, Math.round((rangAt - from) * 1e6)));
      await sent;
      if (way === "with") await report.promise;
      phone.end();
    }
    const { user, system } = process.cpuUsage(cpuFrom);
    if (measured) figures[way].cpu += user + system;
  };
  for (let warmUp = 0; warmUp < 4; warmUp++) for (const way of ["with", "without"]) await block(way, false);
  for (let done = 0; done < calls; done += BLOCK) for (const way of ["with", "without"]) await block(way, true);
  await apns.close();
  await apple.close();
  return Object.fromEntries(
    Object.entries(figures).map(([way, { ring, cpu }]) => [
      way,
      { p50: ring.percentile(50) / 1e6, p99: ring.percentile(99) / 1e6, cpuPerCall: cpu / calls },
    ]),
  );
}

const start = () => ({ ring: createHistogram(), cpu: 0 });
