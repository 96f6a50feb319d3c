import { randomBytes, randomUUID } from "node:crypto";
import { redisCallStore, redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { type Calls, createCalls, type Phone } from "apns-voip/signal";
import { Redis } from "ioredis";
import { RECORDED_OFFER, recordedCandidates } from "../../examples/demo/recorded.ts";

const PREFIX = "apns-voip-sizes:";
const SUBSCRIPTIONS = 20_000;
const CALLS = 500;

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
    await ringSomebody(callsOn(redis));
    return [
      ["device: its record and its place in the user's index", await bytesOf(redis, "device:")],
      ["idempotency key", await bytesOf(redis, "claim:")],
      ["call that rings, with three candidates", await bytesOf(redis, "call:")],
      ["call that was answered", await answeredSize(redis)],
      ["subscription of a user who is online", await subscriptionSize(redis)],
    ];
  } finally {
    await removeAll(redis);
    redis.disconnect();
  }
}

function callsOn(redis: Redis, kind = "call"): Calls {
  return createCalls({
    push: { sendCall: async () => ({ status: "accepted" }) },
    online: userId => (isCaller(userId) ? [callerOf(userId - FURTHER)] : []),
    emit() {},
    store: redisCallStore(redis, { prefix: `${PREFIX}${kind}:` }),
  });
}

/** Who calls a user: another one for each. */
const FURTHER = 1_000_000;
const isCaller = (userId: string | number): userId is number => Number(userId) > 2 * FURTHER;
const callerOf = (to: number) => ({ userId: to + FURTHER, id: `socket of ${to}`, deviceId: "the caller's device" });

/** A call to a user who does not come. */
async function ringSomebody(calls: Calls, to = FURTHER + 10): Promise<void> {
  await calls.offer(callerOf(to), { to, sdp: RECORDED_OFFER });
  for (const candidate of recordedCandidates) await calls.candidate(callerOf(to), { to, candidate });
}

/** A call to a user whom the push wakes, and who answers. */
async function talkToSomebody(calls: Calls, to = FURTHER + 10): Promise<Phone> {
  await ringSomebody(calls, to);
  const phone = { userId: to, id: "another socket with an id", deviceId: randomUUID() };
  await calls.register(phone);
  await calls.answer(phone, { to: callerOf(to).userId, sdp: RECORDED_OFFER });
  for (const candidate of recordedCandidates) await calls.candidate(phone, { to: callerOf(to).userId, candidate });
  return phone;
}

async function answeredSize(redis: Redis): Promise<number> {
  const calls = callsOn(redis, "talk");
  await talkToSomebody(calls);
  return bytesOf(redis, "talk:");
}

/** As rows of a table: what, milliseconds. */
export async function redisTimes(url: string): Promise<(string | number)[][]> {
  const redis = new Redis(url);
  await removeAll(redis);
  const used = async () => {
    const cpu = await redis.info("cpu");
    const of = (kind: string) => Number(new RegExp(`used_cpu_${kind}:([\\d.]+)`).exec(cpu)?.[1]);
    return (of("user") + of("sys")) * 1_000;
  };
  const calls = callsOn(redis);
  const whole = async (to: number) => {
    const phone = await talkToSomebody(calls, to);
    await calls.end(phone, { to: callerOf(to).userId });
  };
  for (let n = 0; n < 10; n++) await whole(FURTHER + n + 1);
  const before = await used();
  for (let n = 0; n < CALLS; n++) await whole(FURTHER + n + 1_000);
  const milliseconds = (await used()) - before;
  await calls.close();
  await removeAll(redis);
  redis.disconnect();
  return [["a call, from the offer to the end", (milliseconds / CALLS).toFixed(2)]];
}

/** The channel of a user's room, as the adapter of Socket.IO names it. */
async function subscriptionSize(redis: Redis): Promise<number> {
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  const subscriber = redis.duplicate();
  await subscriber.ssubscribe(`${PREFIX}socket.io#/#user:0#`);
  const before = await used();
  for (let n = 1; n <= SUBSCRIPTIONS; n++) await subscriber.ssubscribe(`${PREFIX}socket.io#/#user:${1_000_000 + n}#`);
  const bytes = (await used()) - before;
  subscriber.disconnect();
  return Math.round(bytes / SUBSCRIPTIONS);
}

async function bytesOf(redis: Redis, kind: string): Promise<number> {
  const sizes = (await redis.keys(`*${PREFIX}${kind}*`)).map(key => redis.memory("USAGE", key));
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0);
}

async function removeAll(redis: Redis): Promise<void> {
  const keys = await redis.keys(`*${PREFIX}*`);
  if (keys.length > 0) await redis.del(keys);
}
