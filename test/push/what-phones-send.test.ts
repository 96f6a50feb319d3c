import { combineApnsClients, createApnsClient, createPushService, type Device, memoryDeviceStore } from "apns-voip";
import { describe, expect, test } from "vitest";
import { createWorld } from "./world.js";

const VOIP = "9f739db8afffe01234567890abcdef0123456789abcdef9876543210fedcba98";
const ALERT = `1${VOIP.slice(1)}`;
const BODY = { platform: "ios", bundleId: "com.example.app" } as const;
const pairs = (token: string, between: string) => token.replaceAll(/..(?!$)/g, `$&${between}`);
const OLD_IOS = `<${VOIP.replaceAll(/.{8}(?!$)/g, "$& ")}>`;
const hexOf = (text: string) => Buffer.from(text).toString("hex");

async function registered(registration: object) {
  const world = createWorld();
  const error = await world.push.registerDevice(10, { ...BODY, ...registration }).then(
    () => undefined,
    (error: Error) => error,
  );
  const rows: Device[] = [...(await world.devices.list("10", "voip")), ...(await world.devices.list("10", "alert"))];
  return { error, rows };
}

describe("a token is taken where it is certain, also", () => {
  test.each([
    ["dashes between its digits", pairs(VOIP, "-").toUpperCase()],
    ["dashes between groups", VOIP.replaceAll(/.{4}(?!$)/g, "$&-")],
    ["colons", pairs(VOIP, ":")],
    ["blanks", pairs(VOIP, " ")],
    ["commas", pairs(VOIP, ", ")],
    ["dots", pairs(VOIP, ".")],
    ["0x in front", `0x${VOIP}`],
    ["0x before each byte", VOIP.replaceAll(/../g, "0x$& ")],
    ["angle brackets, as old iOS printed it", OLD_IOS],
    ["quotes of a text in a text", JSON.stringify(VOIP)],
    ["a label behind it", `${VOIP}:voip`],
    ["a label before it", `apns:${VOIP}`],
    ["JSON around it", JSON.stringify({ token: VOIP })],
    ["what Swift prints of an optional", `Optional("${VOIP}")`],
    ["the name of a query's field", `token=${VOIP}`],
    ["a byte order mark and blanks that nobody sees", `\uFEFF${VOIP.slice(0, 8)}\u200B${VOIP.slice(8)}\u200B`],
    ["a word processor's dashes and quotes", `“${VOIP.replaceAll(/.{8}(?!$)/g, "$&–")}”`],
    ["the percent signs of a URL, old iOS's brackets in it", encodeURIComponent(OLD_IOS)],
    ["the percent signs of a URL, quotes in it", `%22${VOIP}%22`],
    ["the plus signs of a form", VOIP.replaceAll(/.{8}(?!$)/g, "$&+")],
    ["slashes", pairs(VOIP, "/")],
    ["\\\\x before it, as PostgreSQL prints bytes", `\\x${VOIP}`],
    ["\\\\x before each byte", VOIP.replaceAll(/../g, "\\x$&")],
  ])("with %s", async (_, voipDeviceToken) => {
    const { rows, error } = await registered({ voipDeviceToken });
    expect(error).toBe(undefined);
    expect(rows.map(({ token }) => token)).toEqual([VOIP]);
  });
});

describe("what is no certain token is refused for what it is, and not repeated", () => {
  test.each([
    ["two labelled tokens in one", `${VOIP}:voip&${ALERT}:remote`, /2 tokens in one text: send the hex digits alone/],
    ["a token labelled as the other one", `${VOIP}:remote`, /labelled as the phone's other token/],
    ["hex of the digits' codes", hexOf(VOIP), /hex of a text.*written as hex twice/],
    ["hex of the digits' codes, in upper case", hexOf(VOIP.toUpperCase()).toUpperCase(), /hex of a text/],
    ["hex of what old iOS printed", hexOf(OLD_IOS), /hex of a text/],
    ["hex of an FCM token", hexOf(`c0ffee:APA91b${"x_-Y".repeat(20)}`), /hex of a text/],
    ["a UUID", "0F8FAD5B-D9CB-469F-A165-70867728950E", /a UUID.*goes into deviceId/],
    ["a UUID in braces", "{0f8fad5b-d9cb-469f-a165-70867728950e}", /a UUID/],
    ["base64", Buffer.from(VOIP, "hex").toString("base64"), /base64/],
    ["an FCM token", `c0ffee_x1:APA91b${"x_-Y".repeat(33)}`, /FCM/],
    ["bytes in decimal", [...Buffer.from(VOIP, "hex")].join(","), /bytes in decimal/],
    ["bytes in decimal as JSON", JSON.stringify([...Buffer.from(VOIP, "hex")]), /bytes in decimal/],
    ["bytes of Int8", [...new Int8Array(Buffer.from(VOIP, "hex"))].join(","), /bytes in decimal/],
    ["bytes in decimal with blanks", [...Buffer.from(VOIP, "hex")].join(" "), /bytes in decimal/],
    ["the token twice in a row", VOIP + VOIP, /the same digits twice/],
    ["both ends of a token", `${VOIP.slice(0, 32)}...${VOIP.slice(-16)}`, /a shortened token/],
    ["both ends of a token with stars between", `${VOIP.slice(0, 20)}****${VOIP.slice(-20)}`, /a shortened token/],
    ["what Swift prints of Data", "32 bytes", /description of a Data object/],
    ["what Swift prints of an optional Data", "Optional(32 bytes)", /description of a Data object/],
    ["what JavaScript prints of an object", "[object Object]", /what JavaScript makes of an object/],
    ["separators and too few digits", "9f:73:9d", /got 6/],
  ])("%s", async (_, voipDeviceToken, hint) => {
    const { rows, error } = await registered({ voipDeviceToken });
    expect(error?.message).toMatch(hint);
    expect(error?.message).not.toContain(voipDeviceToken.slice(0, 20));
    expect(rows).toEqual([]);
  });

  test.each([
    ["a list of bytes", [...Buffer.from(VOIP, "hex")], /got object; send the bytes of the token as hex/],
    ["Node's Buffer as JSON", Buffer.from(VOIP, "hex").toJSON(), /got object; send the bytes/],
  ])("%s", async (_, voipDeviceToken, hint) => {
    const { rows, error } = await registered({ voipDeviceToken });
    expect(error?.message).toMatch(hint);
    expect(rows).toEqual([]);
  });

  test("a token of digits that happen to be few is taken: somebody tries it out", async () => {
    const { rows } = await registered({ voipDeviceToken: "61".repeat(32) });
    expect(rows).toHaveLength(1);
  });
});

describe("the text of nothing counts as absent:", () => {
  const nothings = ["", "  ", "null", "NULL", " nil ", "(null)", "<null>", "undefined", "Undefined\n"];

  test.each(nothings)("a voip token of %j beside a good alert token", async voipDeviceToken => {
    const { rows } = await registered({ voipDeviceToken, apnsDeviceToken: ALERT });
    expect(rows.map(({ token }) => token)).toEqual([ALERT]);
  });

  test.each(nothings)("deviceId and environment of %j", async nothing => {
    const { rows } = await registered({
      voipDeviceToken: VOIP,
      deviceId: nothing,
      environment: nothing,
    });
    expect(rows).toMatchObject([{ deviceId: undefined, environment: undefined }]);
  });

  test("two phones that both say deviceId null keep their tokens", async () => {
    const { push, devices } = createWorld();
    await push.registerDevice(10, { ...BODY, voipDeviceToken: VOIP, deviceId: "null" });
    await push.registerDevice(10, { ...BODY, voipDeviceToken: ALERT, deviceId: "null" });
    expect(await devices.list("10", "voip")).toHaveLength(2);
  });
});

describe("a device id that every phone sends counts as absent, so that phones evict each other's token by none", () => {
  test.each([
    ["00000000-0000-0000-0000-000000000000", "the advertising id that iOS withholds"],
    ["unknown", "what libraries say where they know none"],
    ["UNKNOWN ", "the same in capitals"],
  ])("%j, %s", async deviceId => {
    const { push, devices } = createWorld();
    for (const voipDeviceToken of [VOIP, ALERT]) await push.registerDevice(10, { ...BODY, voipDeviceToken, deviceId });
    expect(await devices.list("10", "voip")).toMatchObject([{ deviceId: undefined }, { deviceId: undefined }]);
  });

  test.each(["unknown-phone", "10000000-0000-0000-0000-000000000000", " A-1 "])("%j is one phone's", async deviceId => {
    expect((await registered({ voipDeviceToken: VOIP, deviceId })).rows).toMatchObject([{ deviceId }]);
  });
});

describe("a bundle id", () => {
  test.each([" com.example.app\n", "\tcom.example.app"])("%j is taken without the blanks", async bundleId => {
    expect((await registered({ voipDeviceToken: VOIP, bundleId })).rows).toMatchObject([
      { bundleId: "com.example.app" },
    ]);
  });

  test.each(["null", "(null)", "undefined", " "])("%j counts as missing, and is no app", async bundleId => {
    const { rows, error } = await registered({ voipDeviceToken: VOIP, bundleId });
    expect(error?.message).toMatch(/bundleId is missing: it must be the app's bundle id/);
    expect(rows).toEqual([]);
  });
});

test("a device token in the place of the bundle id is refused, and not repeated", async () => {
  const { rows, error } = await registered({ voipDeviceToken: VOIP, bundleId: ALERT });
  expect(error?.message).toMatch(/bundleId must be the app's bundle id .* this looks like a device token/);
  expect(error?.message).not.toContain(ALERT.slice(0, 16));
  expect(rows).toEqual([]);
});

test.each([
  ["prod", "production"],
  ["PROD", "production"],
  ["dev", "sandbox"],
  [" development ", "sandbox"],
])("environment %j is read as %s", async (environment, read) => {
  expect((await registered({ voipDeviceToken: VOIP, environment })).rows).toMatchObject([{ environment: read }]);
});

test.each(
  "ios iOS iPadOS ipados|iPhone OS|iPad OS|visionOS|xrOS|macOS|watchOS|tvOS|iPhone|iPad|iOS 18.1|iPadOS 17|Mac Catalyst|maccatalyst|apns|react-native-ios|iPhone15,2"
    .split("|")
    .flatMap((part, place) => (place === 0 ? part.split(" ") : [part])),
)("platform %j is Apple's, and stored as ios", async platform => {
  expect((await registered({ voipDeviceToken: VOIP, platform })).rows).toMatchObject([{ platform: "ios" }]);
});

test.each([
  ["android", /not "android"; an Android phone gets its calls through FCM/],
  ["Android 15", /through FCM/],
  ["web", /what else Apple's systems call themselves, not "web"$/],
  ["iosandroid", /through FCM/],
  ["ios/android", /through FCM/],
  ["curiosity", /what else Apple's systems/],
])("platform %j is refused, with what to do instead", async (platform, words) => {
  expect((await registered({ voipDeviceToken: VOIP, platform })).error?.message).toMatch(words);
});

describe("a bundle id that begins with the client's own Team ID", () => {
  test("is refused with the id that is wanted", async () => {
    const { mock, push, devices } = createWorld();
    const bundleId = `${mock.key.teamId}.com.example.app`;
    await expect(push.registerDevice(10, { ...BODY, bundleId, voipDeviceToken: VOIP })).rejects.toMatchObject({
      code: "INVALID_REGISTRATION",
      issues: [
        { path: "bundleId", message: expect.stringMatching(/must be "com\.example\.app", without the Team ID/) },
      ],
    });
    expect(await devices.list("10", "voip")).toEqual([]);
  });

  test("is refused also in small letters, and with the Team ID of any client of a combined one", async () => {
    const { mock } = createWorld();
    const client = (teamId: string, bundleId: string) =>
      createApnsClient({ ...mock.key, teamId, bundleIds: [bundleId], fetch: mock.fetch });
    const apns = combineApnsClients([client("TEAMONE001", "com.example.one"), client("TEAMTWO002", "com.example.two")]);
    const push = createPushService({ apns, devices: memoryDeviceStore() });
    for (const bundleId of ["TEAMTWO002.com.example.two", "teamone001.com.example.one"]) {
      await expect(push.registerDevice(10, { ...BODY, bundleId, voipDeviceToken: VOIP })).rejects.toThrow(
        `bundleId must be "${bundleId.slice(11)}", without the Team ID in front`,
      );
    }
  });

  test("is taken where it begins with somebody else's ten letters", async () => {
    const { rows } = await registered({ bundleId: "ZZZZZZZZZZ.com.example.app", voipDeviceToken: VOIP });
    expect(rows).toHaveLength(1);
  });
});

describe("a user id that is a bigint is its decimal text", () => {
  test("for a registration, a call and a message", async () => {
    const { push, mock, devices } = createWorld({ devices: memoryDeviceStore() });
    const phone = mock.device();
    await push.registerDevice(2n ** 60n, { ...BODY, voipDeviceToken: phone.token });
    expect(await devices.list(String(2n ** 60n), "voip")).toHaveLength(1);
    const { status } = await push.sendCall({ toUserId: 2n ** 60n, callId: 5n, fromUserId: 11n });
    expect(status).toBe("accepted");
    expect(phone.calls).toMatchObject([{ callId: "5", fromUserId: 11, fromDisplayName: "User 11" }]);
    expect((await push.sendMessage({ toUserId: 10n, title: "Ann", body: "Hi", fromUserId: 11n })).status).toBe(
      "no-devices",
    );
    expect(await push.forgetUser(2n ** 60n)).toBe(1);
  });

  test("beyond what a number holds it stays text for the phone", async () => {
    const { push, mock, register } = createWorld();
    const phone = await register(mock.device());
    await push.sendCall({ toUserId: 10n, callId: "c", fromUserId: 2n ** 60n });
    expect(phone.calls).toMatchObject([{ fromUserId: String(2n ** 60n) }]);
  });
});
