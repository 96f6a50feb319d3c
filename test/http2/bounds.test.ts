import { expect, test } from "vitest";
import { DATA, GOAWAY, HEADERS, PING, RST_STREAM } from "../../src/http2/frame-types.js";
import { ACK, answer, data, END_STREAM, fields, headers, ping, settings, windowUpdate } from "./frames.js";
import { pair } from "./raw-peer.js";

const OK = fields([":status", "200"]);
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/** A connection whose other side reads nothing, with as many pushes as it takes until there is no room. */
async function clogged() {
  const { peer, client } = await pair([settings([4, 2 ** 30]), windowUpdate(0, 2 ** 30)]);
  peer.socket.pause();
  const pushes = [];
  // Kernels hold some megabytes between two sockets.
  for (let idle = 0; idle < 100; await turn()) {
    idle = client.connection.hasRoom ? 0 : idle + 1;
    for (let count = 0; client.connection.hasRoom && count < 50; count++)
      pushes.push(client.send({ body: "x".repeat(4000) }));
    expect(pushes.length).toBeLessThan(20_000);
  }
  return { peer, client, pushes };
}

test("a socket that does not drain stops new streams, and what waits for it has never left", async () => {
  const { client, pushes } = await clogged();
  const waiting = pushes.filter(({ hasLeft }) => !hasLeft).length;
  // Some more than 64 kB.
  expect(waiting).toBeGreaterThan(10);
  expect(waiting).toBeLessThan(40);
  client.connection.destroy("given up");
  const kinds = await Promise.all(pushes.map(push => push.kind));
  expect(kinds.filter(kind => kind === "never-left")).toHaveLength(waiting);
  expect(kinds.filter(kind => kind === "lost")).toHaveLength(pushes.length - waiting);
});

test("a socket that does not drain is told why the connection ends all the same, and nothing of what waited", async () => {
  const { peer, client, pushes } = await clogged();
  const left = pushes.filter(({ hasLeft }) => hasLeft).length;
  peer.write(data(0, "no stream"));
  await client.closed;
  peer.socket.resume();
  await peer.frame(({ type }) => type === GOAWAY);
  expect(peer.of(DATA).filter(({ flags }) => (flags & END_STREAM) !== 0)).toHaveLength(left);
  const kinds = await Promise.all(pushes.map(push => push.kind));
  expect(kinds.filter(kind => kind === "never-left")).toHaveLength(pushes.length - left);
});

test("when it drains again, what waited leaves and there is room", async () => {
  const { peer, client, pushes } = await clogged();
  const before = client.told.roomAgain;
  peer.socket.resume();
  const last = pushes.length * 2 - 1;
  await peer.frame(({ id, flags }) => id === last && (flags & END_STREAM) !== 0);
  expect(client.connection.hasRoom).toBe(true);
  expect(client.told.roomAgain).toBeGreaterThan(before);
  expect(pushes.every(({ hasLeft }) => hasLeft)).toBe(true);
  expect(peer.of(DATA).reduce((sum, { payload }) => sum + payload.length, 0)).toBe(pushes.length * 4000);
});

test("what is opened in one turn of the event loop leaves in one write", async () => {
  const { peer, client } = await pair();
  await peer.sync();
  const chunks: number[] = [];
  peer.socket.on("data", (chunk: Buffer) => chunks.push(chunk.length));
  const pushes = Array.from({ length: 40 }, () => client.send());
  await peer.frame(({ id, flags }) => id === 79 && (flags & END_STREAM) !== 0);
  // One record of TLS, as long as all of them are.
  expect(chunks).toHaveLength(1);
  for (const [place, push] of pushes.entries()) {
    peer.write(answer(place * 2 + 1));
    expect(await push.kind).toBe("answered 200");
  }
});

test("frames that come octet by octet are read as others are, in time that grows with their number only", async () => {
  const { peer, client } = await pair();
  const pushes = [client.send(), client.send()];
  await peer.frame(({ id, flags }) => id === 3 && (flags & END_STREAM) !== 0);
  const octets = Buffer.concat([
    settings([3, 50], [0x42, 1]),
    headers(1, OK),
    data(1, "x".repeat(3000)),
    ping(),
    data(1, "y", END_STREAM),
    answer(3, "503"),
  ]);
  for (const octet of octets) {
    peer.socket.write(Buffer.of(octet));
    await turn();
  }
  expect(await pushes[0]?.end).toMatchObject({ status: 200, body: `${"x".repeat(3000)}y` });
  expect(await pushes[1]?.kind).toBe("answered 503");
  await peer.frame(({ type, flags }) => type === PING && flags === ACK);
});

test("a server that pings now and then, for as long as it likes, is no flood", async () => {
  let now = 0;
  const { peer, client } = await pair([settings()], { now: () => now, idleFrames: 20, idleFramesPerSecond: 1 });
  for (let count = 0; count < 200; count++) {
    now += 1000;
    peer.write(ping(`ping${String(count).padStart(4, "0")}`));
    await peer.frame(
      ({ type, payload }) => type === PING && payload.toString() === `ping${String(count).padStart(4, "0")}`,
    );
  }
  expect(client.connection.isOpen).toBe(true);
});

test("a server that sends two windows and a ping for every request is no flood", async () => {
  const { peer, client } = await pair([settings()], { now: () => 0, idleFrames: 20 });
  for (let id = 1; id < 1000; id += 2) {
    const push = client.send();
    peer.write(windowUpdate(0, 18), windowUpdate(id, 18), ping(), answer(id));
    expect(await push.kind).toBe("answered 200");
  }
});

test("a server that asks for answers which it does not read is given up", async () => {
  const { peer, client } = await pair([settings()], { idleFrames: Number.POSITIVE_INFINITY });
  const push = client.send();
  await peer.frame(({ id, flags }) => id === 1 && (flags & END_STREAM) !== 0);
  peer.socket.pause();
  const pings = Buffer.concat(Array<Buffer>(5000).fill(ping()));
  let isClosed = false;
  client.closed.then(() => {
    isClosed = true;
  });
  for (let count = 0; count < 2000 && !isClosed; count++) {
    if (!peer.socket.write(pings))
      await Promise.race([new Promise(resolve => peer.socket.once("drain", resolve)), client.closed]);
    await turn();
  }
  expect(await client.closed).toContain("asks for more than it reads");
  expect(await push.kind).toBe("lost");
});

test("only the latest of the streams that we reset are remembered, and frames for older ones are still no mistake", async () => {
  const { peer, client } = await pair([settings()], { resetStreams: 3 });
  const pushes = Array.from({ length: 8 }, () => client.send());
  await peer.frame(({ id, flags }) => id === 15 && (flags & END_STREAM) !== 0);
  for (const push of pushes.slice(0, 7)) push.stream?.cancel();
  peer.write(...[1, 3, 5, 7, 9, 11, 13].map(id => answer(id)), answer(15));
  expect(await pushes[7]?.kind).toBe("answered 200");
  expect(client.connection.isOpen).toBe(true);
  expect([peer.of(RST_STREAM).length, peer.of(GOAWAY).length]).toEqual([7, 0]);
});

test("field blocks of streams that nobody waits for are read, because later ones build on them", async () => {
  const { peer, client } = await pair();
  const pushes = [client.send(), client.send()];
  await peer.frame(({ id, flags }) => id === 3 && (flags & END_STREAM) !== 0);
  pushes[0]?.stream?.cancel();
  const indexed = Buffer.from(fields(["apns-unique-id", "an id"])).fill(0x40, 0, 1);
  peer.write(headers(1, Buffer.concat([OK, indexed])), headers(3, Buffer.concat([OK, Buffer.of(0xbe)]), 0x5));
  const end = await pushes[1]?.end;
  expect(end?.kind === "answered" && end.field("apns-unique-id")).toBe("an id");
});

test.each([
  ["path", { path: "/3/device/00 aa" }],
  ["path", { path: "/3/device/00aa\r\nx: y" }],
  ["path", { path: "3/device" }],
  ["path", { path: "" }],
  ["path", { path: "/ä" }],
  ["authorization", { authorization: "bearer x\n" }],
  ["authorization", { authorization: "bearer \0" }],
  ["apns-topic", { shared: [["apns-topic", "a\rb"]] }],
  ["apns-collapse-id", { own: [["apns-collapse-id", " x"]] }],
  ["apns-collapse-id", { own: [["apns-collapse-id", "x\t"]] }],
  ["apns-collapse-id", { own: [["apns-collapse-id", "📞"]] }],
  ["Apns-Id", { own: [["Apns-Id", "x"]] }],
  [":path", { own: [[":path", "/"]] }],
  ["", { own: [["", "x"]] }],
  ["a b", { own: [["a b", "x"]] }],
  ["connection", { own: [["connection", "close"]] }],
] as const)("a request whose %s cannot be sent is a mistake, and nothing of it is sent", async (name, given) => {
  const { peer, client } = await pair();
  expect(() => client.send(given)).toThrow(TypeError);
  expect(() => client.send(given)).toThrow(name);
  expect(client.connection.openStreams).toBe(0);
  const push = client.send();
  await peer.frame(({ id, flags }) => id === 1 && (flags & END_STREAM) !== 0);
  expect(peer.of(HEADERS)).toHaveLength(1);
  peer.write(answer(1));
  expect(await push.kind).toBe("answered 200");
});

test("a mistake says nothing of the token in the path", async () => {
  const { client } = await pair();
  expect(() => client.send({ path: "/3/device/5ec2e7\n" })).toThrow(/^(?!.*5ec2e7)/);
  expect(() => client.send({ authorization: "bearer 5ec2e7\n" })).toThrow(/^(?!.*5ec2e7)/);
});
