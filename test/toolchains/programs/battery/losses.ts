import assert from "node:assert/strict";
import { scenario, tally } from "./scenario.ts";

const impatient = () => ({ timeout: 500 });

for (const fault of ["cut-before", "cut-after", "reset-before"] as const)
  scenario(`${fault}: nobody can know, and the next push arrives`, async ({ mock, ring }) => {
    await ring();
    await mock.ask("script", "*", [{ fault }]);
    const result = await ring();
    assert(result.outcome === "unknown" && result.error.code === "CONNECTION_LOST", JSON.stringify(result));
    assert.equal((await ring()).outcome, "accepted");
  });

scenario("cut, and asked to send again: accepted", async ({ mock, ring }) => {
  await ring();
  await mock.ask("script", "*", [{ fault: "cut-after" }]);
  assert.equal((await ring(0, { onUnknown: "resend" })).outcome, "accepted");
});

scenario("an idle connection that is cut costs the next push nothing", async ({ mock, ring }) => {
  await ring();
  await mock.ask("faults.cut");
  assert.equal((await ring()).outcome, "accepted");
});

scenario(
  "an answer that never comes: the time-out is unknown, and the next push arrives",
  async ({ mock, ring }) => {
    await ring();
    await mock.ask("script", "*", [{ fault: "silence" }]);
    const result = await ring();
    assert(result.outcome === "unknown" && result.error.code === "TIMEOUT");
    assert.equal((await ring()).outcome, "accepted");
  },
  impatient,
);

scenario(
  "silence: the connection is given up, and another one is used",
  async ({ mock, ring, ringAll }) => {
    await ring();
    await mock.ask("faults.freeze");
    assert.deepEqual(tally(await ringAll(10)), { unknown: 10 });
    assert.deepEqual(tally(await ringAll(10)), { accepted: 10 });
  },
  impatient,
);

scenario(
  "nobody answers the door: unsent at the deadline, and all is well when somebody does",
  async ({ mock, ring }) => {
    await mock.ask("faults.refuseConnections");
    const result = await ring(0, { deadline: Date.now() + 700 });
    assert.equal(result.outcome, "unsent");
    await mock.ask("faults.refuseConnections", 0);
    assert.equal((await ring()).outcome, "accepted");
  },
);
