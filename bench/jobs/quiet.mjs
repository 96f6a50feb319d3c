import { setTimeout as wait } from "node:timers/promises";
import { callPayload, deviceToken } from "../clients/push.mjs";
import { countHandshakes } from "./handshakes.mjs";

/** A push after a quiet time: how long it takes next to one just before, and how many handshakes it needed. */
export async function run(open, { target, quiet }) {
  const handshakes = countHandshakes();
  const client = await open(target);
  let index = 0;
  const push = async () => {
    const leftAt = performance.now();
    const accepted = await client.send(deviceToken(index), callPayload(index++, 150));
    return { accepted, milliseconds: performance.now() - leftAt };
  };
  await push();
  await wait(100);
  const before = await push();
  const made = handshakes();
  const residentFrom = process.memoryUsage.rss();
  const cpuFrom = process.cpuUsage();
  await wait(quiet);
  const { user, system } = process.cpuUsage(cpuFrom);
  const resident = process.memoryUsage.rss();
  const after = await push();
  await wait(100);
  return {
    before: before.milliseconds,
    after: after.milliseconds,
    accepted: before.accepted && after.accepted,
    newHandshakes: handshakes() - made,
    /** Milliseconds of CPU while there was nothing to do. */
    quietCpu: (user + system) / 1000,
    residentGrowth: (resident - residentFrom) / 2 ** 20,
  };
}
