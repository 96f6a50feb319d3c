import fc from "fast-check";
import { expect, test } from "vitest";
import { anyServer } from "./fuzz.js";
import { goodServer } from "./good-server.js";

test("whatever a server sends, in whatever pieces: each request has one end, and it is true", async () => {
  await fc.assert(anyServer, { numRuns: 400 });
  expect.assertions(0);
});

test("a server that makes use of all that RFC 9113 allows is understood, and gets no more than its windows take", async () => {
  await fc.assert(goodServer, { numRuns: 200 });
  expect.assertions(0);
});
