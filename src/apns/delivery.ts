import { type Clock, monotonicNow } from "../clock.js";
import type { ApnsVoipError } from "../errors.js";
import { readRetryAfter } from "./answer.js";
import type { PreparedPush } from "./prepare-push.js";
import type { ApnsResult } from "./push.js";
import { factsOf, type RetryRule } from "./reasons.js";
import type { ApnsAnswer, Parcel, Transport } from "./transport.js";

export interface DeliveryOptions {
  readonly push: PreparedPush;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Monotonic milliseconds. */
  readonly deadline: number;
  readonly onUnknown: "report" | "resend";
  /** An attempt leaves; counts from 1. */
  readonly onAttempt: (attempt: number) => void;
  readonly onDone: (result: ApnsResult) => void;
}

/** Attempts at most, counting only those Apple may have processed. */
const MOST_ATTEMPTS = 3;

/** How often a push is sent again that Apple refused unprocessed. */
const MOST_REPLAYS = 10;

/** Milliseconds: the shortest wait before a retry; each further one waits up to twice as long. */
const FIRST_WAIT = 100;

/** What a resend may be told that settles a push whose first answer was lost: verdicts on the token or the request. */
const SETTLING = new Set([200, 400, 410, 413]);

/**
 * One push from its first attempt to its outcome: the decision table. The transport says what happened to an attempt;
 * what happens next is decided here and nowhere else.
 */
export class Delivery implements Parcel {
  readonly push: PreparedPush;
  readonly deadline: number;
  avoid = 0;
  newerThan = 0;
  readonly #options: DeliveryOptions;
  #attempts = 0;
  /** An attempt is under way. */
  #isOut = false;
  #replays = 0;
  /** Whether each of the two things that help once has been tried. */
  readonly #tried = { "fresh-connection": false, "previous-token": false };
  /** The answer to an attempt was lost. From then on the push may have rung. */
  #lost: ApnsVoipError | undefined;
  #cancelWait: (() => void) | undefined;
  #done = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.push = options.push;
    this.deadline = options.deadline;
  }

  start(): void {
    this.#options.transport.submit(this);
  }

  /** The caller gave up. Nothing is reported any more. */
  abandon(): void {
    this.#done = true;
    this.#cancelWait?.();
    this.#options.transport.abandon(this);
  }

  // --- what the transport reports

  left(): void {
    this.#isOut = true;
    this.#attempts++;
    this.#options.onAttempt(this.#attempts);
  }

  answered(answer: ApnsAnswer, connection: number): void {
    this.#isOut = false;
    if (answer.status === 200) return this.#finishAnswered(answer);
    const { retry } = factsOf(answer.status, answer.reason);
    if (retry === undefined || !this.#retry(retry, answer, connection)) this.#finishAnswered(answer);
  }

  unsent(error: ApnsVoipError, settled: boolean): void {
    // What Apple provably did not process is no attempt.
    if (this.#isOut) this.#attempts--;
    this.#isOut = false;
    this.#replays++;
    const wait = this.#replays === 1 ? 0 : jitter(this.#replays - 2);
    if (!settled && this.#replays <= MOST_REPLAYS && this.#again(wait)) return;
    this.#finish(this.#lost === undefined ? { outcome: "unsent", error } : { outcome: "unknown", error: this.#lost });
  }

  unknown(error: ApnsVoipError, connection: number): void {
    this.#isOut = false;
    const first = this.#lost === undefined;
    this.#lost ??= error;
    this.avoid = connection;
    if (first && this.#options.onUnknown === "resend" && this.#again(0)) return;
    this.#finish({ outcome: "unknown", error: this.#lost });
  }

  // --- decisions

  #retry(rule: RetryRule, answer: ApnsAnswer, connection: number): boolean {
    switch (rule) {
      case "fresh-connection":
      case "previous-token": {
        const { transport } = this.#options;
        const after = rule === "fresh-connection" ? transport.replace(connection) : transport.rest(connection);
        if (after === undefined || this.#tried[rule]) return false;
        this.#tried[rule] = true;
        this.newerThan = after;
        return this.#again(0);
      }
      case "again":
        this.avoid = connection;
        return this.#againLater(answer);
      case "again-same":
        return this.#againLater(answer);
    }
  }

  #againLater(answer: ApnsAnswer): boolean {
    if (this.#attempts >= MOST_ATTEMPTS) return false;
    const floor = readRetryAfter(answer.retryAfter, this.#options.clock.now()) ?? 0;
    return this.#again(Math.max(floor, jitter(this.#attempts - 1)));
  }

  /** Submits again after a wait that does not cross the deadline; false if it would. */
  #again(wait: number): boolean {
    const { clock, transport } = this.#options;
    if (monotonicNow(clock) + wait >= this.deadline) return false;
    if (wait === 0) {
      transport.submit(this);
      return true;
    }
    this.#cancelWait = clock.setTimeout(() => {
      this.#cancelWait = undefined;
      transport.submit(this);
    }, Math.ceil(wait));
    return true;
  }

  #finishAnswered(answer: ApnsAnswer): void {
    const { status, reason } = answer;
    if (this.#lost !== undefined && (!SETTLING.has(status) || reason === "IdleTimeout")) {
      return this.#finish({ outcome: "unknown", error: this.#lost });
    }
    if (status === 200) {
      const { apnsUniqueId } = answer;
      return this.#finish(apnsUniqueId === undefined ? { outcome: "accepted" } : { outcome: "accepted", apnsUniqueId });
    }
    this.#finish({
      outcome: "rejected",
      status,
      reason,
      disposition: factsOf(status, reason).disposition,
      ...(answer.timestamp !== undefined && { timestamp: new Date(answer.timestamp) }),
      ...(reason === "ExpiredProviderToken" &&
        answer.date !== undefined && { clockSkew: this.#options.clock.now() - answer.date }),
    });
  }

  #finish(outcome: Outcome): void {
    if (this.#done) return;
    this.#done = true;
    const { apnsId, environment } = this.push;
    this.#options.onDone({ apnsId, environment, attempts: this.#attempts, ...outcome } as ApnsResult);
  }
}

type Outcome = ApnsResult extends infer R
  ? R extends ApnsResult
    ? Omit<R, "apnsId" | "environment" | "attempts">
    : never
  : never;

/** The n-th wait, in milliseconds: somewhere between its step and twice its step. */
function jitter(n: number): number {
  return FIRST_WAIT * 2 ** n * (1 + Math.random());
}
