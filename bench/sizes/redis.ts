import { randomBytes, randomUUID } from "node:crypto";
import { redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import { RECORDED_OFFER, recordedCandidates } from "../../examples/demo/recorded.ts";
import { createSharedOffers } from "../../examples/fleet/shared-offers.ts";

const PREFIX = "apns-voip-sizes:";
/** Subscriptions to divide by. Redis does not say what one takes. */
const SUBSCRIPTIONS = 20_000;

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
    const offers = createSharedOffers(redis, `${PREFIX}offer:`);
    await offers.keep(10, { event: "offer", body: { from: 11, sdp: RECORDED_OFFER } });
    for (const candidate of recordedCandidates) await offers.keep(10, { event: "ice", body: { from: 11, candidate } });
    return [
      ["device: its record and its place in the user's index", await bytesOf(redis, "device:")],
      ["idempotency key", await bytesOf(redis, "claim:")],
      ["offer that waits, with three candidates", await bytesOf(redis, "offer:")],
      ["user who is online: a subscription", await bytesPerSubscription(redis)],
    ];
  } finally {
    await removeAll(redis);
    redis.disconnect();
  }
}

async function bytesOf(redis: Redis, kind: string): Promise<number> {
  const sizes = (await redis.keys(`${PREFIX}${kind}*`)).map(key => redis.memory("USAGE", key));
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0);
}

async function bytesPerSubscription(redis: Redis): Promise<number> {
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
  const subscriber = redis.duplicate();
  await subscriber.ping();
  const before = await used();
  for (let user = 0; user < SUBSCRIPTIONS; user += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => subscriber.ssubscribe(`${PREFIX}online:${user + n}`)));
  }
  const bytes = (await used()) - before;
  subscriber.disconnect();
  return Math.round(bytes / SUBSCRIPTIONS);
}

async function removeAll(redis: Redis): Promise<void> {
  const keys = await redis.keys(`${PREFIX}*`);
  if (keys.length > 0) await redis.del(keys);
}
