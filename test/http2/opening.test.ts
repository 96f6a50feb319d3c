import { once } from "node:events";
import { expect, test } from "vitest";
import { errorName } from "../../src/http2/error-codes.js";
import { GOAWAY, SETTINGS, WINDOW_UPDATE } from "../../src/http2/frame-types.js";
import { openClient } from "./client.js";
import { ACK, answer, frame, goaway, ping, settings, settingsAck } from "./frames.js";
import { connectTo } from "./node-server.js";
import { pair, type RawPeer, rawServer } from "./raw-peer.js";

/** A peer that has said this much, and a client that is being opened. */
async function opening(first: readonly Buffer[], signal?: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<RawPeer>();
  const socket = await connectTo(
    await rawServer(peer => {
      peer.write(...first);
      resolve(peer);
    }),
  );
  const client = openClient(socket, {}, signal);
  client.catch(() => {});
  return { socket, client, peer: await promise };
}

test("a connection is open when the other side's SETTINGS have come, and not before", async () => {
  const { client, peer } = await opening([]);
  let isOpen = false;
  client.then(() => {
    isOpen = true;
  });
  await peer.frame(({ type }) => type === WINDOW_UPDATE);
  expect(isOpen).toBe(false);
  peer.write(settings([3, 1]));
  const { connection } = await client;
  expect(connection.hasRoom).toBe(true);
  await peer.frame(({ type, flags }) => type === SETTINGS && flags === ACK);
});

test("it announces that it takes no pushes, how large a list of fields may be, and a window of 1 MB", async () => {
  const { peer } = await pair();
  const first = await peer.frame(({ type }) => type === SETTINGS);
  expect(first.payload.toString("hex")).toBe(`${"0002"}${"00000000"}${"0006"}${"00004000"}`);
  const window = await peer.frame(({ type }) => type === WINDOW_UPDATE);
  expect(window.id).toBe(0);
  expect(window.payload.readUInt32BE(0) + 65_535).toBe(1024 * 1024);
});

test.each([
  ["§3.4: a PING", [ping()], "PROTOCOL_ERROR"],
  ["§3.4: SETTINGS with ACK", [settingsAck()], "PROTOCOL_ERROR"],
  ["§3.4: an answer", [answer(1)], "PROTOCOL_ERROR"],
  ["§3.4: an unknown frame", [frame(0x42, 0, 0)], "PROTOCOL_ERROR"],
  ["§3.4: HTTP/1.1", [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")], "FRAME_SIZE_ERROR"],
  ["§6.5: SETTINGS on a stream", [frame(SETTINGS, 0, 1)], "PROTOCOL_ERROR"],
  ["§6.5: SETTINGS of 5 octets", [frame(SETTINGS, 0, 0, [0, 3, 0, 0, 0])], "FRAME_SIZE_ERROR"],
  ["§6.5.2: ENABLE_PUSH 1", [settings([2, 1])], "PROTOCOL_ERROR"],
])("a server that begins with RFC 9113 %s is refused", async (_what, first, code) => {
  const { client, peer } = await opening(first);
  await expect(client).rejects.toThrow(code);
  const said = await peer.frame(({ type }) => type === GOAWAY);
  expect(errorName(said.payload.readUInt32BE(4))).toBe(code);
  await peer.ended();
});

test.each([
  ["before its SETTINGS", [goaway(0, 11, '{"reason":"TooManyConnections"}')]],
  ["right behind its SETTINGS", [settings(), goaway(0, 11, '{"reason":"TooManyConnections"}')]],
])("a server that says goodbye %s refuses the connection, with its reason", async (_when, first) => {
  const { client, peer } = await opening(first);
  const error: Error = await client.then(
    () => new Error("it opened"),
    error => error,
  );
  expect(error.message).toContain("ENHANCE_YOUR_CALM");
  expect(error.message).toContain("TooManyConnections");
  expect(error.cause).toEqual({ errorCode: 11, lastStreamId: 0, debugData: '{"reason":"TooManyConnections"}' });
  await peer.ended();
});

test("an attempt that is aborted ends with the reason, and its socket with it", async () => {
  const abort = new AbortController();
  const { client, socket } = await opening([], abort.signal);
  abort.abort(new Error("nobody waits"));
  await expect(client).rejects.toThrow("nobody waits");
  expect(socket.destroyed).toBe(true);
});

test("an abort after it is open changes nothing", async () => {
  const abort = new AbortController();
  const { client } = await opening([settings()], abort.signal);
  const { connection } = await client;
  abort.abort();
  expect(connection.hasRoom).toBe(true);
});

test("what was aborted before it began is not begun", async () => {
  const socket = await connectTo(await rawServer(() => {}));
  await expect(openClient(socket, {}, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
  expect(socket.destroyed).toBe(true);
});

test("a server that closes instead of speaking is an error", async () => {
  const { client, peer } = await opening([]);
  peer.socket.end();
  await expect(client).rejects.toThrow("closed");
});

test("a socket that is closed already is an error", async () => {
  const socket = await connectTo(await rawServer(() => {}));
  socket.destroy();
  await once(socket, "close");
  await expect(openClient(socket)).rejects.toThrow("closed");
});
