import { connect, type Socket } from "node:net";
import { type ApnsClientOptions, createApnsClient } from "apns-voip";
import type { World } from "apns-voip/doctor";

const LOOPBACK = /^(127\.0\.0\.1|localhost|::1)$/;

/** The world as it is, except that nothing beyond this machine can be reached: a test that tries fails. */
export const guardedWorld: Partial<World> = {
  lookup: async host => {
    throw new Error(`a test looked up ${host}`);
  },
  connect: (host, port, signal) => {
    if (!LOOPBACK.test(host)) throw new Error(`a test connected to ${host}`);
    return openSocket(host, port, signal);
  },
  createApnsClient: options => {
    const { production = "", sandbox = "" } = options.endpoints ?? {};
    for (const origin of [production, sandbox]) {
      if (!LOOPBACK.test(new URL(origin).hostname)) throw new Error(`a test would have sent to ${origin}`);
    }
    return createApnsClient(options);
  },
};

/** Apple's own names, each port of each leading to a port on loopback. */
export function routedWorld(
  route: (host: string, port: number) => number,
  client?: Partial<ApnsClientOptions>,
): Partial<World> {
  return {
    ...guardedWorld,
    lookup: async () => ["127.0.0.1"],
    connect: (host, port, signal) => openSocket("127.0.0.1", route(host, port), signal),
    ...(client && { createApnsClient: options => createApnsClient({ ...options, ...client } as ApnsClientOptions) }),
  };
}

function openSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const abort = () => socket.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      resolve(socket.off("error", reject));
    });
  });
}
