import type { Server as HttpServer } from "node:http";
import type { Authenticate, OnEvent } from "apns-voip";
import { createWaitingOffers, type PushApiClient } from "apns-voip/signal";
import { Server, type Socket } from "socket.io";
import { asSent, type Body, bodies, type ClientEvent } from "./protocol.ts";
import { sendVoIPPush } from "./send-voip-push.ts";

export interface SignalServerOptions {
  readonly path: string;
  readonly api: PushApiClient;
  /** Who connects: checks the token of the handshake as the API server checks its own. */
  readonly authenticate: Authenticate;
  readonly onEvent: OnEvent;
}

/** Among the phones that have got an offer, the one that stands for all that a push wakes. */
const PUSH = "push";

export function createSignalServer(
  http: HttpServer,
  { path, api, authenticate, onEvent }: SignalServerOptions,
): Server {
  // A phone that has lost its network, or whose app was put to sleep, must not pass for online while somebody calls.
  const io = new Server(http, { path, pingInterval: 5_000, pingTimeout: 5_000, maxHttpBufferSize: 262_144 });
  const offers = createWaitingOffers();

  const phonesOf = (userId: string | number) => io.sockets.adapter.rooms.get(roomOf(userId)) ?? new Set<string>();

  io.use(async (socket, next) => {
    const request = new Request("http://signal.invalid/", {
      headers: { authorization: `Bearer ${socket.handshake.auth.token}` },
    });
    const user = await authenticate(request).catch(() => null);
    if (user?.userId === undefined) return next(new Error("unauthorized"));
    socket.data.userId = asSent(String(user.userId));
    next();
  });

  io.on("connection", socket => {
    const from: string | number = socket.data.userId;
    const toUser = (to: string | number) => io.to(roomOf(to));

    listen(socket, {
      register({ userId }) {
        if (String(userId) !== String(from)) return socket.disconnect();
        const isFirst = phonesOf(from).size === 0;
        socket.join(roomOf(from));
        if (isFirst) io.emit("user-online", { userId: from });
        for (const { event, body } of offers.take(from, socket.id)) socket.emit(event, body);
      },

      offer(offer) {
        const { to, ...body } = offer;
        onEvent({ type: "signal.offer", fromUserId: String(from), toUserId: String(to) });
        const phones = phonesOf(to);
        offers.keep(from, offer, phones.size > 0 ? phones : [PUSH]);
        if (phones.size > 0) toUser(to).emit("offer", { ...body, from });
        else void wake(from, offer);
      },

      answer({ to, ...body }) {
        const { passOn, callEnded } = offers.answered(from, socket.id, to);
        if (passOn) toUser(to).emit("answer", { ...body, from });
        for (const phone of callEnded) io.to(phone).emit("call-ended", { from: to });
      },

      ice(ice) {
        const { to, ...body } = ice;
        offers.addCandidate(from, { to, candidate: ice.candidate });
        toUser(to).emit("ice", { ...body, from });
      },

      "call-end"({ to }) {
        toUser(to).emit("call-ended", { from });
        // Where the callee declines, its other phones ring on until they are told.
        for (const phone of offers.end(from, to, socket.id))
          if (!phonesOf(to).has(phone)) io.to(phone).emit("call-ended", { from: to });
      },

      message({ to, body, displayName }) {
        if (phonesOf(to).size > 0) toUser(to).emit("message", { from, body, timestamp: Date.now() });
        else void api.sendMessage({ toUserId: to, title: displayName || `User ${from}`, body, fromUserId: from });
      },
    });

    socket.on("disconnect", () => {
      if (phonesOf(from).size > 0) return;
      io.emit("user-offline", { userId: from });
      // It may have been gone for a while when somebody called: then only a push can ring it.
      for (const { event, body } of offers.take(from, PUSH))
        if (event === "offer") void wake(body.from, { ...body, to: from });
    });
  });

  /** Rings a user who is offline; when nobody can be woken, the caller is told, and why. */
  async function wake(from: string | number, offer: Body<"offer">): Promise<void> {
    const { to } = offer;
    onEvent({ type: "signal.user-offline", toUserId: String(to) });
    const { status, message } = await sendVoIPPush(api, from, offer);
    const nobodyRings = status === "no-devices" || status === "failed";
    if (!nobodyRings || phonesOf(to).size > 0) return;
    offers.end(from, to);
    io.to(roomOf(from)).emit("call-ended", { from: asSent(to), reason: status, message });
  }

  return io;
}

type Handlers = { readonly [Event in ClientEvent]: (body: Body<Event>) => void };

/** Calls the handlers with bodies that have been checked; tells the phone what is wrong with the others. */
function listen(socket: Socket, handlers: Handlers): void {
  for (const event of Object.keys(bodies) as ClientEvent[]) {
    socket.on(event, (given: unknown) => {
      const read = bodies[event].safeParse(given);
      if (read.success) (handlers[event] as (body: unknown) => void)(read.data);
      else
        socket.emit("bad-request", {
          event,
          issues: read.error.issues.map(({ path, message }) => ({ path, message })),
        });
    });
  }
}

function roomOf(userId: string | number): string {
  return `user:${userId}`;
}
