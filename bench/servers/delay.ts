import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Target } from "./target.ts";

/** Makes targets farther away. */
export interface Delays extends AsyncDisposable {
  /** The same server with so many milliseconds of round trip added; 0 is the server itself. */
  target(target: Target, milliseconds: number): Promise<Target>;
}

/** One delaying proxy in a process of its own per server and delay, started when first asked for. */
export function delays(): Delays {
  const targets = new Map<string, Promise<Target>>();
  const processes: ReturnType<typeof fork>[] = [];

  async function start(target: Target, milliseconds: number): Promise<Target> {
    const { port } = new URL(target.origin);
    const proxy = fork(fileURLToPath(new URL("delay-process.mjs", import.meta.url)), [port, String(milliseconds)]);
    processes.push(proxy);
    const [own] = await once(proxy, "message");
    return { ...target, origin: `https://127.0.0.1:${own}` };
  }

  return {
    target(target, milliseconds) {
      if (milliseconds === 0) return Promise.resolve(target);
      const key = `${target.origin} ${milliseconds}`;
      const started = targets.get(key) ?? start(target, milliseconds);
      targets.set(key, started);
      return started;
    },
    async [Symbol.asyncDispose]() {
      for (const proxy of processes) proxy.kill();
    },
  };
}
