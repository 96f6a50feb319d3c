import type { ServerHttp2Stream } from "node:http2";
import { expect, test } from "vitest";
import { openClient } from "./client.js";
import { connectTo, nodeServer } from "./node-server.js";
import type { Sent } from "./sent.js";

test("a request arrives as it was given, and its answer comes back", async () => {
  const seen: unknown[] = [];
  const { port } = await nodeServer((stream, headers) => {
    let body = "";
    stream.on("data", chunk => {
      body += chunk;
    });
    stream.on("end", () => {
      seen.push({ ...headers, body });
      stream.respond({ ":status": 410, "apns-id": "an id" });
      stream.end('{"reason":"Unregistered"}');
    });
  });
  const client = await openClient(await connectTo(port));
  const sent = client.send({ body: '{"name":"José 📞"}' });
  const end = await sent.end;

  expect(sent.hasLeft).toBe(true);
  expect(end).toMatchObject({ kind: "answered", status: 410, body: '{"reason":"Unregistered"}' });
  expect(end.kind === "answered" && end.field("apns-id")).toBe("an id");
  expect(seen).toMatchObject([
    {
      ":method": "POST",
      ":scheme": "https",
      ":authority": "127.0.0.1",
      ":path": "/3/device/00aa",
      authorization: "bearer abc.def.ghi",
      "apns-topic": "com.example.app.voip",
      "apns-push-type": "voip",
      "apns-priority": "10",
      "apns-expiration": "0",
      "apns-id": "3f1e0000-0000-4000-8000-000000000000",
      body: '{"name":"José 📞"}',
    },
  ]);
});

test("five hundred at once on a limit of 100 are all answered", async () => {
  const { port } = await nodeServer(
    stream => {
      stream.resume().on("end", () => {
        stream.respond({ ":status": 200 }, { endStream: true });
      });
    },
    { settings: { maxConcurrentStreams: 100 } },
  );
  const client = await openClient(await connectTo(port));
  const kinds: Promise<string>[] = [];
  while (kinds.length < 500) {
    while (client.connection.hasRoom && kinds.length < 500) kinds.push(client.send().kind);
    expect(client.connection.openStreams).toBeLessThanOrEqual(100);
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(new Set(await Promise.all(kinds))).toEqual(new Set(["answered 200"]));
  expect(client.told.roomAgain).toBeGreaterThan(0);
});

test("streams that stay open while thousands come and go are answered in the end", async () => {
  const held: ServerHttp2Stream[] = [];
  const answer = (stream: ServerHttp2Stream, status: number) =>
    stream.respond({ ":status": status }, { endStream: true });
  const { port } = await nodeServer((stream, headers) => {
    stream.resume();
    if (headers[":path"] === "/held") held.push(stream);
    else answer(stream, 200);
  });
  const client = await openClient(await connectTo(port));
  const first = [1, 2, 3].map(() => client.send({ path: "/held" }));
  for (let round = 0; round < 12; round++) {
    const others = Array.from({ length: 500 }, () => client.send().kind);
    if (round === 5) first.push(client.send({ path: "/held" }));
    expect(new Set(await Promise.all(others))).toEqual(new Set(["answered 200"]));
  }
  expect([client.connection.openStreams, held.length]).toEqual([4, 4]);
  for (const [place, stream] of held.entries()) answer(stream, 400 + place);
  const ends = await Promise.all(first.map(({ kind }) => kind));
  expect(ends).toEqual(["answered 400", "answered 401", "answered 402", "answered 403"]);
  expect(client.connection.openStreams).toBe(0);
});

test("ten thousand open at once end in the order in which they were opened", async () => {
  const { port, sessions } = await nodeServer(stream => void stream.resume(), {
    settings: { maxConcurrentStreams: 20_000 },
  });
  const client = await openClient(await connectTo(port));
  const order: number[] = [];
  const sent: Sent[] = [];
  for (let n = 0; n < 10_000; n++) {
    while (!client.connection.hasRoom) await new Promise(resolve => setImmediate(resolve));
    const one = client.send({ body: "" });
    one.onEnd(() => order.push(n));
    sent.push(one);
  }
  expect(client.connection.openStreams).toBe(10_000);
  sessions[0]?.destroy();
  await Promise.all(sent.map(({ end }) => end));
  expect(order).toEqual(sent.map((_, n) => n));
});
