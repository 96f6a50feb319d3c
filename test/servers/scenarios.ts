import { setTimeout as sleep } from "node:timers/promises";
import type { ApnsClient, ApnsResult } from "apns-voip";
import type { Backend } from "./backend.ts";
import type { Ability, Wanted } from "./kind.ts";
import { type Sent, sendMany, sendOne } from "./load.ts";
import type { Server } from "./server.ts";

/** A server that runs, a client that pushes to it, and what is to be pushed. */
export interface Stage {
  readonly server: Server;
  readonly client: ApnsClient;
  readonly backend: Backend;
  readonly pushes: number;
}

export interface Scenario {
  readonly name: string;
  readonly wanted?: Wanted;
  /** What a server must be able to do. */
  readonly needs?: Ability | "passing on";
  /** The server says goodbye in the middle. */
  readonly leaves?: boolean;
  /** Nothing goes wrong here, so that every push must be accepted. */
  readonly allAccepted: boolean;
  run(stage: Stage): Promise<Sent[]>;
}

const plain = ({ client, pushes }: Stage) => sendMany(client, pushes);

/** Does something to the server when a quarter, a half and three quarters of the pushes have ended. */
const disturbed =
  (disturb: (server: Server) => Promise<void>) =>
  async ({ client, server, pushes }: Stage): Promise<Sent[]> => {
    const moments = [1, 2, 3].map(quarter => Math.floor((pushes * quarter) / 4));
    let disturbing = Promise.resolve();
    const sent = await sendMany(client, pushes, ended => {
      if (moments.includes(ended)) disturbing = disturbing.then(() => disturb(server));
    });
    await disturbing;
    return sent;
  };

const killAndStart = async (server: Server) => {
  server.kill();
  await server.start();
};

/** How many pushes are under way when the server is killed. */
const CAUGHT = 200;

/** Killed with 200 pushes under way: they are lost at once, and no later one pays for it with a time-out. */
async function killedWhileHolding({ client, server, backend }: Stage): Promise<Sent[]> {
  await sendOne(client);
  backend.hold();
  const before = backend.paths.length;
  const caught = Array.from({ length: CAUGHT }, () => sendOne(client));
  // Some servers work on fewer at once; the client's time-out is 5 s.
  for (let step = 0; step < 200 && backend.paths.length < before + CAUGHT; step++) await sleep(10);
  server.kill();
  backend.release();
  await server.start();
  const lost = await Promise.all(caught);
  const later = await sendMany(client, CAUGHT);
  for (const { result } of lost)
    if (!isLost(result) && result.outcome !== "accepted") throw new Error(`one under way is ${shown(result)}`);
  for (const { result } of later) if (result.outcome !== "accepted") throw new Error(`a later one is ${shown(result)}`);
  return [...lost, ...later];
}

const isLost = (result: ApnsResult) => result.outcome === "unknown" && result.error.code === "CONNECTION_LOST";
const shown = (result: ApnsResult) =>
  "error" in result ? `${result.outcome}: ${result.error.message}` : result.outcome;

export const SCENARIOS: readonly Scenario[] = [
  { name: "nothing happens", allAccepted: true, run: plain },
  { name: "TLS 1.2 only", wanted: { tls12: true }, needs: "tls12", allAccepted: true, run: plain },
  { name: "IPv6", wanted: { ipv6: true }, needs: "ipv6", allAccepted: true, run: plain },
  { name: "3 streams at once", wanted: { streams: 3 }, needs: "streams", allAccepted: true, run: plain },
  { name: "goodbye every 100 requests", wanted: { requests: 100 }, needs: "requests", allAccepted: true, run: plain },
  { name: "reloads", needs: "reload", leaves: true, allAccepted: true, run: disturbed(server => server.reload()) },
  {
    name: "graceful restarts",
    needs: "restart",
    leaves: true,
    allAccepted: true,
    run: disturbed(server => server.restart()),
  },
  { name: "kills", allAccepted: false, run: disturbed(killAndStart) },
  { name: "killed with 200 in flight", needs: "passing on", allAccepted: false, run: killedWhileHolding },
];
