import { type Clock, monotonicNow } from "../clock.js";
import { LATE } from "../internal/expiry.js";

/** Milliseconds within which a ping must be answered. Otherwise the connection is given up. */
const PING_DEADLINE = 5000;
/** Milliseconds for the answer to a ping that follows a time-out: fewer, because there has been silence already. */
const TIMEOUT_PROBE_DEADLINE = 2000;
/** Milliseconds for the answer to a ping that follows silence, a freeze or a long quiet: a call may be waiting for it. */
const PROBE_DEADLINE = 1000;

/** Milliseconds of silence, while pushes are on their way, after which the connection is doubted. */
const SILENCE = 1000;

/** Milliseconds of quiet after which a firewall may have forgotten the connection: the next push takes a ping along. */
const QUIET = 10_000;

/** Milliseconds beyond the ping's interval within which a live connection is heard. After more, this process was frozen. */
const FROZEN_AFTER = 5000;

/** Milliseconds that a probe may take when the wall clock alone has jumped. Only after that a new connection is opened. */
const STEP_GRACE = 100;

export interface SignOfLifeOptions {
  readonly clock: Clock;
  readonly pingInterval: number;
  /** Pushes on their way. */
  readonly inFlight: () => number;
  readonly ping: (onAnswer: () => void) => void;
  /** The connection is doubted: it gets no push before it has answered. */
  readonly onDoubt: () => void;
  /** The connection has answered, and gets pushes again. */
  readonly onTrust: () => void;
  /** The connection says something, but answers no ping. */
  readonly onDeaf: (why: string) => void;
  /** The connection says nothing at all. */
  readonly onSilence: (why: string) => void;
}

/**
 * Whether the other end of a connection is still there. It is asked by a ping: now and then; when pushes are on their way and nothing
 * is heard; when one has timed out; and when the process, or its machine, has stood still.
 */
export class SignOfLife {
  /** True while the connection is doubted: it gets no push then. */
  isDoubted = false;
  /** Its answer is waited for until then, monotonic milliseconds, before another connection is opened in its place. */
  worthWaitingUntil = 0;
  /** When something was last heard (monotonic milliseconds), and how often so far. */
  #heardAt = 0;
  #heardCount = 0;
  /** From when on a standstill of the process is looked for: monotonic milliseconds, and on the wall clock. */
  #gapSince = 0;
  #gapSinceWall = 0;
  readonly #options: SignOfLifeOptions;
  /** True before it is started and after it is stopped. */
  #isStopped = true;
  /** Since when pushes are on their way without a pause: monotonic milliseconds. */
  #busySince = 0;
  #cancelPing: (() => void) | undefined;
  #cancelWatch: (() => void) | undefined;
  /** The number of the latest ping. The answer to another, and its late timer, count for nothing. */
  #latestPing = 0;

  constructor(options: SignOfLifeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.#noteLife(monotonicNow(this.#options.clock));
    this.#pingLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelPing?.();
    this.#cancelWatch?.();
  }

  heard(): void {
    if (this.#isStopped) return;
    const now = monotonicNow(this.#options.clock);
    // What was sent before this process stood still may arrive after it, from a connection that is gone.
    this.noticeFreeze(now);
    this.#noteLife(now);
  }

  #noteLife(now: number): void {
    this.#heardAt = now;
    this.#heardCount++;
    this.#gapSince = now;
    this.#gapSinceWall = this.#options.clock.now();
  }

  /** Called before a push is given to the connection. */
  sending(now: number): void {
    if (this.#options.inFlight() === 0) {
      this.#busySince = now;
      // It is not doubted for this: nearly always all is well, and the push would wait in vain.
      if (now - this.#heardAt >= QUIET) this.#ask(PROBE_DEADLINE);
    }
    if (this.#cancelWatch === undefined) this.#watch(SILENCE);
  }

  /** Doubts it if this process has stood still since something was heard: it may have been cut meanwhile, without a word. */
  noticeFreeze(now: number): void {
    const { clock, pingInterval } = this.#options;
    const longest = pingInterval + FROZEN_AFTER;
    const wall = clock.now();
    const stoodStill = now - this.#gapSince > longest;
    // The monotonic clock may stand still with the machine. But the wall clock may also have been set.
    if (!stoodStill && wall - this.#gapSinceWall <= longest) return;
    this.#gapSince = now;
    this.#gapSinceWall = wall;
    if (!stoodStill) this.worthWaitingUntil = now + STEP_GRACE;
    // The answer to an earlier ping proves nothing, so it is asked again.
    if (this.isDoubted) this.#ask(PROBE_DEADLINE);
    else this.doubt(PROBE_DEADLINE);
  }

  /** A push was not answered in time: neither silence nor one slow answer is to harm the next. */
  doubtAfterTimeout(): void {
    this.doubt(TIMEOUT_PROBE_DEADLINE);
  }

  /** Called when another connection is doubted. */
  doubtIfSilent(): void {
    if (monotonicNow(this.#options.clock) - this.#heardAt >= SILENCE) this.doubt(PROBE_DEADLINE);
  }

  doubt(deadline: number): void {
    if (this.isDoubted || this.#isStopped) return;
    this.isDoubted = true;
    this.#ask(deadline);
    this.#options.onDoubt();
  }

  #trust(): void {
    this.worthWaitingUntil = 0;
    this.#pingLater();
    if (!this.isDoubted) return;
    this.isDoubted = false;
    if (this.#options.inFlight() > 0) this.#watch(SILENCE);
    this.#options.onTrust();
  }

  #pingLater(): void {
    const { clock, pingInterval } = this.#options;
    this.#cancelPing = clock.setTimeout(() => this.#ask(PING_DEADLINE), pingInterval, { background: true });
  }

  #ask(deadline: number): void {
    if (this.#isStopped) return;
    const ping = ++this.#latestPing;
    const heardBefore = this.#heardCount;
    const since = monotonicNow(this.#options.clock);
    const isOver = () => this.#isStopped || ping !== this.#latestPing;
    const judge = (wasBusy: boolean) => {
      if (isOver()) return;
      const passed = monotonicNow(this.#options.clock) - since;
      const hasHeard = this.#heardCount !== heardBefore;
      if (passed < PING_DEADLINE && (hasHeard || wasBusy)) this.#in(Math.min(deadline, PING_DEADLINE - passed), judge);
      else if (hasHeard) this.#options.onDeaf(`no answer to a ping within ${PING_DEADLINE} ms`);
      else this.#options.onSilence(`no answer to a ping within ${deadline} ms`);
    };
    this.#cancelPing?.();
    this.#in(deadline, judge);
    this.#options.ping(() => {
      this.heard();
      if (isOver()) return;
      this.#latestPing++;
      this.#cancelPing?.();
      this.#trust();
    });
  }

  /** Judges after that time, when what has arrived was read. `wasBusy`: the process was too busy to do so in time. */
  #in(milliseconds: number, judge: (wasBusy: boolean) => void): void {
    const { clock } = this.#options;
    const due = monotonicNow(clock) + Math.ceil(milliseconds);
    const look = () => void setImmediate(judge, monotonicNow(clock) - due > LATE);
    this.#cancelPing = clock.setTimeout(look, Math.ceil(milliseconds), { background: true });
  }

  #watch(milliseconds: number): void {
    const { clock, inFlight } = this.#options;
    this.#cancelWatch?.();
    const look = () => {
      this.#cancelWatch = undefined;
      if (this.#isStopped || this.isDoubted || inFlight() === 0) return;
      const silentFor = monotonicNow(clock) - Math.max(this.#heardAt, this.#busySince);
      if (silentFor >= SILENCE) this.doubt(PROBE_DEADLINE);
      else this.#watch(SILENCE - silentFor);
    };
    this.#cancelWatch = clock.setTimeout(() => void setImmediate(look), Math.ceil(milliseconds), { background: true });
  }
}
