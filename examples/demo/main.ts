/**
 * A call from user 11 to user 10 whose app is not running: through a signal server, an API server and a mock of Apple, over
 * real Socket.IO, HTTP and HTTP/2. Exit code 0 only if every step has been seen to happen.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { didItRing } from "./did-it-ring.ts";
import { failures } from "./failures.ts";
import { print, proved, title } from "./screen.ts";
import { type Stage, setStage } from "./stage.ts";
import { theCall } from "./the-call.ts";
import { theMessage } from "./the-message.ts";
import { twoPhones } from "./two-phones.ts";
import { usersTable } from "./users-table.ts";

/** Milliseconds that the whole demo may take. It takes a few seconds, and many more on a busy machine. */
const TIME_LIMIT = 120_000;

const began = performance.now();
let stage: Stage | undefined;
let isEnding = false;
setTimeout(() => fail(new Error(`not done after ${TIME_LIMIT / 1000} seconds`)), TIME_LIMIT).unref();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => end(130));

function fail(error: unknown): void {
  if (!isEnding) print(`\n✘ ${error instanceof Error ? error.message : String(error)}`);
  void end(1);
}

/** Ends the demo once: a second call changes nothing. */
async function end(exitCode: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await Promise.race([stage?.close().catch(() => {}), delay(5_000)]);
  process.exit(exitCode);
}

try {
  title("apns-voip: user 11 calls user 10, whose app is not running");
  stage = await setStage();
  await theCall(stage, { webRtc: !process.argv.includes("--no-webrtc") });
  await theMessage(stage);
  await twoPhones(stage);
  await failures(stage);
  await didItRing(stage);
  await usersTable(stage);
  assert.deepEqual(await stage.apple.ask("violations"), [], "the mock has seen what Apple does not like");
  await stage.close();
  assert.deepEqual(stage.unseen(), [], "the servers printed lines that no step expected");

  title("Done");
  proved(`every step above was checked, in ${((performance.now() - began) / 1000).toFixed(1)} seconds`);
  process.exit(0);
} catch (error) {
  fail(error);
}
