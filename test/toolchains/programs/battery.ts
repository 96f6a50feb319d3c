// What a client must be able to do on every runtime, tried on the public surface against a mock of Apple in another process.
import { scenarios } from "./battery/scenario.ts";
import "./battery/answers.ts";
import "./battery/goodbyes.ts";
import "./battery/losses.ts";
import "./battery/ways.ts";
import "./battery/host.ts";
import "./battery/token.ts";

const PATIENCE = 20_000;

let failed = 0;
for (const { name, run } of scenarios) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([run(), late]);
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error instanceof Error ? error.stack : error}`);
  }
  clearTimeout(timer);
}
console.log(`${scenarios.length - failed} of ${scenarios.length}`);
// Not process.exit: that it ends by itself is part of what is tried.
process.exitCode = failed === 0 ? 0 : 1;
