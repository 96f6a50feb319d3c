/**
 * One signal server of several: that of `examples/signal-server`, but for what must be known to all of them. Rooms reach
 * across by the Redis adapter, and who is online and which offers wait is in Redis.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { bearerAuth } from "apns-voip";
import { callFromOffer, createPushApiClient, type PushApiResult } from "apns-voip/signal";
import { Redis } from "ioredis";
import { Server, type Socket } from "socket.io";
import { requireEnvironment } from "../environment.ts";
import { asSent, type Body, bodies, type ClientEvent } from "../signal-server/protocol.ts";
import { createPresence } from "./presence.ts";
import { createSharedOffers, type Signal } from "./shared-offers.ts";

const { API_URL, ADMIN_PUSH_TOKEN, JWT_SECRET, REDIS_URL, PREFIX, NAME } = requireEnvironment({
  API_URL: "where the API servers' load balancer is",
  ADMIN_PUSH_TOKEN: "the same text as on the API servers",
  JWT_SECRET: "the text that signs the app's logins",
  REDIS_URL: "where Redis is, 7.0 or later",
  PREFIX: "what every key and channel in Redis starts with",
  NAME: "what this server is called",
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
const presence = createPresence(redis, subscriptions, PREFIX);
const offers = createSharedOffers(redis, PREFIX);
const authenticate = bearerAuth({ secret: JWT_SECRET, userIdClaim: "uid" });
// An API process that is being replaced takes seconds to come back; the load balancer leads each attempt to another one.
const api = createPushApiClient({ apiUrl: API_URL, adminToken: ADMIN_PUSH_TOKEN, retries: 8 });

const roomOf = (userId: string | number) => `user:${userId}`;
const toUser = (userId: string | number) => io.to(roomOf(userId));

/** For somebody who is in a call: their phone may have lost its server a moment ago, and gets it when it is back. */
async function tell(to: string | number, { event, body }: Signal): Promise<void> {
  if (await presence.isOnline(to)) toUser(to).emit(event, body);
  else await offers.keep(to, { event, body });
}

io.use(async (socket, next) => {
  const headers = { authorization: `Bearer ${socket.handshake.auth.token}` };
  const user = await authenticate(new Request("http://signal.invalid/", { headers })).catch(() => null);
  if (user === null) return next(new Error("unauthorized"));
  socket.data.userId = asSent(user.userId);
  next();
});

io.on("connection", socket => {
  const from: string | number = socket.data.userId;
  // A phone that connects again, perhaps to another server, is the same phone if it says so.
  const phone = String(socket.handshake.auth.device ?? socket.id);

  listen(socket, {
    async register({ userId }) {
      if (String(userId) !== String(from)) return void socket.disconnect();
      const isFirst = !(await presence.isOnline(from));
      socket.join(roomOf(from));
      // Before the offers are read: one that comes later finds this phone online, none falls in between.
      await presence.enter(from);
      if (isFirst) io.emit("user-online", { userId: from });
      for (const { event, body } of await offers.waitingFor(from)) socket.emit(event, body);
      return { server: NAME };
    },

    async offer(offer) {
      const { to, ...body } = offer;
      await offers.keep(to, { event: "offer", body: { ...body, from } });
      if (!(await presence.isOnline(to))) return wake(from, offer);
      toUser(to).emit("offer", { ...body, from });
      return { status: "online" };
    },

    async answer({ to, ...body }) {
      if (!(await offers.answered(from, to, phone))) return void socket.emit("call-ended", { from: to });
      await tell(to, { event: "answer", body: { ...body, from } });
      socket.to(roomOf(from)).emit("call-ended", { from: to });
    },

    async ice({ to, ...body }) {
      await offers.keep(to, { event: "ice", body: { ...body, from } });
      toUser(to).emit("ice", { ...body, from });
    },

    async "call-end"({ to }) {
      await offers.keep(to, { event: "call-ended", body: { from } });
      await offers.keep(from, { event: "call-ended", body: { from: to } });
      toUser(to).emit("call-ended", { from });
      socket.to(roomOf(from)).emit("call-ended", { from: to });
    },

    async message({ to, body, displayName }) {
      if (await presence.isOnline(to)) toUser(to).emit("message", { from, body, timestamp: Date.now() });
      else return api.sendMessage({ toUserId: to, title: displayName || `User ${from}`, body, fromUserId: from });
    },
  });

  socket.on("disconnect", () => void disconnected(from).catch(complain("disconnect")));
});

async function disconnected(userId: string | number): Promise<void> {
  if (io.sockets.adapter.rooms.has(roomOf(userId))) return;
  await presence.leave(userId);
  if (await presence.isOnline(userId)) return;
  io.emit("user-offline", { userId });
  // It may have been gone for a while when somebody called: then only a push can ring it.
  for (const { event, body } of await offers.waitingFor(userId)) {
    const offer = bodies.offer.safeParse({ ...body, to: userId });
    if (event === "offer" && offer.success) void wake(body.from, offer.data);
  }
}

/** Rings a user who is offline; when nobody can be woken, the caller is told, and why. */
async function wake(from: string | number, offer: Body<"offer">): Promise<PushApiResult> {
  const call = callFromOffer(from, offer);
  if (call === undefined) return { status: "failed", message: "the offer does not say who is called" };
  // A session description is new for each attempt; when a phone, or another server, repeats one, it is the same.
  const idempotencyKey = createHash("sha256").update(`${from} ${offer.to} ${offer.sdp}`).digest("hex");
  const result = await api.sendCall(call, { idempotencyKey });
  const { status, message } = result;
  if (status === "no-devices" || status === "failed") {
    toUser(from).emit("call-ended", { from: asSent(offer.to), reason: status, message });
  }
  return result;
}

type Handlers = { readonly [Event in ClientEvent]: (body: Body<Event>) => Promise<unknown> };

/**
 * Calls the handlers with bodies that have been checked. A phone that asks for an acknowledgement gets it when all is done:
 * until then it may say the same again, here or to another server.
 */
function listen(socket: Socket, handlers: Handlers): void {
  for (const event of Object.keys(bodies) as ClientEvent[]) {
    const handle = handlers[event] as (body: unknown) => Promise<unknown>;
    socket.on(event, (given: unknown, acknowledge?: unknown) => {
      const read = bodies[event].safeParse(given);
      if (!read.success) return void socket.emit("bad-request", { event });
      handle(read.data)
        .then(answer => typeof acknowledge === "function" && acknowledge(answer ?? {}))
        .catch(complain(event));
    });
  }
}

function complain(what: string): (error: unknown) => void {
  return error => console.error(`${what}: ${error instanceof Error ? error.message : error}`);
}

// The subscriptions of the adapter were asked for first: when this is answered, they are there.
await subscriptions.ssubscribe(`${PREFIX}ready`);
http.listen(Number(process.env.PORT || 3001), () => {
  console.log(`Signal server listening on http://localhost:${(http.address() as AddressInfo).port}`);
});
