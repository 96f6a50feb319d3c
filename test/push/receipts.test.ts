import {
  callPayloadSchemaWith,
  consoleLogger,
  createPushService,
  createReceipts,
  isApnsVoipError,
  memoryReceiptStore,
  type ReceiptEvent,
  type ReceiptsOptions,
} from "apns-voip";
import { parseCallPayload, presets } from "apns-voip/payload";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { CALL, createWorld, type Options } from "./world.js";

const SECRET = "a secret of receipts";
const SIX = ["type", "callId", "fromUserId", "fromDisplayName", "room", "hasVideo"];

/** User 10 with one phone; each push asks for a receipt. Time stands still but for what a test advances. */
async function world(options: Partial<ReceiptsOptions> = {}, more: Options = {}) {
  const receipts = createReceipts({ secret: SECRET, ...options });
  const made = createWorld({ receipts, ...more });
  const phone = await made.register(made.mock.device({ token: "9f739db8afff".padEnd(64, "7") }));
  await made.apns.warmUp();
  made.mock.clock.stop();
  const report = (event: ReceiptEvent, detail?: string, receipt = receiptOf(phone.calls.at(-1))) =>
    made.push.takeReceipt({ receipt, event, ...(detail !== undefined && { detail }) });
  return { ...made, phone, report };
}

function receiptOf(payload: unknown): string {
  return (payload as { readonly receipt: string }).receipt;
}

describe("the payload", () => {
  test("gets a seventh key: opaque text of at most 200 characters", async () => {
    const { push, phone } = await world();
    await push.sendCall(CALL);
    expect(Object.keys(phone.calls[0]!)).toEqual([...SIX, "receipt"]);
    expect(receiptOf(phone.calls[0])).toMatch(/^[\w.-]{60,200}$/);
  });

  test("keeps its six keys without receipts", async () => {
    const { push, register, mock } = createWorld();
    const phone = await register(mock.device());
    await push.sendCall(CALL);
    expect(Object.keys(phone.calls[0]!)).toEqual(SIX);
  });

  test("gets the key also with presets and with an app's own schema; a message does not", async () => {
    for (const payload of [presets.portable, presets.flutter, presets.reactNative]) {
      const { push, phone } = await world({}, { payload } as Options);
      await push.sendCall(CALL);
      expect(receiptOf(phone.calls[0])).toEqual(expect.any(String));
    }
    const own = callPayloadSchemaWith({ offer: z.string() });
    const { push, phone, register, mock } = await world({}, { payload: own } as Options);
    await push.sendCall({ ...CALL, offer: "v=0" } as never);
    expect(phone.received[0]!.payload).toMatchObject({ offer: "v=0", receipt: expect.any(String) });
    const alert = await register(mock.device({ pushType: "alert" }));
    await push.sendMessage({ toUserId: 10, title: "Ann", body: "Hi" });
    expect(alert.received[0]!.payload).not.toHaveProperty("receipt");
  });

  test("of each phone has a receipt of its own, and of each call another", async () => {
    const { push, phone, register, mock } = await world();
    const other = await register(mock.device());
    await push.sendCall(CALL);
    phone.end();
    other.end();
    await push.sendCall(CALL);
    const receipts = [...phone.calls, ...other.calls].map(receiptOf);
    expect(new Set(receipts).size).toBe(4);
  });

  test("never holds the token, the secret or a name in it", async () => {
    const { push, phone } = await world();
    await push.sendCall({ ...CALL, fromDisplayName: "Ann Example" });
    const receipt = receiptOf(phone.calls[0]);
    const read = receipt + Buffer.from(receipt.split(".")[0]!, "base64url").toString();
    for (const secret of [phone.token.slice(0, 13), SECRET, "Ann"]) expect(read).not.toContain(secret);
  });

  test("goes without where it would become too large, and an event says so", async () => {
    const schema = callPayloadSchemaWith({ offer: z.string() });
    const { push, phone, eventsOf } = await world({}, { payload: schema } as Options);
    await push.sendCall({ ...CALL, offer: "" } as never);
    const room = 5120 - Buffer.byteLength(JSON.stringify({ ...phone.calls[0], receipt: undefined, offer: "" }));
    phone.end();
    expect((await push.sendCall({ ...CALL, offer: "x".repeat(room) } as never)).status).toBe("accepted");
    expect(Object.keys(phone.received.at(-1)!.payload as object)).toEqual([...SIX, "offer"]);
    expect(eventsOf("push.keys-dropped")).toMatchObject([
      { toUserId: "10", callId: "11-10", keys: ["receipt"], mostBytes: 5120 },
    ]);
  });

  test("is read by the phone's parser with its receipt, and without one that is none", () => {
    const given = { callId: "1", fromUserId: 1, fromDisplayName: "Ann", room: "r", hasVideo: true };
    expect(parseCallPayload({ ...given, receipt: "abc" }).payload.receipt).toBe("abc");
    for (const receipt of [undefined, null, "", 7, {}, "x".repeat(201)]) {
      expect(Object.keys(parseCallPayload({ ...given, receipt }).payload)).toEqual(SIX);
    }
  });
});

describe("a receipt that comes back", () => {
  test("says what the phone did, how long after Apple had accepted, and prints a line", async () => {
    const { push, phone, mock, report, events, eventsOf } = await world();
    mock.script(phone.token, [{ delay: 300 }]);
    const call = push.sendCall(CALL);
    await mock.clock.advance(300);
    await call;
    await mock.clock.advance(812);
    expect(await report("ringing")).toBe("taken");
    expect(eventsOf("push.receipt")).toEqual([
      {
        type: "push.receipt",
        toUserId: "10",
        callId: "11-10",
        tokenPrefix: "9f739db8afff...",
        event: "ringing",
        milliseconds: 812,
      },
    ]);
    const lines: string[] = [];
    consoleLogger({ log: line => lines.push(line) })(events.at(-1)!);
    expect(lines).toEqual(["📱 9f739db8afff... of user 10: ringing, 812 ms after APNs accepted"]);
  });

  test("counts once for each event, in any order", async () => {
    const { push, report, eventsOf } = await world();
    await push.sendCall(CALL);
    for (const event of ["answered", "ringing", "answered", "received", "ringing", "declined"] as const) {
      expect(await report(event)).toBe("taken");
    }
    expect(eventsOf("push.receipt").map(({ event }) => event)).toEqual(["answered", "ringing", "received", "declined"]);
  });

  test("with a reason for `failed` shows at most 200 characters of it, and obeys none", async () => {
    const { push, report, eventsOf } = await world();
    await push.sendCall(CALL);
    await report("failed", `CXErrorCode 3\n${"x".repeat(500)}`);
    const [{ detail } = { detail: "" }] = eventsOf("push.receipt");
    expect(detail).toMatch(/^CXErrorCode 3\\u\{a\}x+\.\.\.$/);
    expect(detail!.length).toBeLessThan(210);
  });

  test("before Apple's answer is known counts all the same", async () => {
    const { push, phone, mock, report, eventsOf } = await world();
    phone.onCall = () => {};
    mock.script(phone.token, [{ delay: 500 }]);
    const call = push.sendCall(CALL);
    await mock.clock.advance(500);
    await report("received");
    await call;
    await mock.clock.advance(20_000);
    expect(eventsOf("push.receipt")).toMatchObject([{ event: "received" }]);
    expect(eventsOf("push.silent")).toEqual([]);
  });

  test.each<[what: string, change: (receipt: string) => string]>([
    ["is empty", () => ""],
    ["is too long", receipt => receipt.padEnd(201, "A")],
    ["is cut short", receipt => receipt.slice(0, -4)],
    ["has another body", receipt => `A${receipt.slice(1)}`],
    ["has another signature", receipt => receipt.replace(/\.(.)/, (_, first) => `.${first === "A" ? "B" : "A"}`)],
    ["has a third part", receipt => `${receipt}.A`],
    ["is only a body", receipt => receipt.split(".")[0]!],
    ["is no base64", () => "💥.💥"],
  ])("that %s is invalid, and changes nothing", async (_what, change) => {
    const { push, phone, report, eventsOf } = await world();
    await push.sendCall(CALL);
    expect(await report("ringing", undefined, change(receiptOf(phone.calls[0])))).toBe("invalid");
    expect(await push.takeReceipt({ event: "ringing" } as never)).toBe("invalid");
    expect(eventsOf("push.receipt")).toEqual([]);
  });

  test("of another secret is invalid; of one that is being replaced it is good", async () => {
    const { push, phone, apns, devices } = await world();
    await push.sendCall(CALL);
    const take = (secret: string | string[]) => {
      const receipts = createReceipts({ secret });
      const other = createPushService({ apns, devices, receipts });
      return other.takeReceipt({ receipt: receiptOf(phone.calls[0]), event: "ringing" });
    };
    expect(await take("another secret, as long")).toBe("invalid");
    expect(await take(["another secret, as long", SECRET])).toBe("taken");
  });

  test("is expired when it is older than receipts are kept", async () => {
    const { push, mock, report } = await world({ keptFor: 60_000 });
    await push.sendCall(CALL);
    await mock.clock.advance(60_000);
    expect(await report("ringing")).toBe("taken");
    await mock.clock.advance(1);
    expect(await report("answered")).toBe("expired");
  });

  test("with an event that does not exist is the caller's mistake", async () => {
    const { push } = await world();
    const error = await push.takeReceipt({ receipt: "x", event: "rang" as never }).catch(error => error);
    expect(isApnsVoipError(error) && error.code).toBe("INVALID_CALL");
    expect(error.issues[0].message).toBe(
      'event must be one of received, ringing, answered, declined, failed, not "rang"',
    );
  });

  test("counts in a process that did not send the push, also one that shares no store", async () => {
    const { push, phone, apns, devices, mock, eventsOf } = await world();
    await push.sendCall(CALL);
    const other = createPushService({ apns, devices, receipts: createReceipts({ secret: SECRET }) });
    await mock.clock.advance(500);
    expect(await other.takeReceipt({ receipt: receiptOf(phone.calls[0]), event: "ringing" })).toBe("taken");
    expect(eventsOf("push.receipt")).toMatchObject([{ toUserId: "10", callId: "11-10", milliseconds: 500 }]);
  });

  test.each([
    ["a call id", { ...CALL, callId: "c".repeat(500) }],
    ["a call id of many bytes", { ...CALL, callId: "通話".repeat(40) }],
  ])("says who was called, also where %s does not fit into it", async (_what, call) => {
    const { push, phone, apns, devices, report, eventsOf } = await world();
    await push.sendCall(call);
    expect(receiptOf(phone.calls[0]).length).toBeLessThanOrEqual(200);
    expect(await report("ringing")).toBe("taken");
    expect(eventsOf("push.receipt")).toMatchObject([{ toUserId: "10", callId: call.callId }]);
    // Nobody else knows what the receipt stands for.
    const other = createPushService({ apns, devices, receipts: createReceipts({ secret: SECRET }) });
    expect(await other.takeReceipt({ receipt: receiptOf(phone.calls[0]), event: "answered" })).toBe("expired");
  });

  test("is invalid where the service has no receipts", async () => {
    const { push } = createWorld();
    expect(await push.takeReceipt({ receipt: "x", event: "ringing" })).toBe("invalid");
  });
});

describe("a phone that says nothing", () => {
  test("is told of once, when it has been silent for long enough, with what to look at", async () => {
    const { push, mock, events, eventsOf } = await world();
    await push.sendCall(CALL);
    await mock.clock.advance(7_999);
    expect(eventsOf("push.silent")).toEqual([]);
    await mock.clock.advance(60_000);
    expect(eventsOf("push.silent")).toEqual([
      { type: "push.silent", toUserId: "10", callId: "11-10", tokenPrefix: "9f739db8afff...", milliseconds: 8_000 },
    ]);
    const lines: string[] = [];
    consoleLogger({ log: line => lines.push(line) })(events.at(-1)!);
    expect(lines).toEqual([
      "⚠️ APNs accepted, but 9f739db8afff... of user 10 has not reported within 8 s",
      expect.stringContaining("CallKit"),
    ]);
    consoleLogger({ log: line => lines.push(line), explain: false })(events.at(-1)!);
    expect(lines).toHaveLength(3);
  });

  test("is told of by itself, beside one that has spoken", async () => {
    const { push, mock, register, report, eventsOf } = await world({ silentAfter: 3_000 });
    const other = await register(mock.device());
    await push.sendCall(CALL);
    await report("received");
    await mock.clock.advance(3_100);
    expect(eventsOf("push.silent")).toMatchObject([{ tokenPrefix: `${other.token.slice(0, 12)}...` }]);
  });

  test.each<[what: string, script: object]>([
    ["refused", { reason: "TopicDisallowed" }],
    ["got no answer to", { fault: "reset-after" }],
  ])("is not told of where Apple %s the push", async (_what, script) => {
    const { push, phone, mock, eventsOf } = await world({}, { onUnknown: "report" });
    mock.script(phone.token, [script as never]);
    await push.sendCall(CALL);
    await mock.clock.advance(20_000);
    expect(eventsOf("push.silent")).toEqual([]);
  });

  test("is not told of after a cancel, though that came too late", async () => {
    const { push, mock, eventsOf } = await world();
    await push.sendCall(CALL, { idempotencyKey: "k" });
    expect(await push.cancelCall(10, "k")).toEqual({ cancelled: false });
    await push.sendCall({ ...CALL, callId: "another" }, { idempotencyKey: "other" });
    await mock.clock.advance(20_000);
    expect(eventsOf("push.silent")).toMatchObject([{ callId: "another" }]);
  });

  test("of a thousand calls in a second each is told of, and those that spoke are not", async () => {
    const { push, phone, mock, eventsOf } = await world();
    for (let n = 0; n < 1_000; n++) {
      await push.sendCall({ ...CALL, callId: `call-${n}` });
      const receipt = receiptOf(phone.calls.at(-1));
      if (n % 2 === 0) await push.takeReceipt({ receipt, event: "received" });
      phone.end();
      await mock.clock.advance(1);
    }
    await mock.clock.advance(10_000);
    expect(eventsOf("push.silent")).toHaveLength(500);
  });
});

test("what phones have said of a call can be read", async () => {
  const { push, mock, report } = await world();
  await push.sendCall(CALL);
  await mock.clock.advance(400);
  await report("received");
  await mock.clock.advance(100);
  await report("ringing");
  expect(await push.readReceipts(10, "11-10")).toEqual([
    { token: "9f739db8afff...", event: "received", milliseconds: 400 },
    { token: "9f739db8afff...", event: "ringing", milliseconds: 500 },
  ]);
  expect(await push.readReceipts(12, "11-10")).toEqual([]);
});

test("a store of receipts that is down costs no ring, and says so", async () => {
  const down = () => Promise.reject(new Error("down"));
  const store = { ...memoryReceiptStore(), accepted: down, heard: down, keep: down };
  const { push, phone, report, eventsOf } = await world({ store });
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  await expect(report("ringing")).rejects.toMatchObject({ code: "STORE_FAILED" });
  phone.end();
  expect((await push.sendCall({ ...CALL, callId: "c".repeat(300) })).status).toBe("accepted");
  expect(phone.calls.at(-1)).not.toHaveProperty("receipt");
  expect(eventsOf("push.store-failed").map(({ operation }) => operation)).toEqual(["receipt", "receipt", "receipt"]);
});

test.each<[options: unknown, message: RegExp]>([
  [undefined, /undefined given; wanted: text of at least 16 characters.*RECEIPT_SECRET/],
  [{ secret: undefined }, /undefined given/],
  [{ secret: "fifteen letters" }, /text of 15 given/],
  [{ secret: "eight888                    " }, /text of 8 given/],
  [{ secret: ["long enough, this one", "short"] }, /text of 5 given/],
  [{ secret: [] }, /an empty list given/],
  [{ secret: SECRET, silentAfter: 0, keptFor: "long" }, /milliseconds from 100 to 600000; .*from 1000 to 86400000/],
  [{ secret: SECRET, silentafter: 1_000 }, /did you mean silentAfter/],
])("createReceipts(%j) is refused, and no secret is repeated", (options, message) => {
  expect(() => createReceipts(options as ReceiptsOptions)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
  );
});
