import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { rig } from "./rig.js";

test("each event of a push is told in the async context of the caller who sent it", async () => {
  const caller = new AsyncLocalStorage<number>();
  const heard: [number | undefined, string][] = [];
  const { ring, phones } = await rig({
    onEvent: event => {
      if (event.type === "apns.attempt" || event.type === "apns.result")
        heard.push([caller.getStore(), event.tokenPrefix]);
    },
  });
  const twenty = phones(20);
  await Promise.all(twenty.map((phone, index) => caller.run(index, () => ring(phone))));
  expect(heard).toHaveLength(40);
  for (const [index, prefix] of heard) expect(twenty[index ?? -1]?.token.startsWith(prefix.slice(0, 12))).toBe(true);
});
