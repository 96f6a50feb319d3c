import { request } from "node:http";
import type { Socket } from "node:net";

/** What a proxy said to CONNECT. `socket` only with status 200. */
export interface Tunnel {
  readonly status: number;
  readonly socket: Socket | undefined;
}

/** Asks a proxy, on a connected socket, for a way to `target` (`host:port`). */
export function askForTunnel(tcp: Socket, proxy: URL, target: string, signal: AbortSignal): Promise<Tunnel> {
  return new Promise((resolve, reject) => {
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const asking = request({
      createConnection: () => tcp,
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(proxy.username !== "" && { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }),
      },
      signal,
    });
    asking.once("error", error => reject(signal.aborted ? signal.reason : error));
    asking.once("connect", (response, socket) => {
      const accepted = response.statusCode === 200;
      if (!accepted) socket.destroy();
      resolve({ status: response.statusCode ?? 0, socket: accepted ? (socket as Socket) : undefined });
    });
    asking.once("response", response => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, socket: undefined });
    });
    asking.end();
  });
}
