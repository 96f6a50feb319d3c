import { randomBytes, randomUUID } from "node:crypto";
import { redisCallStore, redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { createCalls } from "apns-voip/signal";
import { Redis } from "ioredis";
import { RECORDED_OFFER, recordedCandidates } from "../../examples/demo/recorded.ts";

const PREFIX = "apns-voip-sizes:";

/** As rows of a table: what, bytes. */
export async function redisSizes(url: string): Promise<(string | number)[][]> {
  const redis = new Redis(url);
  await removeAll(redis);
  try {
    const token = randomBytes(32).toString("hex");
    await redisDeviceStore(redis, { prefix: `${PREFIX}device:` }).save({
      ...{ userId: "1000000", token, pushType: "voip", platform: "ios", bundleId: "com.example.app" },
      ...{ deviceId: randomUUID(), environment: "production", registeredAt: new Date() },
    });
    await redisIdempotencyStore(redis, { prefix: `${PREFIX}claim:` }).claim(randomUUID(), 60_000);
    await ringSomebody(redis);
    return [
      ["device: its record and its place in the user's index", await bytesOf(redis, "device:")],
      ["idempotency key", await bytesOf(redis, "claim:")],
      ["call that rings, with three candidates", await bytesOf(redis, "call:")],
    ];
  } finally {
    await removeAll(redis);
    redis.disconnect();
  }
}

/** A call to a user who does not come. */
async function ringSomebody(redis: Redis): Promise<void> {
  const calls = createCalls({
    push: { sendCall: async () => ({ status: "accepted" }) },
    online: () => [],
    emit() {},
    store: redisCallStore(redis, { prefix: `${PREFIX}call:` }),
  });
  const caller = { userId: 11, id: "socket", deviceId: randomUUID() };
  await calls.offer(caller, { to: 10, sdp: RECORDED_OFFER });
  for (const candidate of recordedCandidates) await calls.candidate(caller, { to: 10, candidate });
  await calls.close();
}

async function bytesOf(redis: Redis, kind: string): Promise<number> {
  const sizes = (await redis.keys(`*${PREFIX}${kind}*`)).map(key => redis.memory("USAGE", key));
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0);
}

async function removeAll(redis: Redis): Promise<void> {
  const keys = await redis.keys(`*${PREFIX}*`);
  if (keys.length > 0) await redis.del(keys);
}
