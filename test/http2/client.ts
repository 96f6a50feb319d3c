import type { TLSSocket } from "node:tls";
import { openWith } from "../../src/http2/connection.js";
import type { Limits } from "../../src/http2/limits.js";
import type {
  Fields,
  Goodbye,
  Http2Connection,
  Http2Listener,
  Http2Request,
  Http2Stream,
  StreamEnd,
  StreamHandler,
} from "../../src/http2/port.js";

const SHARED: Fields = [
  ["apns-topic", "com.example.app.voip"],
  ["apns-push-type", "voip"],
  ["apns-priority", "10"],
  ["apns-expiration", "0"],
];

export const request = (given: Partial<Http2Request> = {}): Http2Request => ({
  path: "/3/device/00aa",
  authorization: "bearer abc.def.ghi",
  shared: SHARED,
  own: [["apns-id", "3f1e0000-0000-4000-8000-000000000000"]],
  body: '{"callId":"11-10"}',
  ...given,
});

/** One request of a test, and what became of it. */
export class Sent implements StreamHandler {
  hasLeft = false;
  readonly ends: StreamEnd[] = [];
  stream: Http2Stream | undefined;
  #onEnd: (() => void) | undefined;
  readonly #ended = Promise.withResolvers<StreamEnd>();

  left(): void {
    this.hasLeft = true;
  }

  ended(end: StreamEnd): void {
    this.ends.push(end);
    this.#onEnd?.();
    this.#ended.resolve(end);
  }

  /** Calls within `ended`. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  get end(): Promise<StreamEnd> {
    return this.#ended.promise;
  }

  /** `"answered 200"`, `"lost"`, … */
  get kind(): Promise<string> {
    return this.end.then(end => (end.kind === "answered" ? `answered ${end.status}` : end.kind));
  }
}

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
