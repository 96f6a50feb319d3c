import { createApnsClient, createPushService, memoryDeviceStore } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterEach, expect, test } from "vitest";
import { CALL } from "./world.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The same world as elsewhere, but over TLS and HTTP/2, on sockets. */
async function listeningWorld() {
  const mock = createMockApns();
  const { endpoints, ca, close } = await mock.listen();
  closers.push(close);
  const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", endpoints, ca });
  closers.push(() => apns.close());
  const devices = memoryDeviceStore();
  return { mock, devices, push: createPushService({ apns, devices }) };
}

test("phones of both environments ring from one call, and both environments are learned", async () => {
  const { mock, devices, push } = await listeningWorld();
  const phones = [mock.device(), mock.device({ environment: "sandbox" }), mock.device({ bundleId: "com.example.dev" })];
  for (const phone of phones) await devices.save(phone.device());

  const { status, devices: reports } = await push.sendCall(CALL);

  expect(status).toBe("accepted");
  expect(reports.map(({ result }) => result.outcome)).toEqual(["accepted", "accepted", "accepted"]);
  for (const phone of phones) expect(phone.calls).toHaveLength(1);
  const rows = await devices.list("10", "voip");
  expect(new Map(rows.map(({ token, environment }) => [token, environment]))).toEqual(
    new Map(phones.map(({ token, environment }) => [token, environment])),
  );
  expect(mock.violations).toEqual([]);
});

test("calls to many users at once, half of them on the other environment, each ring once", async () => {
  const { mock, devices, push } = await listeningWorld();
  const phones = Array.from({ length: 60 }, (_, i) =>
    mock.device({ userId: i, environment: i % 2 === 0 ? "production" : "sandbox" }),
  );
  for (const phone of phones) await devices.save(phone.device());

  const reports = await Promise.all(phones.map(({ userId }) => push.sendCall({ ...CALL, toUserId: userId })));

  expect(reports.every(({ status }) => status === "accepted")).toBe(true);
  expect(phones.map(({ calls }) => calls.length)).toEqual(phones.map(() => 1));
});

test("a connection that Apple takes down in the middle of a call costs nothing", async () => {
  const { mock, devices, push } = await listeningWorld();
  const phone = mock.device();
  await devices.save(phone.device());
  await push.sendCall(CALL);
  phone.end();
  mock.faults.goaway({ debug: '{"reason":"Shutdown"}' });
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect(phone.calls).toHaveLength(2);
});
