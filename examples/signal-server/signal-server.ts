import type { Server as HttpServer } from "node:http";
import type { Authenticate, OnEvent } from "apns-voip";
import { type CallSignal, createCalls, type Phone, type PushApiClient } from "apns-voip/signal";
import { Server } from "socket.io";
import { listen } from "./listen.ts";
import { asSent } from "./protocol.ts";

export interface SignalServerOptions {
  readonly path: string;
  readonly api: PushApiClient;
  /** Who connects: checks the token of the handshake as the API server checks its own. */
  readonly authenticate: Authenticate;
  readonly onEvent: OnEvent;
  /** Milliseconds that a call rings. */
  readonly ringTimeout?: number | undefined;
}

/** One signal server. It authenticates, reads bodies and emits; who rings and who stops is for `createCalls` to say. */
export function createSignalServer(
  http: HttpServer,
  { path, api, authenticate, onEvent, ringTimeout }: SignalServerOptions,
): { close(): Promise<void> } {
  // A phone that has lost its network, or whose app was put to sleep, must not pass for online while somebody calls.
  const io = new Server(http, { path, pingInterval: 5_000, pingTimeout: 5_000, maxHttpBufferSize: 262_144 });

  const roomOf = (userId: string | number) => `user:${userId}`;
  const socketsOf = (userId: string | number) => [...(io.sockets.adapter.rooms.get(roomOf(userId)) ?? [])];
  const send = (signals: readonly CallSignal[]) => {
    for (const { phone, event, body } of signals) io.to(phone).emit(event, body);
  };

  const calls = createCalls({
    push: api,
    online: userId => socketsOf(userId).flatMap((id): Phone[] => io.sockets.sockets.get(id)?.data.phone ?? []),
    emit: send,
    async onMissed({ toUserId, fromUserId, fromDisplayName }) {
      await api.sendMessage({ toUserId, fromUserId, title: fromDisplayName, body: "Missed call" });
    },
    onEvent,
    ringTimeout,
  });

  io.use(async (socket, next) => {
    const request = new Request("http://signal.invalid/", {
      headers: { authorization: `Bearer ${socket.handshake.auth.token}` },
    });
    const user = await authenticate(request).catch(() => null);
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
        if (socketsOf(from).length === 0) io.emit("user-online", { userId: from });
        // First the room, so that `online` lists the phone; then what it must get.
        socket.join(roomOf(from));
        send(await calls.register(phone()));
      },
      offer: async body => send(await calls.offer(phone(), body)),
      answer: async body => send(await calls.answer(phone(), body)),
      ice: async body => send(await calls.candidate(phone(), { to: body.to, candidate: body.candidate })),
      "call-end": async body => send(await calls.end(phone(), body)),

      async message({ to, body, displayName }) {
        if (socketsOf(to).length > 0) io.to(roomOf(to)).emit("message", { from, body, timestamp: Date.now() });
        else await api.sendMessage({ toUserId: to, title: displayName || `User ${from}`, body, fromUserId: from });
      },
    });

    socket.on("disconnect", async () => {
      // The socket has left its room already: `online` no longer lists it.
      if (socketsOf(from).length === 0) io.emit("user-offline", { userId: from });
      send(await calls.gone(phone()));
    });
  });

  return {
    async close() {
      await calls.close();
      await io.close();
    },
  };
}
