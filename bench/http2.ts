/**
 * What one connection costs, ours beside the prototype of frames by hand and beside `node:http2`: `npm run bench:http2`.
 * CPU of the client's process for each push, and pushes a second, in turns on one machine.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startNghttpd } from "./servers/nghttpd.ts";
import type { Target } from "./servers/target.ts";

const CLIENTS = ["own-connection", "own-framing", "node-http2"] as const;

interface Figures {
  readonly pushesPerSecond: number;
  readonly cpuPerPush: number;
  readonly failed: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    inFlight: { type: "string", default: "500" },
    bytes: { type: "string", default: "300" },
    only: { type: "string" },
    profile: { type: "string" },
  },
});

await using server = await startNghttpd();
const all = new Map<string, Figures[]>(CLIENTS.map(client => [client, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const client of CLIENTS)
    if (values.only === undefined || values.only === client)
      all.get(client)?.push(await measure(client, server.target));

for (const [client, figures] of all) {
  const best = figures.toSorted((a, b) => a.cpuPerPush - b.cpuPerPush)[0];
  if (best !== undefined)
    console.log(
      `${client.padEnd(16)} ${best.cpuPerPush.toFixed(1).padStart(6)} µs of CPU, ${Math.round(best.pushesPerSecond)} pushes a second, ${best.failed} failed`,
    );
}

async function measure(client: string, { caPath, ...target }: Target): Promise<Figures> {
  const work = {
    client: new URL(`clients/${client}.mjs`, import.meta.url).href,
    job: "steady",
    target,
    inFlight: Number(values.inFlight),
    bytes: Number(values.bytes),
    warmUp: 1500,
    measure: 3000,
  };
  const hook = fileURLToPath(new URL("../test/examples/from-source.ts", import.meta.url));
  const profile = values.profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", values.profile];
  const worker = fork(fileURLToPath(new URL("worker.mjs", import.meta.url)), [JSON.stringify(work)], {
    execArgv: ["--no-warnings", "--import", hook, ...profile],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caPath, NODE_ENV: "production" },
  });
  const [figures] = (await once(worker, "message")) as [Figures];
  return figures;
}
