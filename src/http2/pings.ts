import { putPing } from "./control-frames.js";
import type { Outgoing } from "./outgoing.js";

/** Our PING frames, and who waits for each (RFC 9113 §6.7). */
export class Pings {
  readonly #waiting = new Map<number, () => void>();
  #last = 0;

  send(out: Outgoing, onAnswer: () => void): void {
    this.#last = (this.#last + 1) >>> 0;
    this.#waiting.set(this.#last, onAnswer);
    putPing(out, this.#last);
  }

  /** False for an answer to a ping that nobody sent. */
  answered(bytes: Buffer, start: number): boolean {
    const number = bytes.readUInt32BE(start) === 0 ? bytes.readUInt32BE(start + 4) : -1;
    const onAnswer = this.#waiting.get(number);
    this.#waiting.delete(number);
    onAnswer?.();
    return onAnswer !== undefined;
  }
}
