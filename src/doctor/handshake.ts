import type { Socket } from "node:net";
import { isIP } from "node:net";
import * as tls from "node:tls";

/** How a TLS handshake went. An untrusted certificate is a finding here, not an error: nothing is sent over it. */
export interface Handshake {
  readonly socket: tls.TLSSocket;
  readonly version: string;
  /** The protocol that was agreed on: `h2`, `http/1.1`, or nothing. */
  readonly alpn: string | undefined;
  /** Why the certificate is not trusted: an OpenSSL or Node.js code. */
  readonly distrust: string | undefined;
  /** The issuer of the last certificate in the chain. */
  readonly issuer: string;
}

export interface HandshakeOptions {
  readonly host: string;
  readonly alpn: readonly string[];
  /** PEM certificates trusted besides the system's. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

/** TLS on a connected socket. Rejects only when there is no TLS at the other end, or no agreement on the protocol. */
export function shakeHands(tcp: Socket, { host, alpn, ca, signal }: HandshakeOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: tcp,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: [...alpn],
      minVersion: "TLSv1.2",
      // The certificate is judged below. To refuse it here would hide its issuer.
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca: [...tls.getCACertificates("default"), ca] }),
    });
    const abort = () => socket.destroy(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const fail = (error: Error) => {
      signal.removeEventListener("abort", abort);
      socket.on("error", () => {});
      reject(error);
    };
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", fail);
      resolve({
        socket,
        version: socket.getProtocol() ?? "TLS",
        alpn: socket.alpnProtocol || undefined,
        distrust: socket.authorized ? undefined : codeOf(socket.authorizationError),
        issuer: lastIssuer(socket.getPeerCertificate(true)),
      });
    });
  });
}

// `authorizationError` is typed as an Error. In practice it is a text, except where the host name does not fit.
function codeOf(problem: unknown): string {
  if (typeof problem === "string") return problem;
  return (problem as { readonly code?: string } | null)?.code ?? "untrusted";
}

function lastIssuer(leaf: tls.DetailedPeerCertificate): string {
  const seen = new Set<string>();
  let certificate = leaf;
  while (certificate?.issuerCertificate && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    certificate = certificate.issuerCertificate;
  }
  const { CN, O } = certificate?.issuer ?? {};
  return [CN, O].flat().find(name => typeof name === "string") ?? "?";
}
