import fc from "fast-check";
import { expect, test } from "vitest";
import { createWorld } from "./world.js";

const MESSAGE = { toUserId: 10, title: "Ann", body: "Hi", fromUserId: 11 } as const;

interface Notification {
  readonly aps: { readonly alert: { readonly title: string; readonly body: string } };
  readonly type: string;
  readonly fromUserId?: string;
}

async function messageWorld() {
  const world = createWorld();
  const phone = await world.register(world.mock.device({ pushType: "alert" }));
  return { ...world, phone, shown: () => phone.notifications.at(-1) as Notification };
}

test("a message is shown on the user's phone as an alert push", async () => {
  const { push, mock, shown } = await messageWorld();
  expect((await push.sendMessage(MESSAGE)).status).toBe("accepted");
  expect(shown()).toEqual({
    aps: { alert: { title: "Ann", body: "Hi" }, sound: "default" },
    type: "chat.message",
    fromUserId: "11",
  });
  expect(mock.pushes[0]?.headers).toMatchObject({ "apns-push-type": "alert", "apns-topic": "com.example.app" });
});

test("badge, sound, thread and mutable-content are set when asked for", async () => {
  const { push, shown } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, badge: 0, sound: "ping.caf", threadId: "chat-11", mutableContent: true });
  expect(shown().aps).toEqual({
    alert: { title: "Ann", body: "Hi" },
    badge: 0,
    sound: "ping.caf",
    "thread-id": "chat-11",
    "mutable-content": 1,
  });
});

test("calls do not go to alert tokens, and messages not to the tokens for calls", async () => {
  const { push, register, mock } = createWorld();
  const phone = await register(mock.device());
  expect((await push.sendMessage(MESSAGE)).status).toBe("no-devices");
  expect(phone.received).toEqual([]);
});

test.each([
  ["a number", { fromUserId: 11 }, "11"],
  ["text", { fromUserId: "u_9f" }, "u_9f"],
  ["a number in extra", { fromUserId: undefined, extra: { fromUserId: 12 } }, "12"],
  ["text in extra", { fromUserId: undefined, extra: { fromUserId: "12" } }, "12"],
  ["both: the message's own", { fromUserId: 11, extra: { fromUserId: "12" } }, "11"],
  ["nothing usable", { fromUserId: undefined, extra: { fromUserId: { id: 1 } } }, undefined],
  ["nothing", { fromUserId: null }, undefined],
])("fromUserId as %s reaches the phone as text", async (_, given, wanted) => {
  const { push, shown } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, ...given });
  expect(shown().fromUserId).toBe(wanted);
});

test("what kind of message it is, how much it interrupts and how it is shown reach the phone", async () => {
  const { push, mock, shown } = await messageWorld();
  await push.sendMessage({
    toUserId: 10,
    title: "Missed call",
    body: "Ann called",
    type: "call.missed",
    subtitle: "14:05",
    fromUserId: 11,
    extra: { callId: "11-10", type: "call.missed" },
    category: "MISSED_CALL",
    interruptionLevel: "time-sensitive",
    relevanceScore: 0.5,
    collapseId: "11-10",
    expiration: new Date(mock.clock.now() + 60_000),
    contentAvailable: true,
  });
  expect(shown()).toEqual({
    callId: "11-10",
    aps: {
      alert: { title: "Missed call", subtitle: "14:05", body: "Ann called" },
      sound: "default",
      category: "MISSED_CALL",
      "interruption-level": "time-sensitive",
      "relevance-score": 0.5,
      "content-available": 1,
    },
    type: "call.missed",
    fromUserId: "11",
  });
  const { headers } = mock.pushes[0]!;
  expect(headers["apns-collapse-id"]).toBe("11-10");
  expect(Number(headers["apns-expiration"]) - mock.clock.now() / 1_000).toBeCloseTo(60, -1);
});

test("a critical message has the sound that is heard on a muted phone, and an expiration of 0 is sent as 0", async () => {
  const { push, mock, shown } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, interruptionLevel: "critical", sound: "alarm.caf", expiration: 0 });
  expect(shown().aps).toMatchObject({
    sound: { critical: 1, name: "alarm.caf", volume: 1 },
    "interruption-level": "critical",
  });
  expect(mock.pushes[0]!.headers["apns-expiration"]).toBe("0");
});

test.each<[key: string, value: unknown]>([
  ["type", " "],
  ["subtitle", 7],
  ["category", ""],
  ["interruptionLevel", "urgent"],
  ["relevanceScore", 1.1],
  ["relevanceScore", "0.5"],
  ["collapseId", "x".repeat(65)],
  ["collapseId", "チャット"],
  ["collapseId", " a"],
  ["expiration", 1_900_000_000],
  ["expiration", "tomorrow"],
  ["expiration", new Date(Number.NaN)],
  ["contentAvailable", 1],
])("%s: %j is refused by its name", async (key, value) => {
  const { push } = await messageWorld();
  const error = await push.sendMessage({ ...MESSAGE, [key]: value } as never).catch(error => error);
  expect(error).toMatchObject({ code: "INVALID_CALL", issues: [{ path: key }] });
});

test.each([
  ["colapseId", "did you mean collapseId?"],
  ["interruption-level", "did you mean interruptionLevel?"],
  ["chatId", "an app's own keys go into extra"],
])("a key that does not exist, %s, is refused with what was meant", async (key, hint) => {
  const { push, mock } = await messageWorld();
  const error = await push.sendMessage({ ...MESSAGE, [key]: "x" } as never).catch(error => error);
  expect(error).toMatchObject({ code: "INVALID_CALL", issues: [{ path: key }] });
  expect(error.message).toContain(hint);
  await push.sendMessage({ ...MESSAGE, [key]: undefined } as never);
  expect(mock.pushes).toHaveLength(1);
});

test("extra is merged at the top level and does not override aps", async () => {
  const { push, shown } = await messageWorld();
  const extra = JSON.parse('{"chatId":7,"aps":{"alert":"x"},"__proto__":{"polluted":true}}');
  await push.sendMessage({ ...MESSAGE, extra });
  expect(shown()).toMatchObject({ chatId: 7, type: "chat.message", aps: { alert: { title: "Ann", body: "Hi" } } });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("a type in extra that is not the message's is refused, and the message says where it belongs", async () => {
  const { push } = await messageWorld();
  const sent = push.sendMessage({ ...MESSAGE, extra: { type: "call.missed" } });
  await expect(sent).rejects.toThrow('extra.type must not be "call.missed" beside the type "chat.message": say type');
  await expect(push.sendMessage({ ...MESSAGE, extra: { toJSON: () => ({ type: "x" }) } })).rejects.toThrow(
    "extra.type",
  );
});

test("an extra with a toJSON of its own cannot take the place of the message", async () => {
  const { push, shown } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, extra: { toJSON: () => ({ chatId: 7, aps: "x" }) } });
  expect(shown()).toMatchObject({ chatId: 7, type: "chat.message", aps: { alert: { body: "Hi" } } });
});

test("half an emoji does not make the phone refuse the whole message", async () => {
  const { push, mock } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, title: "A\ud83d", body: "\ude00", extra: { note: ["\ud83d"] } });
  expect(JSON.stringify(mock.pushes[0]?.payload)).not.toMatch(/\\ud[89a-f]/i);
});

test("a body that is too long is cut with an ellipsis to exactly what fits", async () => {
  const { push, mock, shown } = await messageWorld();
  await push.sendMessage({ ...MESSAGE, body: "x".repeat(10_000) });
  expect(shown().aps.alert.body).toMatch(/^x+…$/);
  expect(Buffer.byteLength(JSON.stringify(mock.pushes[0]?.payload))).toBe(4096);
});

test("a body that just fits is not cut", async () => {
  const { push, mock, shown } = await messageWorld();
  const empty = {
    aps: { alert: { title: "Ann", body: "" }, sound: "default" },
    type: "chat.message",
    fromUserId: "11",
  };
  const body = "x".repeat(4096 - JSON.stringify(empty).length);
  await push.sendMessage({ ...MESSAGE, body });
  expect(shown().aps.alert.body).toBe(body);
  expect(Buffer.byteLength(JSON.stringify(mock.pushes[0]?.payload))).toBe(4096);
});

test.each([
  ["a family", "👨‍👩‍👧‍👦"],
  ["a flag", "🇯🇵"],
  ["an accent of its own", "e\u0301"],
  ["a skin tone", "👍🏽"],
])("the cut does not tear %s apart", async (_, grapheme) => {
  const { push, shown } = await messageWorld();
  for (const shift of ["", "x", "xx", "xxx"]) {
    await push.sendMessage({ ...MESSAGE, body: shift + grapheme.repeat(2000) });
    const kept = shown().aps.alert.body.slice(shift.length, -1);
    expect(kept.replaceAll(grapheme, "")).toBe("");
  }
});

test("whatever the message holds, it fits, keeps its beginning and is what Apple takes", async () => {
  const { push, mock } = await messageWorld();
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", maxLength: 3000 }),
      fc.string({ maxLength: 50 }),
      async (text, title) => {
        const body = `begin ${text.repeat(3)}`;
        const { status } = await push.sendMessage({ ...MESSAGE, title, body });
        expect(status).toBe("accepted");
        const sent = (mock.pushes.at(-1)!.payload as Notification).aps.alert.body;
        if (sent !== body.toWellFormed()) expect(body.toWellFormed().startsWith(sent.slice(0, -1))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test("a message that is too large even without its body is refused, with the numbers", async () => {
  const { push, mock } = await messageWorld();
  await expect(push.sendMessage({ ...MESSAGE, extra: { data: "x".repeat(4096) } })).rejects.toMatchObject({
    code: "PAYLOAD_TOO_LARGE",
    message: expect.stringMatching(/4\d{3} bytes.*4096.*title or extra/),
  });
  expect(mock.pushes).toEqual([]);
});

test("a message that fits only without its body is sent without", async () => {
  const { push, mock, shown } = await messageWorld();
  const empty = { data: "", aps: { alert: { title: "Ann", body: "" }, sound: "default" } };
  const rest = JSON.stringify({ ...empty, type: "chat.message", fromUserId: "11" }).length;
  await push.sendMessage({ ...MESSAGE, extra: { data: "x".repeat(4095 - rest) } });
  expect(shown().aps.alert.body).toBe("");
  expect(Buffer.byteLength(JSON.stringify(mock.pushes[0]?.payload))).toBe(4095);
});

test("a message whose answer was lost is not sent again", async () => {
  const { push, mock, phone } = await messageWorld();
  mock.script(phone.token, [{ fault: "reset-after" }]);
  expect((await push.sendMessage(MESSAGE)).status).toBe("unknown");
  expect(mock.pushes).toHaveLength(1);
});

test("a sandbox phone gets messages too, and its environment is learned", async () => {
  const { push, mock, register, devices } = createWorld();
  const phone = await register(mock.device({ pushType: "alert", environment: "sandbox" }));
  expect((await push.sendMessage(MESSAGE)).status).toBe("accepted");
  expect(phone.notifications).toHaveLength(1);
  expect((await devices.list("10", "alert"))[0]?.environment).toBe("sandbox");
});

test.each([
  ["no user", { title: "a", body: "b" }, "toUserId"],
  ["no title", { toUserId: 1, body: "b" }, "title"],
  ["no body", { toUserId: 1, title: "a" }, "body"],
  ["a title that is no text", { ...MESSAGE, title: 5 }, "title"],
  ["nothing to show", { ...MESSAGE, title: " ", body: "" }, "body"],
  ["an extra that is an array", { ...MESSAGE, extra: [1] }, "extra"],
  ["an extra that is no JSON", { ...MESSAGE, extra: { big: 1n } }, "extra"],
  ["half a badge", { ...MESSAGE, badge: 0.5 }, "badge"],
  ["a blank sound", { ...MESSAGE, sound: "" }, "sound"],
  ["a blank sender", { ...MESSAGE, fromUserId: "" }, "fromUserId"],
  ["a flag that is text", { ...MESSAGE, mutableContent: "yes" }, "mutableContent"],
])("%s is the caller's mistake, by the name of the field", async (_, message, field) => {
  const { push, mock } = await messageWorld();
  await expect(push.sendMessage(message as never)).rejects.toMatchObject({
    code: "INVALID_CALL",
    issues: [{ path: field, message: expect.stringContaining(field) }],
  });
  expect(mock.pushes).toEqual([]);
});

test.each([[null], ["text"], [[]]])("%j instead of a message is refused", async message => {
  await expect(createWorld().push.sendMessage(message as never)).rejects.toMatchObject({ code: "INVALID_CALL" });
});
