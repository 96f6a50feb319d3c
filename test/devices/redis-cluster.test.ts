import { once } from "node:events";
import type { DeviceStore } from "apns-voip";
import { type RedisClient, redisCallStore, redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { callStoreConformance, deviceStoreConformance } from "apns-voip/testing/conformance";
import { Cluster, Redis } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noOwnRedis, type OwnServer, ownRedis } from "./own-servers.js";

const SLOTS = 16_384;
let nodes: OwnServer[] = [];

async function startCluster(): Promise<void> {
  nodes = await Promise.all([0, 1, 2].map(() => ownRedis("--cluster-enabled", "yes")));
  await Promise.all(nodes.map(node => node.start()));
  const clients = nodes.map(({ url }) => new Redis(url));
  for (const [n, client] of clients.entries()) {
    const range = [Math.ceil((n * SLOTS) / 3), Math.ceil(((n + 1) * SLOTS) / 3) - 1];
    await client.call("CLUSTER", "ADDSLOTSRANGE", ...range.map(String));
    await client.call("CLUSTER", "MEET", "127.0.0.1", `${nodes[0]!.port}`);
  }
  for (const client of clients) {
    while (!String(await client.call("CLUSTER", "INFO")).includes("cluster_state:ok")) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    client.disconnect();
  }
}

if (noOwnRedis !== undefined) {
  test.skip(`a Redis cluster: ${noOwnRedis}`, () => {});
} else {
  beforeAll(startCluster, 60_000);
  afterAll(() => Promise.all(nodes.map(node => node.dispose())));

  async function flush(): Promise<void> {
    for (const { url } of nodes) {
      const node = new Redis(url);
      await node.flushall();
      node.disconnect();
    }
  }

  /** `connected` gives the client only once it is there: the cases are collected before. */
  function conforms(connected: () => RedisClient): void {
    async function emptyStore(): Promise<DeviceStore> {
      await flush();
      return redisDeviceStore(connected());
    }
    for (const { name, run } of deviceStoreConformance()) test(name, () => run(emptyStore));

    for (const { name, run } of callStoreConformance()) {
      test(`calls: ${name}`, async () => {
        await flush();
        await run(() => redisCallStore(connected()));
      });
    }

    test("lets one of three claim a key", async () => {
      await flush();
      const store = redisIdempotencyStore(connected());
      const claims = await Promise.all([1, 2, 3].map(() => store.claim("call-1", 30_000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
    });
  }

  describe("a cluster of three, with node-redis", () => {
    let client: ReturnType<typeof createCluster>;
    beforeAll(async () => {
      client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
      client.on("error", () => {});
      await client.connect();
    });
    afterAll(() => client.destroy());

    conforms(() => client);
  });

  describe("a cluster of three, with ioredis", () => {
    let client: Cluster;
    beforeAll(async () => {
      client = new Cluster(nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
      client.on("error", () => {});
      await once(client, "ready");
    });
    afterAll(() => client.disconnect());

    conforms(() => client);
  });
}
