import type { TLSSocket } from "node:tls";
import { openWith } from "../../src/http2/connection.js";
import type { Limits } from "../../src/http2/limits.js";
import type { Goodbye, Http2Connection, Http2Listener, Http2Request } from "../../src/http2/port.js";
import { request, Sent } from "./sent.js";

export interface Client {
  readonly connection: Http2Connection;
  readonly goodbyes: Goodbye[];
  readonly closed: Promise<string>;
  /** How often it was told that there is room again, and that bytes came. */
  readonly told: { roomAgain: number; heard: number };
  send(given?: Partial<Http2Request>): Sent;
  /** Calls once, when bytes have come next. */
  onHeard(call: () => void): void;
}

export async function openClient(
  socket: TLSSocket,
  limits: Partial<Limits> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Client> {
  const goodbyes: Goodbye[] = [];
  let onHeard: (() => void) | undefined;
  const told = { roomAgain: 0, heard: 0 };
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  const listener: Http2Listener = {
    roomAgain: () => void told.roomAgain++,
    heard: () => {
      told.heard++;
      const call = onHeard;
      onHeard = undefined;
      call?.();
    },
    goodbye: goodbye => void goodbyes.push(goodbye),
    closed: resolve,
  };
  const connection = await openWith(socket, { authority: "127.0.0.1", listener, signal }, limits);
  return {
    connection,
    goodbyes,
    closed,
    told,
    onHeard(call) {
      onHeard = call;
    },
    send(given) {
      const sent = new Sent();
      sent.stream = connection.open(request(given), sent);
      return sent;
    },
  };
}
