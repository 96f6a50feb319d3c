import { consoleLogger, isApnsVoipError } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

/** User 10 with a phone, a tablet, and an old app that has said no device id. */
async function threePhones() {
  const world = createWorld();
  const [phone, tablet, old] = await Promise.all(
    ["phone-1", "tablet-1", undefined].map(async deviceId => {
      const device = world.mock.device();
      await world.devices.save({ ...device.device(), deviceId });
      return device;
    }),
  );
  return { ...world, phone: phone!, tablet: tablet!, old: old! };
}

test("phones that have the call already are not pushed, all others are", async () => {
  const { push, phone, tablet, old } = await threePhones();
  const report = await push.sendCall(CALL, { exceptDeviceIds: ["phone-1", "another user's"] });
  expect(report).toMatchObject({ status: "accepted", devices: [{}, {}] });
  expect([phone, tablet, old].map(({ calls }) => calls.length)).toEqual([0, 1, 1]);
});

test("a body that is passed on says it too, and both lists count", async () => {
  const { push, phone, tablet, old } = await threePhones();
  await push.sendCall({ ...CALL, exceptDeviceIds: ["phone-1"] }, { exceptDeviceIds: ["tablet-1"] });
  expect([phone, tablet, old].map(({ calls }) => calls.length)).toEqual([0, 0, 1]);
  expect(old.calls[0]).not.toHaveProperty("exceptDeviceIds");
});

test("with every phone excepted there is none to push, and the line says why", async () => {
  const { push, mock, devices, old, events, eventsOf } = await threePhones();
  await devices.remove(old.token);
  const options = { exceptDeviceIds: ["phone-1", "tablet-1"] };
  expect(await push.sendCall(CALL, options)).toEqual({ status: "no-devices", devices: [] });
  expect(mock.pushes).toEqual([]);
  expect(eventsOf("push.devices-found")).toMatchObject([{ tokenPrefixes: [], excepted: 2 }]);
  const lines: string[] = [];
  events.forEach(consoleLogger({ log: line => lines.push(line) }));
  expect(lines).toEqual(["VoIP Push to user 10 not sent: no phone but the 2 excepted"]);
});

test("calls under way at once that except different phones are not the same", async () => {
  const { push, mock, phone, tablet } = await threePhones();
  const [a, b, c] = await Promise.all([
    push.sendCall(CALL, { exceptDeviceIds: ["phone-1"] }),
    push.sendCall(CALL, { exceptDeviceIds: ["tablet-1", "phone-2"] }),
    push.sendCall({ ...CALL, exceptDeviceIds: ["phone-2", "tablet-1"] }),
  ]);
  expect(c).toBe(b);
  expect(b).not.toBe(a);
  expect(mock.pushes).toHaveLength(4);
  expect([phone.calls.length, tablet.calls.length]).toEqual([1, 1]);
});

test("an empty list excepts nothing, and neither does null", async () => {
  const { push } = await threePhones();
  const none = { exceptDeviceIds: null } as never;
  const [a, b, c] = await Promise.all([
    push.sendCall(CALL),
    push.sendCall(CALL, { exceptDeviceIds: [] }),
    push.sendCall(CALL, none),
  ]);
  expect(b).toBe(a);
  expect(c).toBe(a);
});

test.each([
  ["phone-1", 'exceptDeviceIds must be a list of device ids (text), or absent, not "phone-1"'],
  [["phone-1", 7], "exceptDeviceIds must be a list of device ids (text), or absent, not 7 in it"],
])("%j is no list of device ids, and nothing is sent", async (exceptDeviceIds, problem) => {
  const { push, mock } = await threePhones();
  const error = await push.sendCall(CALL, { exceptDeviceIds: exceptDeviceIds as never }).catch(error => error);
  expect(isApnsVoipError(error) && error.code).toBe("INVALID_CALL");
  expect(error.issues).toEqual([{ path: "exceptDeviceIds", message: problem }]);
  expect(mock.pushes).toEqual([]);
});
