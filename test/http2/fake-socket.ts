import { EventEmitter } from "node:events";
import type { TLSSocket } from "node:tls";
import { cut, type Frame } from "./frames.ts";

const PREFACE = 24;

/** What a connection needs of a socket, in memory: for many runs a second. */
export class FakeSocket extends EventEmitter {
  writable = true;
  destroyed = false;
  readonly errored = null;
  /** False: it takes what is written, and says that it does not drain. */
  drains = true;
  holdsProcess = true;
  #written: Buffer[] = [];
  #callbacks: (() => void)[] = [];

  get asSocket(): TLSSocket {
    return this as unknown as TLSSocket;
  }

  write(octets: Buffer, done: () => void): boolean {
    if (!this.writable) throw new Error("written after its end");
    // Copied, because the connection may use its buffer again once it is told.
    this.#written.push(Buffer.from(octets));
    this.#callbacks.push(done);
    return this.drains;
  }

  /** Tells of the writes that are done, and drains. */
  settle(drains: boolean): void {
    const wasFull = !this.drains;
    this.drains = drains;
    for (const done of this.#callbacks.splice(0)) done();
    if (wasFull && drains) this.emit("drain");
  }

  /** All frames that were passed to it. */
  get frames(): Frame[] {
    const { frames, rest } = cut(Buffer.concat(this.#written).subarray(PREFACE));
    if (rest.length > 0) throw new Error(`${rest.length} octets behind the last whole frame`);
    return frames;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.writable = false;
    queueMicrotask(() => this.emit("close"));
  }

  destroySoon(): void {
    this.writable = false;
    queueMicrotask(() => this.destroy());
  }

  ref(): void {
    this.holdsProcess = true;
  }

  unref(): void {
    this.holdsProcess = false;
  }
}
