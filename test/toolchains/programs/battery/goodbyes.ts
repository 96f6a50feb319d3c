import assert from "node:assert/strict";
import { type Stage, scenario, tally, until } from "./scenario.ts";

/** Pushes that are open on one connection. */
async function open({ mock, client, ring, ringAll }: Stage, count: number, when: "before" | "after") {
  await ring();
  await mock.ask("faults.delay", 400, { when });
  const results = ringAll(count);
  await until(() => client.stats.inFlight === count);
  return results;
}

async function eachOnce({ mock }: Stage, count: number): Promise<void> {
  const pushed = await mock.pushed();
  assert.equal(pushed.length, count);
  assert.equal(new Set(pushed).size, count);
}

scenario("goodbye (GOAWAY): what is open finishes, what is new goes elsewhere", async stage => {
  const early = open(stage, 20, "after");
  await until(() => stage.client.stats.inFlight === 20);
  await stage.mock.ask("faults.goaway", { debug: '{"reason":"Shutdown"}' });
  const late = stage.ringAll(20);
  assert.deepEqual(tally([...(await early), ...(await late)]), { accepted: 40 });
  await eachOnce(stage, 41);
});

scenario("goodbye with a last id: what is above it is sent once more", async stage => {
  const results = open(stage, 40, "before");
  await until(() => stage.client.stats.inFlight === 40);
  await stage.mock.ask("faults.goaway", { lastStreamId: 41 });
  assert.deepEqual(tally(await results), { accepted: 40 });
  await eachOnce(stage, 41);
});

scenario("refused streams are sent again", async stage => {
  await stage.ring();
  await stage.mock.ask("faults.refuseStreams", 5);
  const results = await stage.ringAll(20);
  assert.deepEqual(tally(results), { accepted: 20 });
  assert(results.every(({ attempts }) => attempts === 1));
  await eachOnce(stage, 21);
});

scenario("a stream limit of 1, and then of 100: pushes wait and go", async stage => {
  await stage.ring();
  await stage.mock.ask("faults.streamLimit", 1);
  assert.deepEqual(tally(await stage.ringAll(20)), { accepted: 20 });
  await stage.mock.ask("faults.streamLimit", 100);
  assert.deepEqual(tally(await stage.ringAll(100)), { accepted: 100 });
  await eachOnce(stage, 121);
});

scenario("close finishes what is open, and takes no more", async stage => {
  const results = open(stage, 10, "after");
  await until(() => stage.client.stats.inFlight === 10);
  const closed = stage.client.close();
  assert.deepEqual(tally(await results), { accepted: 10 });
  await closed;
  const late = await stage.ring();
  assert(late.outcome === "unsent" && late.error.code === "CLOSED");
});
