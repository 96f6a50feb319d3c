import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "./target.ts";

export interface Apple extends AsyncDisposable {
  readonly target: Target;
  /** Where faults are asked for: `GET /goaway`, `GET /freeze`. */
  readonly control: string;
}

/** The mock of Apple in a process of its own, with 500 phones that take calls and 500 that take alerts. */
export async function startApple(): Promise<Apple> {
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-bench-"));
  const caPath = join(folder, "ca.pem");
  const apple = fork(fileURLToPath(new URL("apple-process.mjs", import.meta.url)), [caPath]);
  const [{ control, ...target }] = await once(apple, "message");
  return {
    target: { ...target, caPath },
    control,
    async [Symbol.asyncDispose]() {
      apple.kill();
      await rm(folder, { recursive: true });
    },
  };
}
