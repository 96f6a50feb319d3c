// The tests that are about what goes wrong on connections, once more over the other transport.
process.env.APNS_TEST_TRANSPORT = "undici";

for (const name of ["faults", "faults.property", "silence", "where-others-break"]) await import(`./${name}.test.ts`);

export {};
