/**
 * One signal server of several: that of `examples/signal-server`, but for what must be known to all of them. Rooms reach
 * across by the Redis adapter, which also says who is connected, and calls are in Redis.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { bearerAuth } from "apns-voip";
import { redisCallStore } from "apns-voip/redis";
import { type CallSignal, createCalls, createPushApiClient, type Phone } from "apns-voip/signal";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { requireEnvironment } from "../environment.ts";
import { listen } from "../signal-server/listen.ts";
import { asSent } from "../signal-server/protocol.ts";

const { API_URL, ADMIN_PUSH_TOKEN, JWT_SECRET, REDIS_URL, PREFIX, NAME, RING_TIMEOUT } = requireEnvironment({
  API_URL: "where the API servers' load balancer is",
  ADMIN_PUSH_TOKEN: "the same text as on the API servers",
  JWT_SECRET: "the text that signs the app's logins",
  REDIS_URL: "where Redis is, 7.0 or later",
  PREFIX: "what is in every key and channel in Redis",
  NAME: "what this server is called",
  RING_TIMEOUT: "milliseconds that a call rings",
});

const redis = new Redis(REDIS_URL);
const subscriptions = redis.duplicate();
for (const client of [redis, subscriptions]) client.on("error", error => console.error(`Redis: ${error.message}`));

const http = createServer();
const io = new Server(http, {
  path: "/signal/socket.io/",
  pingInterval: 5_000,
  pingTimeout: 5_000,
  maxHttpBufferSize: 262_144,
  adapter: createShardedAdapter(redis, subscriptions, { channelPrefix: `${PREFIX}socket.io` }),
});
const authenticate = bearerAuth({ secret: JWT_SECRET, userIdClaim: "uid" });
// An API process that is being replaced takes seconds to come back; the load balancer leads each attempt to another one.
const api = createPushApiClient({ apiUrl: API_URL, adminToken: ADMIN_PUSH_TOKEN, retries: 8 });

const roomOf = (userId: string | number) => `user:${userId}`;
const ask = (userId: string | number) => io.in(roomOf(userId)).timeout(450).fetchSockets();
// A server that was killed while it was asked is not asked again.
const socketsOf = (userId: string | number) => ask(userId).catch(() => ask(userId));
const send = (signals: readonly CallSignal[]) => {
  for (const { phone, event, body } of signals) io.to(phone).emit(event, body);
};

const calls = createCalls({
  push: api,
  online: async userId => (await socketsOf(userId)).map(({ data }): Phone => data.phone),
  emit: send,
  store: redisCallStore(redis, { prefix: PREFIX }),
  ringTimeout: Number(RING_TIMEOUT),
  async onMissed({ toUserId, fromUserId, fromDisplayName }) {
    await api.sendMessage({ toUserId, fromUserId, title: fromDisplayName, body: "Missed call" });
  },
});

io.use(async (socket, next) => {
  const headers = { authorization: `Bearer ${socket.handshake.auth.token}` };
  const user = await authenticate(new Request("http://signal.invalid/", { headers })).catch(() => null);
  if (user?.userId === undefined) return next(new Error("unauthorized"));
  socket.data.phone = { userId: asSent(String(user.userId)), id: socket.id } satisfies Phone;
  next();
});

io.on("connection", socket => {
  const from: string | number = socket.data.phone.userId;
  const phone = (): Phone => socket.data.phone;

  listen(socket, {
    async register({ userId, deviceId }) {
      if (String(userId) !== String(from)) return void socket.disconnect();
      socket.data.phone = { ...phone(), deviceId };
      await socket.join(roomOf(from));
      send(await calls.register(phone()));
      return { server: NAME };
    },
    offer: async body => send(await calls.offer(phone(), body)),
    answer: async body => send(await calls.answer(phone(), body)),
    ice: async body => send(await calls.candidate(phone(), { to: body.to, candidate: body.candidate })),
    "call-end": async body => send(await calls.end(phone(), body)),

    async message({ to, body, displayName }) {
      if ((await socketsOf(to)).length > 0) io.to(roomOf(to)).emit("message", { from, body, timestamp: Date.now() });
      else await api.sendMessage({ toUserId: to, title: displayName || `User ${from}`, body, fromUserId: from });
    },
  });

  socket.on("disconnect", async () => send(await calls.gone(phone())));
});

// The subscriptions of the adapter were asked for first: when this is answered, they are there.
await subscriptions.ssubscribe(`${PREFIX}ready`);
http.listen(Number(process.env.PORT || 3001), () => {
  console.log(`Signal server listening on http://localhost:${(http.address() as AddressInfo).port}`);
});
