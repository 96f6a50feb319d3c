import { ConnectionError, ENHANCE_YOUR_CALM } from "./error-codes.js";
import type { Limits } from "./limits.js";

/**
 * Frames that ask for work and bring nothing: PING, SETTINGS, empty DATA, resets of what is closed, frames of no use. Each is
 * legal, so only a flood of them is a reason to end the connection (RFC 9113 §10.5).
 */
export class IdleFrames {
  readonly #limits: Limits;
  #count = 0;
  #since: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#since = limits.now();
  }

  /** Counts such a frame, or something that costs as much as several. */
  count(frames = 1): void {
    this.#count += frames;
    if (this.#count > this.#limits.idleFrames) this.#forgive();
  }

  /** A request is sent, which allows the server more such frames. What it does not use is kept, up to a bound. */
  streamOpened(): void {
    const { idleFrames, idleFramesPerStream } = this.#limits;
    if (this.#count > -16 * idleFrames) this.#count -= idleFramesPerStream;
  }

  /** Forgives what the time since the last look allows. The clock is read only here, once in many frames. */
  #forgive(): void {
    const { now, idleFrames, idleFramesPerSecond } = this.#limits;
    const at = now();
    this.#count = Math.max(0, this.#count - Math.floor(((at - this.#since) / 1000) * idleFramesPerSecond));
    this.#since = at;
    if (this.#count > idleFrames) throw new ConnectionError(ENHANCE_YOUR_CALM, "a flood of frames that bring nothing");
  }
}
