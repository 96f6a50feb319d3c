import { io, type Socket } from "socket.io-client";

/** The app on a phone: its HTTP calls and its socket, as the real one makes them. */
export interface Phone {
  readonly userId: number;
  /** Uploads tokens; resolves with the status, the only thing that the app looks at. */
  putTokens(tokens: object): Promise<number>;
  /** The app runs: it connects and registers. A later app also says which phone it is. */
  open(signalUrl?: string): Promise<void>;
  /** The app is killed. */
  kill(): void;
  send(event: string, body: object): void;
  /** The next event of that name, also if it came already. */
  next<Body = Record<string, unknown>>(event: string): Promise<Body>;
  /** Events that nobody has waited for, as `[event, body]`, oldest first. */
  readonly unread: readonly (readonly [event: string, body: unknown])[];
}

export interface PhoneOptions {
  readonly userId: number;
  /** What a login has given it: the Bearer token, for both servers. */
  readonly login: string;
  readonly apiUrl: string;
  readonly signalUrl: string;
  /** The app's own id of this phone; absent: an app that does not send one. */
  readonly deviceId?: string | undefined;
}

/** Milliseconds to wait for an event. */
const PATIENCE = 60_000;

export function createPhone({ userId, login, apiUrl, signalUrl, deviceId }: PhoneOptions): Phone {
  const unread: (readonly [event: string, body: unknown])[] = [];
  let socket: Socket | undefined;
  let notice: (() => void) | undefined;

  return {
    userId,
    unread,

    async putTokens(tokens) {
      const response = await fetch(`${apiUrl}/api/v1/me/devices`, {
        method: "PUT",
        headers: { authorization: `Bearer ${login}`, "content-type": "application/json" },
        body: JSON.stringify({ platform: "ios", deviceId, ...tokens }),
      });
      await response.text();
      return response.status;
    },

    async open(url = signalUrl) {
      const { origin, pathname } = new URL(url);
      const opened = io(origin, { path: pathname, auth: { token: login }, transports: ["websocket"], forceNew: true });
      socket = opened;
      opened.onAny((event: string, body: unknown) => {
        unread.push([event, body]);
        notice?.();
      });
      await new Promise<void>((resolve, reject) => {
        opened.once("connect", resolve).once("connect_error", reject);
      });
      opened.on("connect", () => opened.emit("register", { userId, deviceId }));
      opened.emit("register", { userId, deviceId });
    },

    kill() {
      socket?.disconnect();
    },

    send(event, body) {
      socket?.emit(event, body);
    },

    async next<Body>(event: string) {
      const since = Date.now();
      for (;;) {
        const index = unread.findIndex(([name]) => name === event);
        if (index >= 0) return unread.splice(index, 1)[0]?.[1] as Body;
        if (Date.now() - since > PATIENCE) throw new Error(`user ${userId} did not get "${event}"`);
        await new Promise<void>(resolve => {
          notice = resolve;
          setTimeout(resolve, 500).unref();
        });
      }
    },
  };
}
