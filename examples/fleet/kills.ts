import { setTimeout as delay } from "node:timers/promises";
import type { Call } from "./call.ts";
import type { Fleet, Server } from "./fleet.ts";
import { between, pick, type Random } from "./random.ts";
import type { Traffic } from "./traffic.ts";

/** A process that was ended without warning, and what it met. */
export interface Kill {
  readonly server: Server;
  /** When it was killed: milliseconds of this process's clock. */
  readonly at: number;
  /** The calls that had begun and not rung yet. */
  readonly underWay: readonly Call[];
  /** Milliseconds until the process listened again. */
  backAfter: number | undefined;
}

/** Milliseconds between two kills, from and to. */
const PAUSE = [300, 1_500] as const;
/** Milliseconds after a call has begun within which its servers are most likely at work on it. */
const AIM = 60;

/** Kills processes until `signal` says so, each in the middle of a call; resolves when all are back. */
export async function killAgainAndAgain(
  fleet: Fleet,
  traffic: Traffic,
  random: Random,
  signal: AbortSignal,
): Promise<Kill[]> {
  const kills: Kill[] = [];
  const restarts: Promise<void>[] = [];
  while (!signal.aborted) {
    await delay(between(random, ...PAUSE));
    await traffic.nextCall();
    await delay(between(random, 0, AIM));
    // One process of each kind stays, so that there is one to take over.
    const spare = fleet.servers.filter(server => fleet.servers.some(other => canStandIn(other, server)));
    const server = pick(random, spare);
    if (server === undefined || signal.aborted) continue;
    const at = performance.now();
    const kill: Kill = { server, at, underWay: traffic.calls.filter(isUnderWay), backAfter: undefined };
    kills.push(kill);
    restarts.push(
      server.killAndRestart().then(() => {
        kill.backAfter = performance.now() - at;
      }),
    );
  }
  await Promise.all(restarts);
  return kills;
}

function canStandIn(other: Server, server: Server): boolean {
  return other !== server && other.kind === server.kind && other.isUp && server.isUp;
}

function isUnderWay({ rangAt, toldCaller, plan }: Call): boolean {
  return rangAt === undefined && toldCaller === undefined && plan !== "cancel";
}
