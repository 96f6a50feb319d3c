import { isIP, type Socket } from "node:net";
import * as tls from "node:tls";
import { ApnsVoipError } from "../errors.js";
import { isPlainText, networkCause } from "../internal/network-cause.js";

export interface ConnectOptions {
  readonly origin: string;
  readonly proxy: URL | undefined;
  /** PEM certificates trusted besides the system's. */
  readonly ca: string | undefined;
  /** Ends the attempt: nobody waits any more, or it took too long. */
  readonly signal: AbortSignal;
}

/** TCP (through the proxy, if there is one), TLS, and `h2` agreed. Rejects with `CONNECTION_FAILED`. */
export async function connectToApple({ origin, proxy, ca, signal }: ConnectOptions): Promise<tls.TLSSocket> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, "");
  try {
    const tunnel = proxy && (await openTunnel(proxy, `${hostname}:${port || 443}`, signal));
    return await secure({ host, port: Number(port || 443), tunnel, ca, signal });
  } catch (cause) {
    if (cause instanceof ApnsVoipError) throw cause;
    const why = signal.aborted ? String((signal.reason as Error)?.message ?? signal.reason) : wordsFor(cause);
    throw new ApnsVoipError(
      "CONNECTION_FAILED",
      `could not connect to ${origin}${proxy ? ` through the proxy ${proxy.host}` : ""}: ${why}`,
      { cause },
    );
  }
}

/** Apple never speaks plain HTTP, so `http://` is no way out here: something else answered. */
function wordsFor(cause: unknown): string {
  return isPlainText(cause)
    ? "the other end does not speak TLS: a proxy or firewall, or a wrong port"
    : networkCause(cause);
}

interface SecureOptions {
  readonly host: string;
  readonly port: number;
  readonly tunnel: Socket | undefined;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

function secure({ host, port, tunnel, ca, signal }: SecureOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = tls.connect({
      host,
      port,
      ...(tunnel && { socket: tunnel }),
      ...(isIP(host) === 0 && { servername: host }),
      // Only h2: whoever answers with something else is not Apple.
      ALPNProtocols: ["h2"],
      minVersion: "TLSv1.2",
      // `ca` alone would replace the system's roots.
      ...(ca !== undefined && { ca: [...tls.getCACertificates("default"), ca] }),
    });
    // A reset between two owners, or after the last of them, must not take the process down.
    socket.on("error", () => {});
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const abort = () => socket.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    const fail = (error: NodeJS.ErrnoException) => {
      signal.removeEventListener("abort", abort);
      reject(error.code?.endsWith("NO_APPLICATION_PROTOCOL") ? noHttp2(host, port, "it refused") : error);
    };
    const closedEarly = () => fail(new Error("the other side closed the connection during the TLS handshake"));
    socket.once("error", fail);
    socket.once("close", closedEarly);
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", fail).off("close", closedEarly);
      if (socket.alpnProtocol === "h2") return resolve(socket);
      socket.destroy();
      reject(noHttp2(host, port, `it chose ${socket.alpnProtocol || "nothing"}`));
    });
  });
}

function noHttp2(host: string, port: number, what: string): ApnsVoipError {
  return new ApnsVoipError(
    "CONNECTION_FAILED",
    `${host}:${port} did not agree on HTTP/2 (${what}): a proxy or firewall in between is answering instead of Apple`,
  );
}

async function openTunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  // Only where there is a proxy: an `import` of node:http loads the undici inside Node, which costs a start more than TLS.
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const asking = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: Number(proxy.port || 80),
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(proxy.username !== "" && { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }),
      },
      agent: false,
      signal,
    });
    asking.once("error", reject);
    asking.once("connect", (response, socket) => {
      socket.on("error", () => {});
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(proxyRefused(proxy, target, response.statusCode));
    });
    asking.once("response", response => {
      response.destroy();
      reject(proxyRefused(proxy, target, response.statusCode));
    });
    asking.end();
  });
}

function proxyRefused(proxy: URL, target: string, status: number | undefined): ApnsVoipError {
  const hint = status === 407 ? ": it wants a user name and a password, or other ones" : "";
  return new ApnsVoipError(
    "CONNECTION_FAILED",
    `the proxy ${proxy.host} refused CONNECT ${target} with status ${status}${hint}`,
  );
}
