import { redisDeviceStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { type Contest, type Field, tokenOf } from "./contest.ts";

const PREFIX = "apns-voip-bench:";

/** By hand: the same keys with the same contents, as the commands that one would write for them. */
interface ByHand {
  fields(key: string): Promise<Record<string, string>>;
  set(key: string, fields: Record<string, string>): Promise<unknown>;
  drop(key: string, field: string): Promise<unknown>;
}

export async function redisField(url: string, users: number, say: (line: string) => void): Promise<Field> {
  const nodeRedis = createClient({ url });
  await nodeRedis.connect();
  const ioRedis = new Redis(url);
  const clients: Readonly<Record<string, [store: ReturnType<typeof redisDeviceStore>, byHand: ByHand]>> = {
    "node-redis": [
      redisDeviceStore(nodeRedis, { prefix: PREFIX }),
      {
        fields: key => nodeRedis.hGetAll(key),
        set: (key, fields) => nodeRedis.hSet(key, fields),
        drop: (key, field) => nodeRedis.hDel(key, field),
      },
    ],
    ioredis: [
      redisDeviceStore(ioRedis, { prefix: PREFIX }),
      {
        fields: key => ioRedis.hgetall(key),
        set: (key, fields) => ioRedis.hset(key, fields),
        drop: (key, field) => ioRedis.hdel(key, field),
      },
    ],
  };

  const device = (user: number) => {
    const n = user % users;
    return { userId: String(n), token: tokenOf(n), bundleId: "com.example.app", ...VOIP, registeredAt: new Date() };
  };
  say(`registering ${users.toLocaleString("en")} devices in Redis`);
  for (let n = 0; n < users; n += 500) {
    const some = Array.from({ length: Math.min(500, users - n) }, (_, i) => device(n + i));
    await Promise.all(some.map(device => clients.ioredis![0].save(device)));
  }

  const contests = Object.entries(clients).flatMap(([name, [store, byHand]]): Contest[] => [
    {
      what: `redisDeviceStore.list, ${name}`,
      store: user => store.list(device(user).userId, "voip"),
      driver: async user => {
        const index = await byHand.fields(`${PREFIX}user:voip:${device(user).userId}`);
        await Promise.all(Object.keys(index).map(field => byHand.fields(`${PREFIX}token:${field.split(":")[1]}`)));
      },
    },
    {
      what: `redisDeviceStore.save, ${name}`,
      store: user => store.save(device(user)),
      driver: async user => {
        const { userId, token, registeredAt, ...rest } = device(user);
        const index = `${PREFIX}by-hand:user:${userId}`;
        await byHand.set(index, { [`${token}:new`]: "" });
        await byHand.set(`${PREFIX}by-hand:${token}`, {
          userId,
          ...rest,
          registeredAt: String(registeredAt.getTime()),
        });
        await byHand.drop(index, `${token}:old`);
      },
    },
  ]);
  return {
    contests,
    plans: {},
    async [Symbol.asyncDispose]() {
      for await (const keys of ioRedis.scanStream({ match: `${PREFIX}*`, count: 1000 })) {
        if (keys.length > 0) await ioRedis.unlink(...(keys as string[]));
      }
      nodeRedis.destroy();
      ioRedis.disconnect();
    },
  };
}

const VOIP = { pushType: "voip", platform: "ios" } as const;
