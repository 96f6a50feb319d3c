import { type Clock, monotonicNow } from "../clock.js";
import type { ApnsVoipError } from "../errors.js";
import { readRetryAfter } from "./answer.js";
import { Parcel } from "./parcel.js";
import type { PreparedPush } from "./prepare-push.js";
import type { ApnsResult, ApnsSendOptions } from "./push.js";
import { factsOf, type RetryRule } from "./reasons.js";
import type { ApnsAnswer, Transport } from "./transport.js";
import { cancelled } from "./unsent-errors.js";

/** What all pushes of a client to one environment share: the way there, and who is told. */
export interface DeliveryRoute {
  readonly transport: Transport;
  readonly clock: Clock;
  /** An attempt leaves. They are counted from 1. */
  onAttempt(delivery: Delivery, attempt: number): void;
  onDone(delivery: Delivery, result: ApnsResult): void;
}

export interface DeliveryOptions {
  readonly push: PreparedPush;
  readonly route: DeliveryRoute;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly deadline: number;
  readonly onUnknown: "report" | "resend";
  readonly wishes: Wishes | undefined;
  readonly resolve: (result: ApnsResult) => void;
}

/** What the code that sent a push wants besides the result. A bare `send` wants nothing more, and a hundred thousand may wait. */
export interface Wishes {
  /** Whose push it is, for the events. */
  readonly about: ApnsSendOptions["about"];
  readonly onLeft: (() => void) | undefined;
  /** Runs what tells of it in the async context of the code that sent it, where somebody listens. */
  readonly inContext: (<R>(tell: () => R) => R) | undefined;
  /** Called when it has its outcome. */
  onEnd: (() => void) | undefined;
}

/** Attempts after which an answer stands that more time might better. Only those count that Apple may have processed. */
const MOST_ATTEMPTS = 3;

/** Times at most that a push is submitted again because an attempt was certainly not processed. */
const MOST_REPLAYS = 10;

/** Milliseconds of the shortest wait before the first retry, half of the longest. Both double with each further retry. */
const FIRST_WAIT = 100;

/**
 * Milliseconds of the longest wait before a push is replayed: Apple refused it without a look, and a call cannot wait
 * for long.
 */
const LONGEST_REPLAY_WAIT = 1000;

/** Statuses of a resend that settle a push whose first answer was lost: they judge the token or the request. */
const SETTLING = new Set([200, 400, 410, 413]);

/**
 * One push from its first attempt to its outcome: the decision table. The transport says what happened to an attempt;
 * what happens next is decided here and nowhere else.
 */
export class Delivery extends Parcel {
  readonly startedAt: number;
  readonly resolve: (result: ApnsResult) => void;
  readonly wishes: Wishes | undefined;
  readonly #route: DeliveryRoute;
  readonly #onUnknown: "report" | "resend";
  #attempts = 0;
  /** True while an attempt is under way. */
  #isOut = false;
  #replays = 0;
  /** The rules that have been tried, of those that help once at most. */
  #tried: Set<RetryRule> | undefined;
  /** The answer to an attempt was lost. From then on the push may have rung. */
  #lost: ApnsVoipError | undefined;
  #cancelWait: (() => void) | undefined;
  #recalled = false;
  #done = false;

  constructor(options: DeliveryOptions) {
    super(options.push, options.deadline);
    this.startedAt = options.startedAt;
    this.resolve = options.resolve;
    this.wishes = options.wishes;
    this.#route = options.route;
    this.#onUnknown = options.onUnknown;
  }

  get isReplay(): boolean {
    return this.#replays > 0;
  }

  start(): void {
    this.#route.transport.submit(this, this.startedAt);
  }

  /** Called when nobody waits any more: nothing more is reported. */
  abandon(): void {
    this.#done = true;
    this.#cancelWait?.();
    this.carrier?.abandoned(this);
  }

  /** Cancelled: what has not left does not leave any more, and what has left is not tried again. */
  recall(): void {
    if (this.#done) return;
    this.#recalled = true;
    if (this.#isOut) return;
    this.#cancelWait?.();
    this.carrier?.abandoned(this);
    this.#finishUndelivered(cancelled());
  }

  // --- what the transport reports

  left(): void {
    this.#isOut = true;
    this.#attempts++;
    this.wishes?.onLeft?.();
    this.#route.onAttempt(this, this.#attempts);
  }

  answered(answer: ApnsAnswer, connection: number): void {
    this.#isOut = false;
    if (answer.status === 200) return this.#finishAnswered(answer);
    const { retry } = factsOf(answer.status, answer.reason);
    if (retry === undefined || !this.#retry(retry, answer, connection)) this.#finishAnswered(answer);
  }

  unsent(error: ApnsVoipError, settled: boolean): void {
    // An attempt that Apple provably did not process does not count.
    if (this.#isOut) this.#attempts--;
    this.#isOut = false;
    this.#replays++;
    const wait = this.#replays === 1 ? 0 : Math.min(jitter(this.#replays - 2), LONGEST_REPLAY_WAIT);
    if (!settled && this.#replays <= MOST_REPLAYS && this.#again(wait)) return;
    this.#finishUndelivered(this.#recalled ? cancelled() : error);
  }

  unknown(error: ApnsVoipError, connection: number): void {
    this.#isOut = false;
    const first = this.#lost === undefined;
    this.#lost ??= error;
    this.avoid = connection;
    if (first && this.#onUnknown === "resend" && this.#again(0)) return;
    this.#finishUnknown(this.#lost);
  }

  // --- decisions

  #retry(rule: RetryRule, answer: ApnsAnswer, connection: number): boolean {
    switch (rule) {
      case "fresh-connection":
      case "previous-token": {
        const { transport } = this.#route;
        const after = rule === "fresh-connection" ? transport.replace(connection) : transport.rest(connection);
        if (after === undefined || this.#tried?.has(rule)) return false;
        this.#tried ??= new Set();
        this.#tried.add(rule);
        this.freshAfter = after;
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
    const floor = readRetryAfter(answer.retryAfter, this.#route.clock.now()) ?? 0;
    return this.#again(Math.max(floor, jitter(this.#attempts - 1)));
  }

  /** Submits again after a wait that does not cross the deadline; false if it would, or if the push was cancelled. */
  #again(wait: number): boolean {
    const { clock, transport } = this.#route;
    const now = monotonicNow(clock);
    if (this.#recalled || now + wait >= this.deadline) return false;
    if (wait === 0) {
      transport.submit(this, now);
      return true;
    }
    this.#cancelWait = clock.setTimeout(() => {
      this.#cancelWait = undefined;
      transport.submit(this, monotonicNow(clock));
    }, Math.ceil(wait));
    return true;
  }

  #finishAnswered(answer: ApnsAnswer): void {
    const { status, reason } = answer;
    if (this.#lost !== undefined && (!SETTLING.has(status) || reason === "IdleTimeout")) {
      return this.#finishUnknown(this.#lost);
    }
    this.#finish(status === 200 ? this.#accepted(answer) : this.#rejected(answer));
  }

  #accepted({ apnsUniqueId }: ApnsAnswer): ApnsResult {
    const { apnsId, environment } = this.push;
    const attempts = this.#attempts;
    if (apnsUniqueId === undefined) return { apnsId, environment, attempts, outcome: "accepted" };
    return { apnsId, environment, attempts, outcome: "accepted", apnsUniqueId };
  }

  #rejected({ status, reason, timestamp, date }: ApnsAnswer): ApnsResult {
    const { apnsId, environment } = this.push;
    const clockSkew =
      reason === "ExpiredProviderToken" && date !== undefined ? this.#route.clock.now() - date : undefined;
    return {
      apnsId,
      environment,
      attempts: this.#attempts,
      outcome: "rejected",
      status,
      reason,
      disposition: factsOf(status, reason).disposition,
      ...(timestamp !== undefined && { timestamp: new Date(timestamp) }),
      ...(clockSkew !== undefined && { clockSkew }),
    };
  }

  /** The last attempt came to nothing, but an earlier one may still have rung. */
  #finishUndelivered(error: ApnsVoipError): void {
    if (this.#lost === undefined) this.#finishUnsent(error);
    else this.#finishUnknown(this.#lost);
  }

  #finishUnknown(error: ApnsVoipError): void {
    const { apnsId, environment } = this.push;
    this.#finish({ apnsId, environment, attempts: this.#attempts, outcome: "unknown", error });
  }

  #finishUnsent(error: ApnsVoipError): void {
    const { apnsId, environment } = this.push;
    this.#finish({ apnsId, environment, attempts: this.#attempts, outcome: "unsent", error });
  }

  #finish(result: ApnsResult): void {
    if (this.#done) return;
    this.#done = true;
    this.wishes?.onEnd?.();
    this.#route.onDone(this, result);
  }
}

/** The n-th wait, in milliseconds: a random time between its step and twice its step. */
function jitter(n: number): number {
  return FIRST_WAIT * 2 ** n * (1 + Math.random());
}
