import assert from "node:assert/strict";
import { createApnsClient } from "apns-voip";
import { scenario } from "./scenario.ts";

/** Where undici keeps the dispatcher that all of a process's fetches go through. */
const dispatchers = () =>
  [1, 2].map(n => (globalThis as Record<symbol, unknown>)[Symbol.for(`undici.globalDispatcher.${n}`)]);

const names = ["fetch", "Request", "Response", "Headers", "FormData", "WebSocket", "EventSource"] as const;
const globals = () => names.map(name => (globalThis as Record<string, unknown>)[name]);

// This file is loaded when the package has been, and before the first push.
const before = [...globals(), ...dispatchers()];

scenario("the host program keeps its fetch and its dispatcher", async ({ ring }) => {
  assert.equal((await ring()).outcome, "accepted");
  assert.deepEqual(
    [...globals(), ...dispatchers()].map((value, n) => value === before[n]),
    before.map(() => true),
  );
});

scenario("a key that is none is refused when the client is made", async ({ mock }) => {
  assert.throws(() => createApnsClient({ ...mock.options, key: "no key" } as typeof mock.options), {
    code: "INVALID_KEY",
  });
});
