import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Environment } from "../../environment.js";
import { aText, checkOptions, type OptionChecks, wants, whole } from "../../internal/options.js";
import type { Connection } from "../connection.js";
import type { Core } from "../core.js";
import { passGate } from "../faults.js";
import type { Authority, ServerCertificate } from "./certificate.js";
import { serve } from "./session.js";

export interface MockListenOptions {
  /** For production. Default: a free one. */
  readonly port?: number | undefined;
  /** For the sandbox. Default: a free one. */
  readonly sandboxPort?: number | undefined;
  /** Address to bind. Default `127.0.0.1`: only this machine can reach it. */
  readonly host?: string | undefined;
  /** More host names and addresses for the certificate, besides loopback: that of a container, for example. */
  readonly hostNames?: readonly string[] | undefined;
  /** File to write the authority's certificate to, for programs that take a path; `mock.env()` then names it. */
  readonly caPath?: string | undefined;
}

const CHECKS: OptionChecks<MockListenOptions> = {
  port: whole(0, 65_535),
  sandboxPort: whole(0, 65_535),
  host: aText,
  hostNames: wants("a list of host names and addresses", given => Array.isArray(given)),
  caPath: aText,
};

/** Where the mock listens. */
export interface MockApnsListener extends AsyncDisposable {
  /** Origins, ready for `createApnsClient({ endpoints })`. */
  readonly endpoints: Readonly<Record<Environment, string>>;
  /** The origin of production. */
  readonly url: string;
  /** PEM of the authority to trust, ready for `createApnsClient({ ca })`. The same for all listeners of one mock. */
  readonly ca: string;
  readonly caPath: string | undefined;
  /** Ends every connection and closes both ports. */
  close(): Promise<void>;
}

export async function listen(
  core: Core,
  authority: Authority,
  options: MockListenOptions,
  onClose: () => void,
): Promise<MockApnsListener> {
  checkOptions("mock.listen", options, CHECKS);
  const { host = "127.0.0.1", hostNames = [], port = 0, sandboxPort = 0, caPath } = options;
  const certificate = authority.issue([...new Set(["localhost", "127.0.0.1", "::1", host, ...hostNames])]);
  const production = await open(core, "production", certificate, host, port);
  const sandbox = await open(core, "sandbox", certificate, host, sandboxPort).catch(async error => {
    await production.close();
    throw error;
  });
  const closePorts = () => Promise.all([production.close(), sandbox.close()]);
  if (caPath !== undefined) {
    await writeFile(caPath, authority.ca).catch(async error => {
      await closePorts();
      throw error;
    });
  }
  const close = async () => {
    onClose();
    await closePorts();
  };
  return {
    endpoints: { production: production.origin, sandbox: sandbox.origin },
    url: production.origin,
    ca: authority.ca,
    caPath,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Port {
  readonly origin: string;
  close(): Promise<void>;
}

async function open(
  core: Core,
  environment: Environment,
  { cert, key }: ServerCertificate,
  host: string,
  port: number,
): Promise<Port> {
  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  const tls = createTlsServer({ cert, key, ALPNProtocols: ["h2"], minVersion: "TLSv1.2" }, socket => {
    const connection = serve(core, environment, socket);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  // A failed handshake is no error here: the client reports it.
  tls.on("tlsClientError", () => {});

  // Without `noDelay` small frames wait for each other, and a first push takes 40 ms more.
  const server = createTcpServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    const gate = passGate(core.gate);
    if (gate === "refuse") socket.resetAndDestroy();
    if (gate === "open") tls.emit("connection", socket);
  });
  await listening(server, host, port);

  return {
    origin: `https://${nameOf(host)}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        // The mock closes these connections, so their senders violate nothing.
        for (const connection of connections) connection.disturbed = true;
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}

/** How to reach a server bound to `host`: an IPv6 address in brackets, and all addresses at once by loopback. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
