import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import * as tls from "node:tls";
import { onTestFinished } from "vitest";
import { PING } from "../../src/http2/frame-types.js";
import type { Limits } from "../../src/http2/limits.js";
import { type Client, openClient } from "./client.js";
import { cut, type Frame, ping, settings } from "./frames.js";
import { CERTIFICATE, connectTo } from "./node-server.js";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** The server's side of one connection: it writes what a test says, and shows each frame that came. */
export class RawPeer {
  readonly socket: tls.TLSSocket;
  readonly #tcp: Socket;
  readonly frames: Frame[] = [];
  #octets: Buffer = Buffer.alloc(0);
  #waiting: (() => void)[] = [];
  #syncs = 0;
  hasEnded = false;

  constructor(socket: tls.TLSSocket, tcp: Socket) {
    this.socket = socket;
    this.#tcp = tcp;
    let prefaced = false;
    const wake = () => {
      for (const each of this.#waiting.splice(0)) each();
    };
    socket.on("error", () => {});
    socket.on("close", () => {
      this.hasEnded = true;
      wake();
    });
    socket.on("data", chunk => {
      this.#octets = Buffer.concat([this.#octets, chunk]);
      if (!prefaced && this.#octets.length >= PREFACE.length) {
        if (this.#octets.toString("latin1", 0, PREFACE.length) !== PREFACE) throw new Error("no preface of HTTP/2");
        prefaced = true;
        this.#octets = this.#octets.subarray(PREFACE.length);
      }
      if (!prefaced) return;
      const { frames, rest } = cut(this.#octets);
      this.frames.push(...frames);
      this.#octets = rest;
      wake();
    });
  }

  write(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The first frame that is so, when it has come; an error if the connection ends without it. */
  async frame(is: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(is);
      if (found !== undefined) return found;
      if (this.hasEnded) throw new Error(`the connection ended without that frame; ${this.frames.length} came`);
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  /** Closes the connection: after TLS said so, without that, or by a reset. */
  close(how: "end" | "destroy" | "reset"): void {
    if (how === "reset") this.#tcp.resetAndDestroy();
    else this.socket[how]();
  }

  /** Everything that was written so far has been read, and what it led to is here. */
  async sync(): Promise<void> {
    const text = `sync${String(++this.#syncs).padStart(4, "0")}`;
    this.write(ping(text));
    await this.frame(({ type, payload }) => type === PING && payload.toString() === text);
  }

  /** All that came of one type. */
  of(type: number): Frame[] {
    return this.frames.filter(frame => frame.type === type);
  }

  /** When the connection has ended. */
  async ended(): Promise<void> {
    while (!this.hasEnded) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }
}

/** Listens, and gives the peer of each connection. */
export async function rawServer(onPeer: (peer: RawPeer) => void): Promise<number> {
  const server = createServer();
  // TLS on a socket of ours, so that it can be reset.
  server.on("connection", tcp => {
    tcp.setNoDelay(true);
    const socket = new tls.TLSSocket(tcp, {
      isServer: true,
      secureContext: tls.createSecureContext(CERTIFICATE),
      ALPNProtocols: ["h2"],
    });
    const peer = new RawPeer(socket, tcp);
    socket.once("secure", () => onPeer(peer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

export interface Pair {
  readonly peer: RawPeer;
  readonly client: Client;
}

/** A client of ours and a peer that says nothing by itself but its first frames, an empty SETTINGS unless given. */
export async function pair(first: readonly Buffer[] = [settings()], limits: Partial<Limits> = {}): Promise<Pair> {
  const { promise, resolve } = Promise.withResolvers<RawPeer>();
  const port = await rawServer(peer => {
    peer.write(...first);
    resolve(peer);
  });
  const client = await openClient(await connectTo(port), limits);
  const peer = await promise;
  onTestFinished(() => {
    client.connection.destroy("the test is over");
    peer.socket.destroy();
  });
  return { peer, client };
}
