import { expect, test } from "vitest";
import { CONTINUATION, DATA, HEADERS, SETTINGS, WINDOW_UPDATE } from "../../src/http2/frame-types.js";
import type { Fields } from "../../src/http2/port.js";
import { openClient } from "./client.js";
import { ACK, answer, data, END_STREAM, fields, headers, PADDED, settings, windowUpdate } from "./frames.js";
import { connectTo, nodeServer } from "./node-server.js";
import { pair, type RawPeer } from "./raw-peer.js";

const INITIAL_WINDOW_SIZE = 4;

/** What of a stream's body has come, and whether that is all of it. */
function body(peer: RawPeer, id: number): string {
  const frames = peer.of(DATA).filter(frame => frame.id === id);
  const isAll = frames.some(({ flags }) => flags & END_STREAM);
  return Buffer.concat(frames.map(({ payload }) => payload)).toString() + (isAll ? "." : "");
}

test("a body leaves as its stream's window allows, octet by octet if need be", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 3])]);
  const push = client.send({ body: "abcdefgh" });
  await peer.sync();
  expect([body(peer, 1), push.hasLeft]).toEqual(["abc", false]);
  peer.write(windowUpdate(1, 1));
  await peer.sync();
  expect(body(peer, 1)).toBe("abcd");
  peer.write(windowUpdate(1, 3));
  await peer.sync();
  expect([body(peer, 1), push.hasLeft]).toEqual(["abcdefg", false]);
  peer.write(windowUpdate(1, 100));
  await peer.sync();
  expect([body(peer, 1), push.hasLeft]).toEqual(["abcdefgh.", true]);
  peer.write(answer(1));
  expect(await push.kind).toBe("answered 200");
});

test("SETTINGS give and take windows of streams that are open, and one may owe octets (RFC 9113 §6.9.2)", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 6])]);
  const push = client.send({ body: "abcdefgh" });
  await peer.sync();
  expect(body(peer, 1)).toBe("abcdef");
  // It has used six of two: minus four.
  peer.write(settings([INITIAL_WINDOW_SIZE, 2]), windowUpdate(1, 4));
  await peer.sync();
  expect(body(peer, 1)).toBe("abcdef");
  peer.write(windowUpdate(1, 1));
  await peer.sync();
  expect(body(peer, 1)).toBe("abcdefg");
  peer.write(settings([INITIAL_WINDOW_SIZE, 3]));
  await peer.sync();
  expect([body(peer, 1), push.hasLeft]).toEqual(["abcdefgh.", true]);
});

test("bodies wait for the connection's window in order, and no stream is opened meanwhile", async () => {
  const { peer, client } = await pair([settings()]);
  const whole = "x".repeat(40_000);
  const pushes = [client.send({ body: whole }), client.send({ body: whole })];
  expect(client.connection.hasRoom).toBe(false);
  await peer.sync();
  expect([body(peer, 1).length, body(peer, 3).length]).toEqual([40_001, 25_535]);
  expect(pushes.map(({ hasLeft }) => hasLeft)).toEqual([true, false]);
  peer.write(windowUpdate(3, 1000));
  await peer.sync();
  expect(body(peer, 3)).toHaveLength(25_535);
  expect(client.told.roomAgain).toBe(0);
  peer.write(windowUpdate(0, 50_000));
  await peer.sync();
  expect(body(peer, 3)).toBe(`${whole}.`);
  expect([client.connection.hasRoom, client.told.roomAgain]).toEqual([true, 1]);
});

test("a stream that waits for its own window holds up no other", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 0])]);
  client.send({ body: "first" });
  client.send({ body: "second" });
  await peer.sync();
  peer.write(windowUpdate(3, 6));
  await peer.sync();
  expect([body(peer, 1), body(peer, 3)]).toEqual(["", "second."]);
  expect(client.connection.hasRoom).toBe(true);
});

test("a window that is a character too narrow for UTF-8 cuts between octets", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 2])]);
  client.send({ body: "aé" });
  await peer.sync();
  peer.write(windowUpdate(1, 1));
  await peer.sync();
  expect(body(peer, 1)).toBe("aé.");
});

test("an empty body ends with its fields, and needs no window", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 0])]);
  const push = client.send({ body: "" });
  const frame = await peer.frame(({ type, id }) => type === HEADERS && id === 1);
  expect(frame.flags & END_STREAM).toBe(END_STREAM);
  expect(push.hasLeft).toBe(true);
});

test("frames are as long as the other side takes", async () => {
  const { peer, client } = await pair([settings([INITIAL_WINDOW_SIZE, 100_000])]);
  const whole = "x".repeat(20_000);
  client.send({ body: whole });
  await peer.sync();
  expect(peer.of(DATA).map(({ payload }) => payload.length)).toEqual([16_384, 3616]);
  peer.write(settings([5, 17_000]));
  await peer.sync();
  client.send({ body: whole });
  await peer.sync();
  expect(
    peer
      .of(DATA)
      .slice(2)
      .map(({ payload }) => payload.length),
  ).toEqual([17_000, 3000]);
});

test("a field block longer than a frame goes on in CONTINUATION frames, also where no body follows", async () => {
  const { peer, client } = await pair();
  const own: Fields = [1, 2, 3].map(n => [`x-${n}`, String(n).repeat(12_000)]);
  for (const body of ["{}", ""]) client.send({ own, body });
  await peer.frame(({ type, id }) => type === DATA && id === 3);
  const blocks = peer.frames.filter(({ type }) => type === HEADERS || type === CONTINUATION);
  expect(blocks.map(({ type, id, flags }) => [type, id, flags])).toEqual(
    [1, 3].flatMap(id => [
      [HEADERS, id, 0],
      [CONTINUATION, id, 0],
      [CONTINUATION, id, 4],
    ]),
  );
  expect(body(peer, 3)).toBe(".");
});

test("a server of Node's reads field blocks in several frames", async () => {
  const lengths: unknown[] = [];
  const { port } = await nodeServer(
    (stream, headers) => {
      lengths.push(String(headers["x-long"]).length);
      stream.respond({ ":status": 200 }, { endStream: true });
    },
    { settings: { maxHeaderListSize: 100_000 }, maxHeaderListPairs: 200 },
  );
  const client = await openClient(await connectTo(port));
  const push = client.send({ own: [["x-long", "v".repeat(40_000)]] });
  expect(await push.kind).toBe("answered 200");
  expect(await client.send().kind).toBe("answered 200");
  expect(lengths).toEqual([40_000, 9]);
});

test("all DATA that came is credited, padding and late answers included, before the window is used up", async () => {
  const { peer, client } = await pair();
  const pushes = Array.from({ length: 100 }, () => client.send());
  await peer.frame(({ id, flags }) => id === 199 && (flags & END_STREAM) !== 0);
  for (const push of pushes.slice(50)) push.stream?.cancel();
  const padded = Buffer.concat([Buffer.of(255), Buffer.alloc(8000, 120), Buffer.alloc(255)]);
  for (let id = 1; id < 200; id += 2) {
    const frame = data(id, padded, PADDED | END_STREAM);
    peer.write(headers(id, fields([":status", "400"])), frame);
  }
  await peer.sync();
  const credited = peer.of(WINDOW_UPDATE).map(({ id, payload }) => [id, payload.readUInt32BE(0)] as const);
  expect(new Set(credited.map(([id]) => id))).toEqual(new Set([0]));
  const octets = credited.slice(1).reduce((sum, [, each]) => sum + each, 0);
  expect(100 * 8256 - octets).toBeLessThan(524_288);
  expect(octets).toBeGreaterThan(0);
  expect(await pushes[0]?.end).toMatchObject({ status: 400, body: "x".repeat(4096) });
});

test("the stream limit rises, falls below what is open, and falls to none", async () => {
  const { peer, client } = await pair([settings([3, 2])]);
  client.send();
  client.send();
  expect(client.connection.hasRoom).toBe(false);
  peer.write(settings([3, 4]));
  await peer.sync();
  expect([client.connection.hasRoom, client.told.roomAgain]).toEqual([true, 1]);
  client.send();
  peer.write(settings([3, 1]));
  await peer.sync();
  expect(client.connection.hasRoom).toBe(false);
  peer.write(answer(1), answer(3));
  await peer.sync();
  expect([client.connection.hasRoom, client.connection.openStreams]).toEqual([false, 1]);
  peer.write(settings([3, 0]), answer(5));
  await peer.sync();
  expect([client.connection.hasRoom, client.connection.openStreams, client.told.roomAgain]).toEqual([false, 0, 1]);
  peer.write(settings([3, 1000]));
  await peer.sync();
  expect([client.connection.hasRoom, client.told.roomAgain]).toEqual([true, 2]);
  expect(peer.frames.filter(({ type, flags }) => type === SETTINGS && flags & ACK)).toHaveLength(5);
});

test("where a server sets no limit, or none that means anything, there is one of ours", async () => {
  const { client } = await pair([settings([3, 2 ** 32 - 1], [INITIAL_WINDOW_SIZE, 0])], { openStreams: 5 });
  while (client.connection.hasRoom) client.send();
  expect(client.connection.openStreams).toBe(5);
});
