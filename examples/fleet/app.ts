import { io } from "socket.io-client";

/** The app on a phone, running: connected, or about to connect again. */
export interface App {
  /** The signal server that it is registered with. */
  readonly server: string | undefined;
  /**
   * Sends, and resolves with the server's acknowledgement. Says it again until there is one, to whichever server, as
   * long as `isWorthIt` says so.
   */
  send(event: string, body: object, isWorthIt?: () => boolean): Promise<void>;
  close(): void;
}

export interface AppOptions {
  readonly userId: number;
  readonly deviceId: string;
  readonly login: string;
  readonly signalUrl: string;
  readonly onEvent: (event: string, body: Readonly<Record<string, unknown>>, connection: string) => void;
}

/**
 * Milliseconds to wait for an acknowledgement: longer than a server needs to ring somebody while API servers are
 * replaced.
 */
const PATIENCE = 15_000;

/** Starts the app; resolves when it is registered. */
export async function openApp({ userId, deviceId, login, signalUrl, onEvent }: AppOptions): Promise<App> {
  let server: string | undefined;
  let open = true;
  const socket = io(signalUrl, {
    path: "/signal/socket.io/",
    auth: { token: login },
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: 200,
    reconnectionDelayMax: 1_000,
  });
  const registered = new Promise<void>(resolve => {
    socket.on("connect", () => {
      socket.emit("register", { userId, deviceId }, (answer: { readonly server: string }) => {
        server = answer.server;
        resolve();
      });
    });
  });
  socket.onAny((event, body) => onEvent(event, body, socket.id ?? ""));
  await registered;

  return {
    get server() {
      return server;
    },
    async send(event, body, isWorthIt = () => true) {
      for (;;) {
        try {
          return void (await socket.timeout(PATIENCE).emitWithAck(event, body));
        } catch (error) {
          // The connection was lost, or the server behind it. The next try waits for a new connection.
          if (!open) throw error;
          if (!isWorthIt()) return;
        }
      }
    },
    close() {
      open = false;
      socket.disconnect();
    },
  };
}
