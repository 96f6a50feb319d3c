import { expect, test } from "vitest";
import { GOAWAY, HEADERS, LAST_STREAM_ID, PING, RST_STREAM } from "../../src/http2/frame-types.js";
import { openClient } from "./client.js";
import { FakeSocket } from "./fake-socket.js";
import { answer, data, END_STREAM, fields, goaway, headers, ping, reset, settings, windowUpdate } from "./frames.js";
import { pair } from "./raw-peer.js";
import { Sent } from "./sent.js";

const OK = fields([":status", "200"]);
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/** A pair, with requests that the peer has wholly. */
async function sent(count: number) {
  const both = await pair();
  const pushes = Array.from({ length: count }, () => both.client.send());
  if (count > 0) await both.peer.frame(({ id, flags }) => id === count * 2 - 1 && (flags & END_STREAM) !== 0);
  return { ...both, pushes };
}

const kinds = (pushes: readonly Sent[]) => Promise.all(pushes.map(push => push.kind));

test.each([
  ["is reset", "reset"],
  ["is closed at once", "destroy"],
  ["is closed", "end"],
] as const)(
  "a connection that %s by the other side: what left is lost, what has a status is answered",
  async (_how, how) => {
    const { peer, client, pushes } = await sent(3);
    peer.write(headers(1, OK), data(1, "cut sho"));
    await peer.sync();
    peer.close(how);
    const neverLeft = new Sent();
    client.connection.open({ path: "/", authorization: "x", shared: [], own: [], body: "y" }, neverLeft);
    expect(await kinds(pushes)).toEqual(["answered 200", "lost", "lost"]);
    expect((await (pushes[0] as Sent).end) as { body: string }).toMatchObject({ body: "" });
    await client.closed;
    expect(client.connection.isOpen).toBe(false);
    expect(await neverLeft.kind).toBe(neverLeft.hasLeft ? "lost" : "never-left");
  },
);

test("what is in our buffer when the connection dies has never left", async () => {
  const { peer, client, pushes } = await sent(1);
  const inBuffer = client.send();
  client.connection.destroy("no answer to a ping");
  expect(inBuffer.ends).toMatchObject([{ kind: "never-left", why: "no answer to a ping" }]);
  expect(pushes[0]?.ends).toMatchObject([{ kind: "lost", why: "no answer to a ping" }]);
  expect(await client.closed).toBe("no answer to a ping");
  await peer.ended();
  expect(inBuffer.hasLeft).toBe(false);
  expect(peer.frames.filter(({ id }) => id === 3)).toEqual([]);
});

test("a connection that is destroyed is closed once, and not within the call", async () => {
  const { client } = await sent(0);
  let isClosed = false;
  client.closed.then(() => {
    isClosed = true;
  });
  client.connection.destroy("first");
  client.connection.destroy("second");
  expect(isClosed).toBe(false);
  expect(await client.closed).toBe("first");
  expect(client.connection.hasRoom).toBe(false);
  expect(() => client.send()).toThrow("no stream can be opened");
});

test("a connection that leaves says goodbye when its streams have ended", async () => {
  const { peer, client, pushes } = await sent(2);
  client.connection.leave();
  expect(client.connection.isOpen).toBe(false);
  expect(client.connection.hasRoom).toBe(false);
  peer.write(answer(3));
  expect(await pushes[1]?.kind).toBe("answered 200");
  await peer.sync();
  expect(peer.of(GOAWAY)).toEqual([]);
  peer.write(answer(1));
  await peer.ended();
  expect(peer.of(GOAWAY)[0]?.payload.readUInt32BE(4)).toBe(0);
  expect(await client.closed).toBe("it was left");
});

test("a connection without streams leaves at once", async () => {
  const { peer, client } = await sent(0);
  client.connection.leave();
  expect(await client.closed).toBe("it was left");
  await peer.ended();
});

test("each goodbye is told as it came, and ends what it excludes", async () => {
  const { peer, client, pushes } = await sent(3);
  peer.write(goaway(LAST_STREAM_ID, 0, "soon"), goaway(3, 0, '{"reason":"Shutdown"}'));
  expect(await pushes[2]?.kind).toBe("refused");
  expect(client.goodbyes).toEqual([
    { errorCode: 0, lastStreamId: LAST_STREAM_ID, debugData: "soon" },
    { errorCode: 0, lastStreamId: 3, debugData: '{"reason":"Shutdown"}' },
  ]);
  expect(client.connection.isOpen).toBe(false);
  peer.write(answer(1), answer(3));
  expect(await kinds(pushes)).toEqual(["answered 200", "answered 200", "refused"]);
  expect(await client.closed).toContain("Shutdown");
});

test("a request that is in our buffer when a goodbye excludes it never leaves", async () => {
  const { peer, client, pushes } = await sent(2);
  // Opened while the chunk is read that says goodbye right after.
  const within = new Promise<Sent>(resolve => pushes[0]?.onEnd(() => resolve(client.send())));
  peer.write(Buffer.concat([answer(1), goaway(3)]));
  const push = await within;
  expect(await push.end).toMatchObject({ kind: "never-left" });
  expect(push.hasLeft).toBe(false);
  await peer.sync();
  expect(peer.frames.filter(({ id, type, flags }) => id === 5 && type < 2 && flags & END_STREAM)).toEqual([]);
  peer.write(answer(3));
  expect(await pushes[1]?.kind).toBe("answered 200");
});

test("a cancelled request that left may be processed, and its answer is not awaited", async () => {
  const { peer, client, pushes } = await sent(2);
  expect(pushes[0]?.stream?.cancel()).toBe(false);
  expect(client.connection.openStreams).toBe(1);
  const said = await peer.frame(({ type }) => type === RST_STREAM);
  expect([said.id, said.payload.readUInt32BE(0)]).toEqual([1, 8]);
  peer.write(headers(1, OK), data(1, "late", END_STREAM), windowUpdate(1, 5), reset(1, 0), answer(3));
  expect(await pushes[1]?.kind).toBe("answered 200");
  await peer.sync();
  expect(pushes[0]?.ends).toEqual([]);
  expect(pushes[0]?.stream?.cancel()).toBe(false);
  expect(client.connection.isOpen).toBe(true);
});

test("a request that is cancelled in the turn in which it was opened never leaves", async () => {
  const { peer, client } = await sent(0);
  const [first, second] = [client.send(), client.send()];
  expect(first.stream?.cancel()).toBe(true);
  await peer.frame(({ id, flags }) => id === 3 && (flags & END_STREAM) !== 0);
  peer.write(answer(3));
  expect(await second.kind).toBe("answered 200");
  const own = peer.frames.filter(({ id }) => id === 1);
  expect(own.filter(({ type, flags }) => type < 2 && flags & END_STREAM)).toEqual([]);
  expect(own.at(-1)).toMatchObject({ type: RST_STREAM });
  expect(first.hasLeft).toBe(false);
  expect(first.ends).toEqual([]);
});

test("an answer that comes before all of the request has left counts, and the rest stays here", async () => {
  const { peer, client } = await pair([settings([4, 5])]);
  const push = client.send({ body: "more than five octets" });
  await peer.frame(({ type }) => type === 0);
  peer.write(answer(1, "413"), reset(1, 0));
  expect(await push.kind).toBe("answered 413");
  const said = await peer.frame(({ type }) => type === RST_STREAM);
  expect([said.id, said.payload.readUInt32BE(0)]).toEqual([1, 8]);
  peer.write(windowUpdate(1, 1000));
  await peer.sync();
  expect(peer.of(0)).toHaveLength(1);
  expect(client.connection.openStreams).toBe(0);
});

test("a request whose body waits for a window when it is refused has never left", async () => {
  const { peer, client } = await pair([settings([4, 0])]);
  const [refused, excluded, cut] = [client.send(), client.send(), client.send()];
  await peer.frame(({ type, id }) => type === HEADERS && id === 5);
  peer.write(reset(1, 7), goaway(1));
  expect(await refused.kind).toBe("never-left");
  expect(await excluded.kind).toBe("never-left");
  expect(await cut.kind).toBe("never-left");
  expect([refused, excluded, cut].map(({ hasLeft }) => hasLeft)).toEqual([false, false, false]);
});

test("a connection whose stream ids are used up leaves, and its last streams are answered", async () => {
  const { peer, client } = await pair([settings()], { firstStreamId: LAST_STREAM_ID - 2 });
  const first = client.send();
  expect(client.connection.isOpen).toBe(true);
  const last = client.send();
  expect([client.connection.hasRoom, client.connection.isOpen]).toEqual([false, false]);
  await peer.frame(({ id, flags }) => id === LAST_STREAM_ID && (flags & END_STREAM) !== 0);
  peer.write(answer(LAST_STREAM_ID - 2), answer(LAST_STREAM_ID));
  expect(await kinds([first, last])).toEqual(["answered 200", "answered 200"]);
  await client.closed;
});

test("a long answer is cut off, and its status counts", async () => {
  const { peer, client, pushes } = await sent(2);
  peer.write(
    headers(1, fields([":status", "502"])),
    ...Array.from({ length: 3 }, () => data(1, Buffer.alloc(16_000, 120))),
  );
  expect(await pushes[0]?.end).toMatchObject({ kind: "answered", status: 502, body: "" });
  await peer.frame(({ type, id }) => type === RST_STREAM && id === 1);
  peer.write(headers(3, fields([":status", "400"])), data(3, "é".repeat(5000), END_STREAM));
  expect(await pushes[1]?.end).toMatchObject({ kind: "answered", status: 400, body: "é".repeat(2048) });
  expect(client.connection.isOpen).toBe(true);
});

test("pings are answered, and each of ours hears of its own answer only", async () => {
  const { peer, client } = await sent(0);
  const answered: string[] = [];
  client.connection.ping(() => answered.push("first"));
  client.connection.ping(() => answered.push("second"));
  await turn();
  await peer.frame(({ type, payload }) => type === 6 && payload[7] === 2);
  const [first, second] = peer.of(6);
  const pong = ({ payload }: { payload: Buffer }) => Buffer.concat([Buffer.from("000008060100000000", "hex"), payload]);
  peer.write(pong(second as never));
  await peer.sync();
  expect(answered).toEqual(["second"]);
  peer.write(pong(first as never), pong(first as never));
  await peer.sync();
  expect(answered).toEqual(["second", "first"]);
});

test("what a goodbye excludes is not written any more, and pings after it are answered", async () => {
  const { peer, client, pushes } = await sent(2);
  const within = new Promise<Sent>(resolve => pushes[0]?.onEnd(() => resolve(client.send())));
  peer.write(Buffer.concat([answer(1), goaway(3), ping("last one")]));
  expect(await (await within).kind).toBe("never-left");
  await peer.frame(({ type, payload }) => type === PING && payload.toString() === "last one");
  expect(peer.frames.filter(({ id }) => id === 5)).toEqual([]);
  peer.write(answer(3));
  expect(await pushes[1]?.kind).toBe("answered 200");
});

test("a reset that meets a write is seen, and nothing that was opened meanwhile is without an end", async () => {
  const { peer, client, pushes } = await sent(1);
  let isClosed = false;
  client.closed.then(() => {
    isClosed = true;
  });
  peer.close("reset");
  while (!isClosed) {
    if (client.connection.hasRoom) pushes.push(client.send());
    client.connection.ping(() => {});
    await turn();
  }
  for (const push of pushes) expect(await push.kind).toBe(push.hasLeft ? "lost" : "never-left");
  expect(client.connection.openStreams).toBe(0);
});

test("a process waits for answers, and not for a connection that has nothing to do", async () => {
  const socket = new FakeSocket();
  const opening = openClient(socket.asSocket);
  expect(socket.holdsProcess).toBe(true);
  socket.emit("data", settings());
  const client = await opening;
  expect(socket.holdsProcess).toBe(false);
  const pushes = [client.send(), client.send(), client.send()];
  await turn();
  socket.emit("data", answer(3));
  pushes[2]?.stream?.cancel();
  expect(socket.holdsProcess).toBe(true);
  socket.emit("data", answer(1));
  expect(socket.holdsProcess).toBe(false);
});

test("a goodbye that is meant for a log, or for a terminal, is told as it came and shown without what cannot be seen", async () => {
  const { peer, client } = await sent(0);
  peer.write(goaway(0, 0, "bye\n\x1b[2J now"));
  expect(await client.closed).toContain("NO_ERROR: bye??[2J now");
  expect(client.goodbyes[0]?.debugData).toBe("bye\n\x1b[2J now");
});
