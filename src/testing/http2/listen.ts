import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Environment } from "../../environment.js";
import type { Core } from "../core.js";
import { makeServerCertificate, type ServerCertificate } from "./certificate.js";
import { serve } from "./session.js";

export interface MockListenOptions {
  /** For production. Default: a free one. */
  readonly port?: number | undefined;
  /** For the sandbox. Default: a free one. */
  readonly sandboxPort?: number | undefined;
  /** Address to bind. Default `127.0.0.1`: nobody else can reach it. */
  readonly host?: string | undefined;
  /** File to write the authority's certificate to, for programs that take a path; `mock.env()` then names it. */
  readonly caPath?: string | undefined;
}

export interface MockApnsListener {
  /** Origins, ready for `createApnsClient({ endpoints })`. */
  readonly endpoints: Readonly<Record<Environment, string>>;
  /** The origin of production. */
  readonly url: string;
  /** PEM of the authority to trust, ready for `createApnsClient({ ca })`. */
  readonly ca: string;
  readonly caPath: string | undefined;
  /** Ends every connection and closes both ports. */
  close(): Promise<void>;
}

export async function listen(core: Core, options: MockListenOptions): Promise<MockApnsListener> {
  const { host = "127.0.0.1", caPath } = options;
  const certificate = makeServerCertificate([...new Set(["localhost", "127.0.0.1", "::1", host])]);
  const production = await open(core, "production", certificate, host, options.port);
  const sandbox = await open(core, "sandbox", certificate, host, options.sandboxPort);
  if (caPath !== undefined) await writeFile(caPath, certificate.ca);
  return {
    endpoints: { production: production.origin, sandbox: sandbox.origin },
    url: production.origin,
    ca: certificate.ca,
    caPath,
    close: async () => void (await Promise.all([production.close(), sandbox.close()])),
  };
}

async function open(
  core: Core,
  environment: Environment,
  { cert, key }: ServerCertificate,
  host: string,
  port = 0,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert, key, ALPNProtocols: ["h2"], minVersion: "TLSv1.2" }, socket => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(core, environment, socket);
  });
  // A handshake that fails is the client's to explain.
  server.on("tlsClientError", () => {});
  await started(server, host, port);
  return {
    origin: `https://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}
