import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApnsVoipError } from "../../errors.js";

/** What keeps a server from listening, and what to do. */
const PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use: is the mock running already? End what holds it, or give another port, 0 for any free one",
  EACCES: "may not be opened by this user: give a port above 1023",
  EADDRNOTAVAIL: "cannot be opened: the host is no address of this machine",
  ENOTFOUND: "cannot be opened: the host has no address",
};

/** Waits for what listens. @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming port and host. */
export async function opened<T>(listening: Promise<T>, host: string): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code = "", port } = error as NodeJS.ErrnoException & { readonly port?: number };
    const problem = PROBLEMS[code];
    if (problem === undefined) throw error;
    const where = port === undefined ? host : `port ${port} on ${host}`;
    throw new ApnsVoipError("INVALID_OPTIONS", `${where} ${problem}`, { cause: error });
  }
}

/** Opens a port; resolves with its number. */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Closes the port and every connection, also those that stay open to tell what happens. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** How to name a host in a URL: an IPv6 address in brackets, and all addresses at once by loopback. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
