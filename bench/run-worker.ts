import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type ClientName, modulePath } from "./clients.ts";
import type { Target } from "./servers/target.ts";

/** What a worker is asked to do, besides the client and the target. */
export interface Work {
  readonly [name: string]: unknown;
}

/** Seconds after which a worker that says nothing is stopped. */
const PATIENCE = 120;

/**
 * Runs one job with one client in a process of its own and resolves with its figures. Rejects when the process ends without
 * any, so that a client that breaks is seen, not skipped.
 */
export function runWorker<Figures>(
  client: ClientName,
  job: string,
  target: Target,
  work: Work = {},
  { execArgv = [], patience = PATIENCE }: { execArgv?: readonly string[]; patience?: number } = {},
): Promise<Figures> {
  const { caPath, ...rest } = target;
  const argument = JSON.stringify({ client: modulePath(client), job, target: rest, ...work });
  const worker = fork(fileURLToPath(new URL("worker.mjs", import.meta.url)), [argument], {
    execArgv: [...execArgv],
    // Some clients can be told of no other authority; so all of them are told in this way.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caPath, NODE_ENV: "production" },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => worker.kill("SIGKILL"), patience * 1000);
    let figures: Figures | undefined;
    worker.once("message", message => {
      figures = message as Figures;
    });
    worker.once("error", reject);
    worker.once("exit", (code, signal) => {
      clearTimeout(timer);
      if (figures !== undefined) resolve(figures);
      else reject(new Error(`${client} ended without figures for ${job} (${signal ?? `exit ${code}`})`));
    });
  });
}
