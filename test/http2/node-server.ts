import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { onTestFinished } from "vitest";
import { makeAuthority } from "../../src/testing/http2/certificate.js";

const authority = makeAuthority();

/** What a server on loopback shows, and a client believes. */
export const CERTIFICATE = authority.issue(["localhost", "127.0.0.1"]);
const { ca } = authority;

/** A server that is Node's, and nothing of ours. It ends with the test. */
export async function nodeServer(
  answer: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, flags: number) => void,
  options: http2.SecureServerOptions = {},
): Promise<{ readonly server: http2.Http2SecureServer; readonly port: number; sessions: http2.ServerHttp2Session[] }> {
  const server = http2.createSecureServer({ ...CERTIFICATE, ...options });
  const sessions: http2.ServerHttp2Session[] = [];
  server.on("session", session => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers, flags) => {
    stream.on("error", () => {});
    answer(stream, headers, flags);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, sessions };
}

/** A socket to it on which HTTP/2 is agreed. */
export async function connectTo(port: number): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host: "127.0.0.1", port, ca, ALPNProtocols: ["h2"] });
  socket.setNoDelay(true);
  await once(socket, "secureConnect");
  onTestFinished(() => void socket.destroy());
  return socket;
}
