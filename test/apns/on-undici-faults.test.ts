import { expect, test } from "vitest";

// The tests that are about what goes wrong on connections, once more over the other transport.
process.env.APNS_TEST_TRANSPORT = "undici";

test("all of these go over undici", async () => {
  expect((await import("./rig.ts")).transport).toBe("undici");
});

for (const name of ["faults", "faults.property", "silence", "where-others-break"]) await import(`./${name}.test.ts`);
