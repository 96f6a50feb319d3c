import { type ApnsClientOptions, type ApnsPush, type ApnsVoipError, createApnsClient, type SentPush } from "apns-voip";
import { createMockApns, type MockDeviceOptions } from "apns-voip/testing";
import { describe, expect, test } from "vitest";

/** A client that sends one push after another, each with some fields of its own; what a JavaScript caller may give. */
function setUp(options: Partial<ApnsClientOptions> = {}, device: MockDeviceOptions = {}) {
  const mock = createMockApns();
  const phone = mock.device(device);
  const client = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    fetch: mock.fetch,
    clock: mock.clock,
    ...options,
  } as ApnsClientOptions);
  const push = (fields: object) =>
    ({ deviceToken: phone.token, pushType: phone.pushType, payload: { callId: "1" }, ...fields }) as ApnsPush;
  const send = (fields: object = {}) => client.send(push(fields));
  return { mock, phone, client, push, send, headers: () => mock.pushes.at(-1)?.headers ?? {} };
}

async function refusal(promise: Promise<unknown>): Promise<ApnsVoipError> {
  return promise.then(
    () => Promise.reject(new Error("it was sent")),
    error => error,
  );
}

describe("on the wire", () => {
  test("a call has priority 10, the .voip topic, and expiration 0 as a header", async () => {
    const { send, headers } = setUp();
    expect(await send()).toMatchObject({ outcome: "accepted" });
    expect(headers()).toMatchObject({
      "apns-push-type": "voip",
      "apns-topic": "com.example.app.voip",
      "apns-priority": "10",
      "apns-expiration": "0",
    });
  });

  test("an alert may wait for 24 hours", async () => {
    const { mock, send, headers } = setUp({}, { pushType: "alert" });
    expect(await send()).toMatchObject({ outcome: "accepted" });
    expect(headers()).toMatchObject({ "apns-topic": "com.example.app", "apns-priority": "10" });
    const hours = (Number(headers()["apns-expiration"]) * 1000 - mock.clock.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.99);
    expect(hours).toBeLessThanOrEqual(24);
  });

  test("a background push has priority 5 and Apple's own expiration", async () => {
    const { send, headers } = setUp({}, { pushType: "alert" });
    expect(await send({ pushType: "background" })).toMatchObject({ outcome: "accepted" });
    expect(headers()).toMatchObject({ "apns-push-type": "background", "apns-priority": "5" });
    expect(headers()).not.toHaveProperty("apns-expiration");
  });

  test.each([
    ["voip", "com.example.app.voip", "10", "0", 5120],
    ["alert", "com.example.app", "10", /^\d{10}$/, 4096],
    ["background", "com.example.app", "5", undefined, 4096],
    ["complication", "com.example.app.complication", "10", undefined, 4096],
    ["controls", "com.example.app.push-type.controls", "10", undefined, 4096],
    ["fileprovider", "com.example.app.pushkit.fileprovider", "10", undefined, 4096],
    ["liveactivity", "com.example.app.push-type.liveactivity", "10", undefined, 4096],
    ["location", "com.example.app.location-query", "10", undefined, 4096],
    ["mdm", "com.apple.mgmt.External.0f8fad5b", "10", undefined, 4096],
    ["pushtotalk", "com.example.app.voip-ptt", "10", "0", 4096],
    ["widgets", "com.example.app.push-type.widgets", "10", undefined, 4096],
  ] as const)("a push of type %s goes to topic %s", async (pushType, topic, priority, expiration, mostBytes) => {
    const { send, headers } = setUp();
    const own = pushType === "mdm" ? { topic } : {};
    // Nothing is wrong with it for Apple but that the phone gave its token to another app, or for calls.
    const result = await send({ pushType, ...own });
    if (pushType !== "voip")
      expect(result).toMatchObject({
        outcome: "rejected",
        reason: expect.stringMatching(/^(DeviceTokenNotForTopic|TopicDisallowed)$/),
      });
    expect(headers()).toMatchObject({ "apns-push-type": pushType, "apns-topic": topic, "apns-priority": priority });
    const sent = headers()["apns-expiration"];
    if (expiration instanceof RegExp) expect(sent).toMatch(expiration);
    else expect(sent).toBe(expiration);
    const payload = (bytes: number) => ({ text: "x".repeat(bytes - '{"text":""}'.length) });
    expect(await send({ pushType, ...own, payload: payload(mostBytes) })).not.toHaveProperty("error");
    expect((await refusal(send({ pushType, ...own, payload: payload(mostBytes + 1) }))).message).toContain(
      `Apple takes at most ${mostBytes} for push type ${pushType}`,
    );
  });

  test("what is given wins over the defaults", async () => {
    const { send, headers } = setUp();
    const apnsId = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    const expiration = new Date("2030-01-02T03:04:05.999Z");
    const result = await send({ priority: 5, expiration, collapseId: "call 11-10", apnsId });
    expect(headers()).toMatchObject({
      "apns-priority": "5",
      "apns-expiration": "1893553445",
      "apns-collapse-id": "call 11-10",
      "apns-id": apnsId.toLowerCase(),
    });
    expect(result).toMatchObject({ outcome: "accepted", apnsId: apnsId.toLowerCase() });
  });

  test.each([0, new Date(0)])("expiration %o is 0, for an alert too", async expiration => {
    const { send, headers } = setUp({}, { pushType: "alert" });
    await send({ expiration });
    expect(headers()["apns-expiration"]).toBe("0");
  });

  test("each push has an apns-id of its own, a random UUID, which is in its result", async () => {
    const { mock, send } = setUp();
    const ids: string[] = [];
    for (let push = 0; push < 600; push++) ids.push((await send()).apnsId);
    expect(mock.pushes.map(({ apnsId }) => apnsId)).toEqual(ids);
    expect(new Set(ids).size).toBe(600);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // Every digit that may differ does, somewhere.
    const places = [...ids[0]!].flatMap((_, at) => (new Set(ids.map(id => id[at])).size === 1 ? [at] : []));
    expect(places).toEqual([8, 13, 14, 18, 23]);
  });

  test("undefined is as good as absent", async () => {
    const { send } = setUp();
    const optional = ["topic", "environment", "expiration", "priority", "collapseId", "apnsId"];
    expect(await send(Object.fromEntries(optional.map(name => [name, undefined])))).toMatchObject({
      outcome: "accepted",
    });
  });

  test("a device token is lower-case hex, however it was stored", async () => {
    const { phone, send, mock } = setUp({}, { token: "ab".repeat(80) });
    const spaced = `<${phone.token.replace(/.{8}(?=.)/g, "$& ")}>`;
    for (const deviceToken of [phone.token, phone.token.toUpperCase(), spaced, ` ${phone.token}\n`]) {
      expect(await send({ deviceToken })).toMatchObject({ outcome: "accepted" });
    }
    expect(new Set(mock.pushes.map(({ token }) => token))).toEqual(new Set([phone.token]));
  });

  test("names with quotes, emoji, right-to-left and control characters arrive as they are", async () => {
    const { send, phone } = setUp();
    const payload = {
      callId: "1",
      fromUserId: 11,
      fromDisplayName: '"Zoë" \\ 👩‍👩‍👧 \u202Eשלום\u0007\u2028\n',
      hasVideo: true,
    };
    expect(await send({ payload })).toMatchObject({ outcome: "accepted" });
    expect(phone.received[0]?.payload).toEqual(payload);
  });
});

function thrown(message: string | undefined): never {
  throw message === undefined ? undefined : new Error(message);
}

describe("refused before the network", () => {
  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;

  test.each<[field: string, fields: object, said: string]>([
    ["pushType", { pushType: undefined }, 'missing; wanted: "voip", "alert", "background", "complication"'],
    ["pushType", { pushType: "VoIP" }, '"VoIP" given; wanted: "voip"'],
    ["pushType", { pushType: "toString" }, '"toString" given'],
    ["topic", { topic: "com.example.app" }, "wanted: com.example.app.voip, because the push type is voip"],
    ["topic", { topic: "com.example.app.voip.voip" }, "wanted: `.voip` exactly once"],
    [
      "topic",
      { topic: "com.example.app.voip", pushType: "alert" },
      "wanted: com.example.app, because .voip topics take",
    ],
    ["topic", { topic: "com.example.app.voip", pushType: "background" }, "this is background"],
    ["topic", { topic: "" }, "wanted: a bundle id"],
    ["topic", { topic: "app\r\nx: y.voip" }, "wanted: a bundle id"],
    ["topic", { topic: null }, "null given"],
    [
      "topic",
      { topic: "com.example.app.voip-ptt" },
      "wanted: com.example.app.voip, because .voip-ptt topics take only push type pushtotalk and this is voip",
    ],
    [
      "topic",
      { topic: "com.example.app.voip", pushType: "pushtotalk" },
      "wanted: com.example.app.voip-ptt, because .voip topics take only push type voip and this is pushtotalk",
    ],
    [
      "topic",
      { topic: "com.example.app", pushType: "complication" },
      "wanted: com.example.app.complication, because the push type is complication",
    ],
    [
      "topic",
      { topic: "com.example.app.location-query", pushType: "alert" },
      "only push type location and this is alert",
    ],
    ["topic", { topic: "com.example.app.voip", pushType: "mdm" }, "only push type voip and this is mdm"],
    ["topic", { topic: undefined, pushType: "mdm" }, "missing; wanted: the UID in the subject of the MDM certificate"],
    ["topic", { topic: `${"a".repeat(251)}.voip` }, "text of 256 bytes given; wanted: at most 255 bytes"],
    ["environment", { environment: "staging" }, '"staging" given; wanted: "production" or "sandbox"'],
    ["environment", { environment: null }, "null given"],
    ["priority", { priority: 7 }, "7 given; wanted: 10, 5 or 1"],
    ["priority", { priority: "10" }, '"10" given'],
    ["priority", { priority: 10, pushType: "background" }, "wanted: 5, the only one Apple takes"],
    ["expiration", { expiration: 30 }, "30 given; wanted: a Date, or 0"],
    ["expiration", { expiration: "0" }, '"0" given'],
    ["expiration", { expiration: new Date("never") }, "wanted: a Date"],
    ["expiration", { expiration: new Date(-1) }, "wanted: a Date"],
    ["expiration", { expiration: null }, "null given"],
    ["collapseId", { collapseId: "x".repeat(65) }, "given; wanted: text of 1 to 64 printable ASCII characters"],
    ["collapseId", { collapseId: "" }, "given; wanted: text of 1 to 64 printable ASCII characters"],
    ["collapseId", { collapseId: "anruf-für-11" }, "given; wanted: text of 1 to 64 printable ASCII characters"],
    ["collapseId", { collapseId: "a\nb" }, "given; wanted: text of 1 to 64 printable ASCII characters"],
    ["collapseId", { collapseId: " a" }, "given; wanted: text of 1 to 64 printable ASCII characters"],
    ["collapseId", { collapseId: 11 }, "11 given"],
    ["apnsId", { apnsId: "11-10" }, '"11-10" given; wanted: a UUID'],
    ["apnsId", { apnsId: id.replaceAll("-", "") }, "wanted: a UUID"],
    ["apnsId", { apnsId: `{${id}}` }, "wanted: a UUID"],
    ["apnsId", { apnsId: "" }, "wanted: a UUID"],
    ["payload", { payload: undefined }, "missing; wanted: an object that becomes a JSON object"],
    ["payload", { payload: null }, "null given"],
    ["payload", { payload: ["x"] }, "an array given"],
    ["payload", { payload: '{"callId":"1"}' }, "text given; wanted: an object that becomes a JSON object"],
    ["payload", { payload: new Date(0) }, "an object given"],
    ["payload", { payload: { toJSON: () => undefined } }, "an object given"],
    ["payload", { payload: () => {} }, "a function given"],
    ["payload", { payload: cyclic }, "cannot become JSON (Converting circular structure to JSON"],
    ["payload", { payload: { toJSON: () => thrown("no such row") } }, "cannot become JSON (no such row)"],
    ["payload", { payload: { toJSON: () => thrown(undefined) } }, "cannot become JSON (undefined)"],
    ["payload", { payload: { callId: 1n } }, "cannot become JSON (Do not know how to serialize a BigInt)"],
  ])("is a push whose %s does not fit: %o", async (field, fields, said) => {
    const { mock, send } = setUp();
    const error = await refusal(send(fields));
    expect(error).toMatchObject({ code: "INVALID_PUSH", issues: [{ path: field }] });
    expect(error.message).toMatch(new RegExp(`^${field}: `));
    expect(error.message).toContain(said);
    expect(error.issues[0]?.message).toBe(error.message);
    expect(mock.pushes).toEqual([]);
  });

  test.each<[fields: unknown, said: string]>([
    [undefined, "got undefined"],
    [12, "got number"],
    ["", "got nothing"],
    ["abc", "got 3, an odd number"],
    ["ab".repeat(15), "got 30"],
    ["ab".repeat(201), "got 402"],
    ["zz".repeat(16), "not hex digits"],
    ["../../etc/passwd", "not hex digits"],
    [`dJ9x:APA91b${"F".repeat(134)}`, "FCM registration token"],
    ["ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]", "Expo push token"],
    ["{length = 32, bytes = 0x740f4707 ... 61a8d3ab}", "description of a Data object"],
    [Buffer.from("ab".repeat(32), "hex").toString("base64"), "base64"],
  ])("is a device token that is none: %o", async (deviceToken, said) => {
    const { send } = setUp();
    const error = await refusal(send({ deviceToken }));
    expect(error.code).toBe("INVALID_DEVICE_TOKEN");
    expect(error.message).toContain(said);
    if (String(deviceToken).length > 20) expect(error.message).not.toContain(String(deviceToken).slice(0, 20));
  });

  test("is a push that is no object, and one whose topic the client cannot make", async () => {
    const { client } = setUp({ bundleId: undefined });
    expect(await refusal(client.send(undefined as never))).toMatchObject({ code: "INVALID_PUSH" });
    expect(await refusal(client.send("ab".repeat(32) as never))).toMatchObject({ code: "INVALID_PUSH" });
    const { send, phone } = setUp({ bundleId: undefined });
    expect((await refusal(send())).message).toMatch(/^topic: missing; wanted: a topic, or a client with a `bundleId`/);
    expect(await send({ topic: phone.topic })).toMatchObject({ outcome: "accepted" });
  });

  test("is an environment that this server may not talk to", async () => {
    const { send } = setUp({ environments: ["production"] });
    expect((await refusal(send({ environment: "sandbox" }))).message).toContain("(`environments`: production)");
  });

  test("are options that are wrong", async () => {
    const { client, push } = setUp();
    const wrong = [{ deadline: Number.NaN }, { deadline: "soon" }, { deadline: new Date() }, { onUnknown: "retry" }];
    for (const options of wrong) {
      const error = await refusal(client.send(push({}), options as never));
      expect(error).toMatchObject({
        code: "INVALID_OPTIONS",
        message: expect.stringMatching(/^(deadline|onUnknown): /),
      });
    }
  });
});

describe("the size of a payload is counted in UTF-8 bytes of its JSON", () => {
  const padded = (bytes: number, text: string) => {
    const size = Buffer.byteLength(text);
    const frame = '{"callId":"1","t":""}'.length;
    return { callId: "1", t: text.repeat(Math.floor((bytes - frame) / size)) + "x".repeat((bytes - frame) % size) };
  };

  test.each([
    ["voip", 5120],
    ["alert", 4096],
    ["background", 4096],
  ] as const)("a push of type %s takes %i, and not one more", async (pushType, most) => {
    const { send } = setUp({}, { pushType: pushType === "voip" ? "voip" : "alert" });
    for (const text of ["a", "é", "日", "😀"]) {
      expect(await send({ pushType, payload: padded(most, text) })).toMatchObject({ outcome: "accepted" });
      const error = await refusal(send({ pushType, payload: padded(most + 1, text) }));
      expect(error.code).toBe("PAYLOAD_TOO_LARGE");
      expect(error.message).toContain(`payload: ${most + 1} bytes of JSON; Apple takes at most ${most}`);
    }
  });
});

test("a mistake in one of many is that push's unsent result", async () => {
  const { client, push } = setUp();
  const pushes = [
    push({}),
    push({ deviceToken: "nonsense" }),
    push({ payload: { big: "x".repeat(6000) } }),
    push({ topic: "com.example.app", environment: "sandbox" }),
    undefined as never,
    Object.defineProperty(push({}), "priority", { get: () => thrown("the row is gone") }),
    push({}),
  ];
  const sent: SentPush<ApnsPush>[] = [];
  for await (const one of client.sendAll(pushes)) sent.push(one);
  expect(sent.map(({ push }) => push)).toEqual(pushes);
  expect(sent.map(({ result }) => [result.outcome, "error" in result && result.error.code])).toEqual([
    ["accepted", false],
    ["unsent", "INVALID_DEVICE_TOKEN"],
    ["unsent", "PAYLOAD_TOO_LARGE"],
    ["unsent", "INVALID_PUSH"],
    ["unsent", "INVALID_PUSH"],
    ["unsent", "INVALID_PUSH"],
    ["accepted", false],
  ]);
  expect(sent[3]?.result).toMatchObject({ environment: "sandbox", attempts: 0 });
});
