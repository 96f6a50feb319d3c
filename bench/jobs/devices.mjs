import { createHistogram } from "node:perf_hooks";
import { callPayload, DEVICES, deviceToken } from "../clients/push.mjs";

/** Calls to users with so many devices each, one call after the other. */
export async function run(open, { target, devicesPerUser, calls }) {
  const client = await open(target, { devicesPerUser });
  const users = Math.floor(DEVICES / devicesPerUser);
  let next = 0;
  const call = () => {
    const index = next++;
    return client.send(deviceToken((index % users) * devicesPerUser), callPayload(index, 150));
  };
  for (let warmUp = 0; warmUp < calls / 4; warmUp++) await call();
  const latency = createHistogram();
  let failed = 0;
  const cpuFrom = process.cpuUsage();
  for (let done = 0; done < calls; done++) {
    const leftAt = performance.now();
    if (!(await call())) failed++;
    latency.record(Math.max(1, Math.round((performance.now() - leftAt) * 1e6)));
  }
  const { user, system } = process.cpuUsage(cpuFrom);
  return {
    failed,
    p50: latency.percentile(50) / 1e6,
    p99: latency.percentile(99) / 1e6,
    cpuPerPush: (user + system) / calls / devicesPerUser,
  };
}
