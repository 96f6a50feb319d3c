import type { Socket } from "node:net";
import { ApnsVoipError } from "../errors.js";

export interface TunnelOptions {
  /** `http:` or `https:`, perhaps with a user name and a password. */
  readonly proxy: URL;
  /** Host and port behind it. */
  readonly target: string;
  /** The certificates to trust, for a proxy over TLS. Undefined: the system's. */
  readonly ca: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Asks an HTTP proxy to connect us through (RFC 9110 §9.3.6). The socket that comes out ends at the target. */
export async function openTunnel({ proxy, target, ca, signal }: TunnelOptions): Promise<Socket> {
  const isSecure = proxy.protocol === "https:";
  // Loaded only where there is a proxy: node:http loads the undici inside Node, which costs a start more than TLS.
  const { request } = isSecure ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const asking = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: Number(proxy.port || (isSecure ? 443 : 80)),
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(proxy.username !== "" && { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }),
      },
      agent: false,
      signal,
      ...(isSecure && ca !== undefined && { ca: [...ca] }),
    });
    // Never removed, because a reset after the answer must not end the process.
    asking.on("error", reject);
    asking.once("connect", (response, socket: Socket) => {
      socket.on("error", () => {});
      if (response.statusCode === 200 && !signal.aborted) return resolve(socket);
      socket.destroy();
      reject(signal.aborted ? signal.reason : refused(proxy, target, response.statusCode));
    });
    asking.once("response", response => {
      response.destroy();
      reject(refused(proxy, target, response.statusCode));
    });
    asking.end();
  });
}

/** What a proxy's status most likely means. */
const HINTS: Readonly<Record<number, string>> = {
  401: ": it wants a user name and a password, or other ones",
  403: ": it allows no connection to that host and port",
  407: ": it wants a user name and a password, or other ones",
};

function refused(proxy: URL, target: string, status = 0): ApnsVoipError {
  const message = `the proxy ${proxy.host} refused CONNECT ${target} with status ${status}${HINTS[status] ?? ""}`;
  return new ApnsVoipError("CONNECTION_FAILED", message);
}
