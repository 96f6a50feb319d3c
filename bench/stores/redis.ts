import { redisDeviceStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { type Contest, type Contestant, type Field, tokenOf } from "./contest.ts";

const PREFIX = "apns-voip-bench:";
const BY_HAND = `${PREFIX}by-hand:`;

/** Phones whose registration is caught and repeated by hand. */
const SAMPLE = 1000;

type DeviceStore = ReturnType<typeof redisDeviceStore>;

/** By hand: the commands that one would write for the same keys, with nothing compared. */
interface PlainCommands {
  fields(key: string): Promise<Record<string, string>>;
  set(key: string, fields: Record<string, string>): Promise<unknown>;
  drop(key: string, field: string): Promise<unknown>;
}

interface Client {
  readonly store: DeviceStore;
  readonly plain: PlainCommands;
  /** A store that keeps its keys apart, and tells its commands. */
  readonly caught: (commands: Command[]) => DeviceStore;
}

export async function redisField(url: string, users: number, say: (line: string) => void): Promise<Field> {
  const nodeRedis = createClient({ url });
  await nodeRedis.connect();
  const ioRedis = new Redis(url);
  const clients: Readonly<Record<string, Client>> = {
    "node-redis": {
      store: redisDeviceStore(nodeRedis, { prefix: PREFIX }),
      plain: {
        fields: key => nodeRedis.hGetAll(key),
        set: (key, fields) => nodeRedis.hSet(key, fields),
        drop: (key, field) => nodeRedis.hDel(key, field),
      },
      caught: commands => redisDeviceStore(telling(nodeRedis, commands), { prefix: BY_HAND }),
    },
    ioredis: {
      store: redisDeviceStore(ioRedis, { prefix: PREFIX }),
      plain: {
        fields: key => ioRedis.hgetall(key),
        set: (key, fields) => ioRedis.hset(key, fields),
        drop: (key, field) => ioRedis.hdel(key, field),
      },
      caught: commands => redisDeviceStore(telling(ioRedis, commands), { prefix: BY_HAND }),
    },
  };

  const device = (user: number) => {
    const n = user % users;
    return { userId: String(n), token: tokenOf(n), bundleId: "com.example.app", ...VOIP, registeredAt: new Date() };
  };
  say(`registering ${users.toLocaleString("en")} devices in Redis`);
  for (let n = 0; n < users; n += 500) {
    const some = Array.from({ length: Math.min(500, users - n) }, (_, i) => device(n + i));
    await Promise.all(some.map(device => clients.ioredis!.store.save(device)));
  }

  const contests: Contest[] = [];
  for (const [name, { store, plain, caught }] of Object.entries(clients)) {
    const save: Contestant = user => store.save(device(user));
    contests.push(
      {
        what: `redisDeviceStore.list, ${name}`,
        store: user => store.list(device(user).userId, "voip"),
        driver: async user => {
          const index = await plain.fields(`${PREFIX}user:voip:${device(user).userId}`);
          await Promise.all(Object.keys(index).map(field => plain.fields(`${PREFIX}token:${field.split(":")[1]}`)));
        },
        wanted: 0.8,
      },
      {
        what: `redisDeviceStore.save, ${name}`,
        store: save,
        driver: await repeated(caught, (store, user) => store.save(device(user)), Math.min(SAMPLE, users)),
        wanted: 0.8,
      },
      {
        what: `the same, by hand with nothing compared`,
        store: save,
        driver: async user => {
          const { userId, token, registeredAt, ...rest } = device(user);
          const index = `${BY_HAND}plain:user:${userId}`;
          await plain.set(index, { [`${token}:new`]: "" });
          await plain.set(`${BY_HAND}plain:${token}`, {
            userId,
            ...rest,
            registeredAt: String(registeredAt.getTime()),
          });
          await plain.drop(index, `${token}:old`);
        },
      },
    );
  }
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

type Command = () => Promise<unknown>;

/** The client itself, which also notes each command, so that it can be sent again by hand. */
function telling<C extends object>(client: C, commands: Command[]): C {
  return new Proxy(client, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        const command = () => method.apply(target, args);
        commands.push(command);
        return command();
      };
    },
  });
}

/** What a store sends for each of the first users when it does an operation for the second time, sent by hand. */
async function repeated(
  caught: Client["caught"],
  run: (store: DeviceStore, user: number) => Promise<unknown>,
  users: number,
): Promise<Contestant> {
  const commandsOf: Command[][] = [];
  for (let user = 0; user < users; user++) {
    await run(caught([]), user);
    const commands: Command[] = [];
    await run(caught(commands), user);
    commandsOf.push(commands);
  }
  return async user => {
    for (const command of commandsOf[user % users]!) await command();
  };
}

const VOIP = { pushType: "voip", platform: "ios" } as const;
