import { lookup } from "node:dns/promises";
import { readFile, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import type { ApnsClient } from "../apns/client.js";
import { createApnsClient } from "../apns/create-client.js";
import type { ApnsClientOptions } from "../apns/options.js";
import { type Clock, systemClock } from "../clock.js";

/** Everything the doctor touches outside itself. Tests and other runtimes put in their own. */
export interface World {
  /** `process.version` without the `v`. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  readFile(path: string): Promise<Uint8Array>;
  /** The permission bits of a file: `0o600`. `undefined` where the system has none. */
  fileMode(path: string): Promise<number | undefined>;
  /** All addresses of a host name. */
  lookup(host: string): Promise<readonly string[]>;
  /** A TCP connection. */
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  createApnsClient(options: ApnsClientOptions): ApnsClient;
}

export const systemWorld: World = {
  nodeVersion: process.versions.node,
  clock: systemClock,
  readFile: path => readFile(path),
  fileMode: async path => (process.platform === "win32" ? undefined : (await stat(path)).mode & 0o777),
  lookup: async host => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: openSocket,
  // The global `fetch` is looked up at each call, so that a replacement is used.
  fetch: (url, init) => globalThis.fetch(url, init),
  createApnsClient,
};

function openSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const abort = () => socket.destroy(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
