import assert from "node:assert/strict";
import { scenario, tally } from "./scenario.ts";

scenario("a hundred pushes at once are accepted, each once", async ({ mock, ringAll }) => {
  const results = await ringAll(100);
  assert.deepEqual(tally(results), { accepted: 100 });
  assert.deepEqual((await mock.pushed()).sort(), results.map(({ apnsId }) => apnsId).sort());
});

scenario("a push that Apple rejects has its reason and what to do", async ({ mock, ring }) => {
  await mock.ask("uninstall", mock.tokens[1]);
  const gone = await ring(1);
  assert.equal(gone.outcome, "rejected");
  assert(gone.outcome === "rejected" && gone.timestamp instanceof Date);
  assert.deepEqual([gone.status, gone.reason, gone.disposition], [410, "Unregistered", "remove-device"]);
  await mock.ask("script", "*", [{ reason: "BadDeviceToken" }]);
  const bad = await ring();
  assert(bad.outcome === "rejected" && bad.disposition === "try-other-environment");
});

scenario("a push that Apple asks to try again is tried again", async ({ mock, ring }) => {
  await mock.ask("script", "*", [503, 500]);
  const result = await ring();
  assert.equal(result.outcome, "accepted");
  assert.equal(result.attempts, 3);
});

scenario("many pushes have their results in order", async ({ mock, client }) => {
  const pushes = mock.tokens.map(deviceToken => ({ deviceToken, pushType: "voip" as const, payload: { callId: "1" } }));
  const seen: string[] = [];
  for await (const { push, result } of client.sendAll(pushes)) {
    assert.equal(result.outcome, "accepted");
    seen.push(push.deviceToken);
  }
  assert.deepEqual(seen, mock.tokens);
});

scenario("payloads of 4 kB, more than a window holds at once, arrive", async ({ mock, client }) => {
  const payload = { callId: "1", filling: "é".repeat(2000) };
  const results = await Promise.all(
    mock.tokens.map(deviceToken => client.send({ deviceToken, pushType: "voip", payload })),
  );
  assert.deepEqual(tally(results), { accepted: 100 });
});
