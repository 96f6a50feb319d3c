import {
  createApnsClient,
  createPushRoutes,
  createPushService,
  createReceipts,
  memoryDeviceStore,
  type PushServiceOptions,
} from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";

const CALL = { toUserId: 10, callId: "11-10", fromUserId: 11 };

/** The whole chain but for sockets: service, routes, and a phone that reports to them. */
async function chain(options: Partial<PushServiceOptions> = {}) {
  const mock = createMockApns();
  const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch, clock: mock.clock });
  const devices = memoryDeviceStore();
  const receipts = createReceipts({ secret: "a secret of receipts" });
  const push = createPushService({ apns, devices, receipts, ...options });
  const routes = createPushRoutes({ push, authenticate: async () => null, adminToken: "admin-secret" });
  mock.receipts({ fetch: routes.fetch });
  const phone = mock.device();
  await devices.save(phone.device());
  const said = () => phone.receipts.map(({ event, status }) => [event, status]);
  return { mock, push, phone, said };
}

describe("mock.receipts", () => {
  test("has phones report as a real app does", async () => {
    const { mock, push, phone, said } = await chain();
    await push.sendCall(CALL);
    await mock.clock.advance(10);
    expect(said()).toEqual([
      ["received", 200],
      ["ringing", 200],
    ]);
    phone.answer();
    await mock.clock.advance(10);
    expect(phone.receipts.at(-1)).toMatchObject({ callId: "11-10", event: "answered", status: 200 });
    expect((await push.readReceipts(10, "11-10")).map(({ event }) => event)).toEqual([
      "received",
      "ringing",
      "answered",
    ]);
  });

  test("tells of a call that was declined", async () => {
    const { mock, push, phone, said } = await chain();
    await push.sendCall(CALL);
    phone.decline();
    await mock.clock.advance(10);
    expect(said().at(-1)).toEqual(["declined", 200]);
  });

  test("leaves a silent phone silent, and a push without a receipt", async () => {
    const { mock, push, phone } = await chain();
    phone.silent = true;
    await push.sendCall(CALL);
    await mock.clock.advance(10);
    expect([phone.calls.length, phone.receipts.length]).toEqual([1, 0]);
    const without = await chain({ receipts: undefined });
    await without.push.sendCall(CALL);
    await without.mock.clock.advance(10);
    expect([without.phone.calls.length, without.phone.receipts.length]).toEqual([1, 0]);
  });

  test("shows how the API answered, also where it did not", async () => {
    const { mock, push, phone } = await chain();
    mock.receipts({ fetch: async () => new Response(null, { status: 410 }) });
    await push.sendCall(CALL);
    await mock.clock.advance(10);
    expect(phone.receipts.map(({ status }) => status)).toEqual([410, 410]);
    mock.receipts({ fetch: () => Promise.reject(new Error("connect ECONNREFUSED")) });
    phone.answer();
    await mock.clock.advance(10);
    expect(phone.receipts.at(-1)).toMatchObject({ event: "answered", error: "connect ECONNREFUSED" });
  });

  test("goes to the API's origin, below what its routes are mounted under", async () => {
    const { mock, push } = await chain();
    const seen: string[] = [];
    const fetch = async (request: Request) => {
      seen.push(`${request.method} ${request.url}`);
      return new Response("{}");
    };
    mock.receipts({ url: "http://api:3000/push/", fetch });
    await push.sendCall(CALL);
    await mock.clock.advance(10);
    expect(seen[0]).toBe("POST http://api:3000/push/api/v1/calls/receipts");
  });

  test("forget by reset what phones reported, and keep where they report", async () => {
    const { mock, push, phone } = await chain();
    phone.silent = true;
    mock.reset();
    await push.sendCall(CALL);
    await mock.clock.advance(10);
    expect(phone.receipts).toHaveLength(2);
    mock.reset();
    expect(phone.receipts).toEqual([]);
  });

  test.each([[{ url: "api:3000" }], [{ fetch: "fetch" }], [{ uri: "http://api:3000" }]])("refuses %j", options => {
    expect(() => createMockApns().receipts(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
  });
});
