import { callPayload, deviceToken } from "../clients/push.mjs";
import { countHandshakes } from "./handshakes.mjs";

/** So many pushes in the same instant, on a connection that is there already. */
export async function run(open, { target, count }) {
  const handshakes = countHandshakes();
  const client = await open(target);
  for (let warmUp = 0; warmUp < 200; warmUp++) await client.send(deviceToken(warmUp), callPayload(warmUp, 150));
  let peak = 0;
  const before = process.memoryUsage.rss();
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss() - before);
  };
  const timer = setInterval(look, 20);
  const from = performance.now();
  const pushes = Array.from({ length: count }, (_, index) => client.send(deviceToken(index), callPayload(index, 150)));
  look();
  const accepted = (await Promise.all(pushes)).filter(Boolean).length;
  const seconds = (performance.now() - from) / 1000;
  clearInterval(timer);
  look();
  return { accepted, seconds, pushesPerSecond: accepted / seconds, peak: peak / 2 ** 20, handshakes: handshakes() };
}
