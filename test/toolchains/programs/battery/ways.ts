import assert from "node:assert/strict";
import { scenario, tally } from "./scenario.ts";

for (const scheme of ["http", "https"])
  scenario(
    `through a proxy, ${scheme}`,
    async ({ ringAll }) => assert.deepEqual(tally(await ringAll(20)), { accepted: 20 }),
    async mock => {
      const { url, ca } = await mock.ask<{ url: string; ca: string }>("proxy", scheme);
      return { proxy: url, ca: `${mock.options.ca}\n${ca}` };
    },
  );

scenario(
  "a server whose certificate nobody vouches for gets no push",
  async ({ mock, ring }) => {
    const result = await ring(0, { deadline: Date.now() + 700 });
    assert(result.outcome === "unsent" && result.error.code === "CONNECTION_FAILED", JSON.stringify(result));
    assert.match(result.error.message, /certificate|UnknownIssuer|SELF_SIGNED/i);
    assert.deepEqual(await mock.pushed(), []);
  },
  () => ({ ca: undefined }),
);

scenario("warmed up, the first push finds its connection open", async ({ client, ring }) => {
  await client.warmUp();
  assert.equal(client.stats.connections.production, 1);
  assert.equal((await ring()).outcome, "accepted");
  assert.equal(client.stats.connections.production, 1);
});
