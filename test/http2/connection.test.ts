import { expect, test } from "vitest";
import { openClient } from "./client.js";
import { connectTo, nodeServer } from "./node-server.js";

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
