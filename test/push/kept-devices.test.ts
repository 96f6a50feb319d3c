import { PGlite } from "@electric-sql/pglite";
import { postgresUserColumnStore } from "apns-voip/postgres";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

test("a 410 that a users table without a date cannot clear is told once per device and hour, with the reason", async () => {
  const db = new PGlite();
  await db.exec("CREATE TABLE users (id int PRIMARY KEY, voip_device_token text); INSERT INTO users (id) VALUES (10)");
  const world = createWorld({ devices: postgresUserColumnStore(db) });
  const phone = await world.register(world.mock.device());
  phone.uninstall();
  world.mock.clock.stop();
  for (let n = 0; n < 3; n++) await world.push.sendCall(CALL);
  expect(world.eventsOf("push.device-kept")).toEqual([
    {
      type: "push.device-kept",
      userId: "10",
      callId: "11-10",
      tokenPrefix: `${phone.token.slice(0, 12)}...`,
      reason: "Unregistered",
      why: expect.stringContaining("registeredAtColumn"),
    },
  ]);
  await world.mock.clock.advance(3_600_001);
  await world.push.sendCall(CALL);
  expect(world.eventsOf("push.device-kept")).toHaveLength(2);
  await db.close();
}, 240_000);

test("a device that the app's own rule keeps is told of, with that as the reason", async () => {
  const world = createWorld({ removeDevices: false });
  const phone = await world.register(world.mock.device());
  phone.uninstall();
  await world.push.sendCall(CALL);
  expect(world.eventsOf("push.device-kept")).toMatchObject([{ why: "removeDevices says so" }]);
});

test("a device that is removed, and one that Apple does not call gone, are not told of", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  world.mock.script(phone.token, ["BadTopic"]);
  await world.push.sendCall(CALL);
  await world.mock.clock.advance(10);
  phone.uninstall();
  await world.push.sendCall(CALL);
  expect(world.eventsOf("push.device-removed")).toHaveLength(1);
  expect(world.eventsOf("push.device-kept")).toEqual([]);
});
