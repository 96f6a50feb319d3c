import { isIP, type Socket } from "node:net";
import * as tls from "node:tls";
import { ApnsVoipError } from "../errors.js";
import { isPlainText, networkCause } from "../internal/network-cause.js";
import { openTunnel } from "./tunnel.js";

export interface ConnectOptions {
  readonly origin: string;
  readonly proxy: URL | undefined;
  /** PEM certificates trusted besides the system's. */
  readonly ca: string | undefined;
  /** Ends the attempt, because nobody waits any more or it took too long. */
  readonly signal: AbortSignal;
}

/** TCP (through the proxy, if there is one), TLS, and `h2` agreed. Rejects with `CONNECTION_FAILED`. */
export async function connectToApple({ origin, proxy, ca, signal }: ConnectOptions): Promise<tls.TLSSocket> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, "");
  try {
    // `ca` alone would replace the system's roots.
    const roots = ca === undefined ? undefined : [...tls.getCACertificates("default"), ca];
    const tunnel = proxy && (await openTunnel({ proxy, target: `${hostname}:${port || 443}`, ca: roots, signal }));
    return await secure({ host, port: Number(port || 443), tunnel, ca: roots, signal }).catch(error => {
      tunnel?.destroy();
      throw error;
    });
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

/** The error's words. They do not advise `http://`, because Apple never speaks plain HTTP: something else has answered. */
function wordsFor(cause: unknown): string {
  return isPlainText(cause)
    ? "the other end does not speak TLS: a proxy or firewall, or a wrong port"
    : networkCause(cause);
}

interface SecureOptions {
  readonly host: string;
  readonly port: number;
  readonly tunnel: Socket | undefined;
  readonly ca: readonly string[] | undefined;
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
      // Only h2 is offered: a server that wants another protocol is not Apple.
      ALPNProtocols: ["h2"],
      minVersion: "TLSv1.2",
      ...(ca !== undefined && { ca: [...ca] }),
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
