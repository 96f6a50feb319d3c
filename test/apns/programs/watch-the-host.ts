import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { apnsOptionsFromEnv, createApnsClient } from "apns-voip";

// What a host program could notice of us: its fetch, its dispatchers, and whether undici was loaded at all.
const DISPATCHERS = [1, 2, 3].map(number => Symbol.for(`undici.globalDispatcher.${number}`));
const host = globalThis as unknown as Record<symbol, unknown>;
const look = () => [
  globalThis.fetch,
  ...DISPATCHERS.map(symbol => Object.getOwnPropertyDescriptor(host, symbol)?.value),
];
const require = createRequire(import.meta.url);
const loaded = () => Object.keys(require.cache).filter(path => path.includes("/undici/")).length > 0;

const server = createServer((_request, response) => response.end("hello"));
await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// A host that has used its fetch, or not yet: both must find it as it was.
if (process.env.FETCH_FIRST === "yes") await (await fetch(url)).text();
const before = look();
const options = apnsOptionsFromEnv();
const client = createApnsClient(
  process.env.OVER === "fetch" ? { ...options, fetch: async () => new Response() } : options,
);
const imported = loaded();
const push = { deviceToken: process.env.DEVICE_TOKEN as string, pushType: "voip", payload: { callId: "1" } } as const;
const { outcome } = await client.send(push);
const after = look();
console.log(
  JSON.stringify({
    outcome,
    changed: before.map((value, index) => value !== after[index]),
    imported,
    loaded: loaded(),
    fetched: await (await fetch(url)).text(),
  }),
);
await client.close();
server.close();
