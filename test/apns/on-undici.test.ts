import { expect, test } from "vitest";

// The tests that are about what happens on connections, once more over the other transport.
process.env.APNS_TEST_TRANSPORT = "undici";

test("all of these go over undici", async () => {
  expect((await import("./rig.ts")).transport).toBe("undici");
});

for (const name of ["cancel", "connect", "connections", "events", "proxy", "provider-token-refused", "outcomes"])
  await import(`./${name}.test.ts`);
