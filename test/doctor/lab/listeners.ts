import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import type { ServerCertificate } from "../../../src/testing/http2/certificate.ts";

/** Something that listens on loopback until the test is over. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on("connection", socket => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await listening(createServer());
  await close();
  return port;
}

/** Takes every connection and never says a word. */
export const silent = () => listening(createServer());

/** Takes every connection and drops it. */
export const dropping = () => listening(createServer(socket => socket.destroy()));

/** Plain HTTP/1.1, as a web server on the wrong port. */
export const plainHttp = () => listening(createHttpServer((_request, response) => response.end("hello")));

/** TLS that speaks HTTP/1.1 only, as a proxy that opens TLS does. `refuses`: it says so in the handshake. */
export function http1OverTls({ cert, key }: ServerCertificate, refuses: boolean): Promise<Listener> {
  const server = createTlsServer({ cert, key, ...(refuses && { ALPNProtocols: ["http/1.1"] }) }, socket => {
    socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
  });
  server.on("tlsClientError", () => {});
  return listening(server);
}

/** TLS that agrees on HTTP/2 and then says nothing. */
export function silentHttp2({ cert, key }: ServerCertificate): Promise<Listener> {
  return listening(createTlsServer({ cert, key, ALPNProtocols: ["h2"] }, socket => void socket.on("error", () => {})));
}

/** Answers for one name with a certificate of that name, and passes what is inside on to another TLS server. */
export function frontedBy(
  { cert, key }: ServerCertificate,
  target: { readonly port: number; readonly ca: string },
): Promise<Listener> {
  const server = createTlsServer({ cert, key, ALPNProtocols: ["h2"] }, socket => {
    const behind = connectTls({ host: "127.0.0.1", port: target.port, ca: target.ca, ALPNProtocols: ["h2"] });
    socket.on("error", () => behind.destroy()).on("close", () => behind.destroy());
    behind.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  server.on("tlsClientError", () => {});
  return listening(server);
}

/** An HTTP proxy that answers every CONNECT with this status; 200 opens a tunnel to a port on loopback. */
export function proxy(status: number, tunnelTo?: number): Promise<Listener & { readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    socket.on("error", () => {});
    if (status !== 200 || tunnelTo === undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const behind = connect(tunnelTo, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    behind.on("error", () => socket.destroy());
    socket.on("close", () => behind.destroy());
    socket.pipe(behind).pipe(socket);
    return undefined;
  });
  return listening(server).then(listener => ({ ...listener, asked }));
}

/** A web server that answers everything with one status. */
export function answering(status: number, headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
  return listening(createHttpServer((_request, response) => response.writeHead(status, headers).end("{}")));
}

/**
 * A port whose packets vanish: its queue of connections is full and its process is stopped, so that the kernel drops
 * whatever else comes, as a firewall does.
 */
export async function blackhole(): Promise<Listener> {
  const script = `const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port) + "\\n");
    process.kill(process.pid, "SIGSTOP");
  });`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(text);
  const fillers: Socket[] = [];
  for (let filler = 0; filler < 8; filler++) fillers.push(connect(port, "127.0.0.1").on("error", () => {}));
  await new Promise(resolve => setTimeout(resolve, 100));
  return {
    port,
    async close() {
      for (const socket of fillers) socket.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** A DNS server that knows no name; `answers: false`: one that does not even say so. */
export async function dnsServer({ answers }: { readonly answers: boolean }): Promise<Listener> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    if (!answers) return;
    const answer = Buffer.from(query);
    // QR and RCODE 3: this is an answer, and there is no such name.
    answer.writeUInt16BE(0x8183, 2);
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, close: () => new Promise(resolve => socket.close(() => resolve())) };
}
