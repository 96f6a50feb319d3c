import { type Clock, monotonicNow } from "../clock.js";
import type { Environment } from "../environment.js";
import { ApnsVoipError } from "../errors.js";
import type { ApnsEvent } from "../events.js";
import { readAnswer } from "./answer.js";
import { BackOff } from "./back-off.js";
import { causeOf, connectToApple } from "./connect.js";
import { Connection, type ConnectionOwner, type Stream } from "./connection.js";
import { Expiry } from "./expiry.js";
import { KEEP_TOKEN, type ProviderToken, type ProviderTokens } from "./provider-token.js";
import type { ApnsAnswer, Parcel, Transport } from "./transport.js";
import { WaitingLine } from "./waiting-line.js";

export interface ConnectionPoolOptions {
  readonly environment: Environment;
  readonly origin: string;
  readonly proxy: URL | undefined;
  readonly ca: string | undefined;
  readonly maxConnections: number;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly clock: Clock;
  readonly tokens: ProviderTokens;
  readonly emit: (event: ApnsEvent) => void;
}

/** Another connection is opened when the oldest has been silent for this many milliseconds. */
const SLOW_TO_ANSWER = 300;

/** At most one connection in this many milliseconds is given up because Apple called its token expired. */
const REPLACE_EVERY = 60_000;

/** A connection that took the previous token moves on when that token is this old: milliseconds. */
const PREVIOUS_UNTIL = 55 * 60_000;

/** Of the connections whose token was refused, how many are remembered for pushes still on their way back. */
const REMEMBERED = 100;

/**
 * Few connections to one environment of Apple's, and the line of pushes that wait for room on them. The line is ours, so
 * that each push in it knows its deadline and none is given to a connection that cannot send it now.
 */
export class ConnectionPool implements Transport, ConnectionOwner {
  readonly #options: ConnectionPoolOptions;
  readonly #clock: Clock;
  readonly #line = new WaitingLine();
  readonly #waitingExpiry: Expiry;
  readonly #streamExpiry: Expiry;
  readonly #streams = new Map<Parcel, Stream>();
  /** Those that take pushes, or will again. The oldest first. */
  #connections: Connection[] = [];
  readonly #leaving = new Set<Connection>();
  readonly #opening = new Set<Opening>();
  readonly #backOff = new BackOff();
  readonly #replaced = new Set<number>();
  #lastId = 0;
  #notBefore = 0;
  #replaceNotBefore = Number.NEGATIVE_INFINITY;
  #usePrevious = false;
  #unansweredLosses = 0;
  #awaitingToken = false;
  #lastFailure: ApnsVoipError | undefined;
  #cancelLook: (() => void) | undefined;
  #pumping = false;
  #closed = false;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#waitingExpiry = new Expiry(options.clock);
    this.#streamExpiry = new Expiry(options.clock);
  }

  get connections(): number {
    return this.#connections.length;
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  get queued(): number {
    return this.#line.length;
  }

  submit(parcel: Parcel): void {
    this.#line.add(this.#wait(parcel));
    this.#pump();
  }

  abandon(parcel: Parcel): void {
    this.#takeOut(parcel);
    this.#streams.get(parcel)?.abandon();
    this.#streams.delete(parcel);
  }

  replace(connection: number): boolean {
    if (this.#replaced.has(connection)) return true;
    const now = monotonicNow(this.#clock);
    if (now < this.#replaceNotBefore) return false;
    this.#replaceNotBefore = now + REPLACE_EVERY;
    this.#remember(connection);
    this.#find(connection)?.leave();
    return true;
  }

  rest(connection: number): boolean {
    if (this.#replaced.has(connection)) return true;
    const resting = this.#find(connection);
    if (resting === undefined) return false;
    resting.rest();
    this.#clock.setTimeout(
      () => {
        resting.wake();
        this.#pump();
      },
      KEEP_TOKEN,
      { background: true },
    );
    if (this.#slots() >= this.#options.maxConnections) return false;
    this.#usePrevious = true;
    this.#remember(connection);
    return true;
  }

  retireAll(): void {
    for (const connection of [...this.#connections]) connection.leave();
    for (const opening of this.#opening) opening.abort(new Error("the key has changed"));
  }

  async warmUp(): Promise<void> {
    if (this.#connections.some(({ state }) => state === "open")) return;
    const [underWay = this.#open()] = this.#opening;
    await underWay.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    for (const opening of this.#opening) opening.abort(new Error("the client is closing"));
    for (const connection of [...this.#connections, ...this.#leaving]) connection.giveUp("the client is closing");
    await Promise.allSettled([...this.#opening].map(({ done }) => done));
  }

  // --- what connections report

  roomAgain(): void {
    this.#pump();
  }

  answered(_connection: Connection, answer: ApnsAnswer): void {
    this.#backOff.reset();
    this.#unansweredLosses = 0;
    this.#lastFailure = undefined;
    if (this.#line.length > 0) queueMicrotask(() => this.#pump());
    if (answer.status === 200) this.#replaceNotBefore = Number.NEGATIVE_INFINITY;
  }

  goingAway(
    connection: Connection,
    goaway: { errorCode: number; lastStreamId: number; debugData: string } | undefined,
  ): void {
    this.#forget(connection);
    if (connection.inFlight > 0) this.#leaving.add(connection);
    if (goaway !== undefined) {
      const { reason } = readAnswer({ status: 0, body: goaway.debugData, header: () => undefined });
      this.#emit({ type: "apns.going-away", connection: connection.id, ...goaway, ...(reason !== "" && { reason }) });
    }
    this.#lostUnanswered(connection);
    this.#pumpSoon();
  }

  closed(connection: Connection, why: string): void {
    this.#forget(connection);
    this.#leaving.delete(connection);
    this.#emit({ type: "apns.connection-closed", connection: connection.id, why });
    this.#lostUnanswered(connection);
    this.#pumpSoon();
  }

  // --- the line

  #wait(parcel: Parcel) {
    const waiting = {
      parcel,
      expiresAt: parcel.deadline,
      expire: () => {
        this.#line.delete(parcel);
        parcel.unsent(this.#tooLate(), true);
      },
    };
    this.#waitingExpiry.add(waiting);
    return waiting;
  }

  #takeOut(parcel: Parcel): boolean {
    const waiting = this.#line.delete(parcel);
    if (waiting !== undefined) this.#waitingExpiry.delete(waiting);
    return waiting !== undefined;
  }

  #tooLate(): ApnsVoipError {
    if (this.#lastFailure === undefined) {
      return new ApnsVoipError(
        "DEADLINE",
        `the deadline passed while the push waited for a connection to ${this.#options.origin}; it never left`,
      );
    }
    const { code, message } = this.#lastFailure;
    return new ApnsVoipError(code, `${message}; the push never left before its deadline`, { cause: this.#lastFailure });
  }

  /** Hands waiting pushes to connections that have room, and sees to it that there are enough connections. */
  #pump(): void {
    // Ends of pushes submit again from within: one loop serves them all.
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    try {
      for (let index = 0; index < this.#connections.length; index++) this.#fill(this.#connections[index] as Connection);
      this.#openIfNeeded();
    } finally {
      this.#pumping = false;
    }
  }

  #pumpSoon(): void {
    queueMicrotask(() => this.#pump());
  }

  #fill(connection: Connection): void {
    while (connection.hasRoom && this.#line.length > 0) {
      const waiting = this.#line.firstFor(parcel => this.#suits(parcel, connection));
      if (waiting === undefined) return;
      const token = this.#tokenFor(connection);
      if (token === undefined) return;
      const { parcel } = waiting;
      if (parcel.deadline <= monotonicNow(this.#clock)) {
        this.#takeOut(parcel);
        parcel.unsent(this.#tooLate(), true);
        continue;
      }
      this.#takeOut(parcel);
      this.#dispatch(connection, parcel, token);
    }
  }

  #dispatch(connection: Connection, parcel: Parcel, token: ProviderToken): void {
    const stream = connection.send(parcel, token, () => this.#streams.delete(parcel));
    if (!stream.hasEnded) this.#streams.set(parcel, stream);
  }

  #suits(parcel: Parcel, { id }: Connection): boolean {
    if (id <= parcel.newerThan) return false;
    return id !== parcel.avoid || !this.#hasOther(id);
  }

  /** Is there, or can there be, another connection than this one? */
  #hasOther(id: number): boolean {
    return (
      this.#slots() < this.#options.maxConnections ||
      this.#connections.some(other => other.id !== id && other.state === "open")
    );
  }

  // --- provider tokens

  #tokenFor(connection: Connection): ProviderToken | undefined {
    const held = connection.token;
    if (held !== undefined) return held;
    const current = this.#options.tokens.current();
    if (current === undefined) this.#awaitToken();
    else connection.takeToken(current);
    return current;
  }

  #awaitToken(): void {
    if (this.#awaitingToken) return;
    this.#awaitingToken = true;
    this.#options.tokens.ready().then(
      () => {
        this.#awaitingToken = false;
        this.#pump();
      },
      (error: ApnsVoipError) => {
        this.#lastFailure = error;
        // A signer elsewhere that failed may work again; a signature of the wrong shape will not mend itself.
        if (error.cause === undefined) this.#refuseAll(error);
        this.#clock.setTimeout(() => {
          this.#awaitingToken = false;
          this.#pump();
        }, this.#backOff.next());
      },
    );
  }

  #refuseAll(error: ApnsVoipError): void {
    for (const { parcel } of this.#line) {
      this.#takeOut(parcel);
      parcel.unsent(error, true);
    }
  }

  // --- connections

  /** What counts towards `maxConnections`: those that rest do, those that leave do not. */
  #slots(): number {
    return this.#connections.length + this.#opening.size;
  }

  #openIfNeeded(): void {
    const first = this.#line.first()?.parcel;
    if (first === undefined) return;
    const now = monotonicNow(this.#clock);
    const { maxConnections } = this.#options;
    if (this.#slots() >= maxConnections) {
      if (this.#connections.length === maxConnections && this.#connections.every(({ state }) => state === "resting"))
        this.#refuseAll(ALL_REST);
      return;
    }
    if (now < this.#notBefore) return this.#lookAgainIn(this.#notBefore - now);
    const wait = this.#waitBeforeOpening(first, now);
    if (wait > 0) return this.#lookAgainIn(wait);
    if (wait === 0) this.#open().done.catch(() => {});
  }

  /** Milliseconds until another connection is wanted for this push; negative: none is. */
  #waitBeforeOpening(first: Parcel, now: number): number {
    const usable = this.#connections.filter(
      connection => connection.state === "open" && this.#suits(first, connection),
    );
    const [oldest] = usable;
    const [opening] = this.#opening;
    if (opening !== undefined) {
      // One more beside a connection that is slow to come, and no third: they all wait for the same network.
      return this.#opening.size > 1 ? -1 : Math.max(0, opening.since + SLOW_TO_ANSWER - now);
    }
    if (oldest === undefined) return 0;
    // There is room: a token is being made.
    if (usable.some(({ hasRoom }) => hasRoom)) return -1;
    return oldest.hasAnswered ? 0 : Math.max(0, oldest.openedAt + SLOW_TO_ANSWER - now);
  }

  #lookAgainIn(milliseconds: number): void {
    if (this.#cancelLook !== undefined) return;
    this.#cancelLook = this.#clock.setTimeout(() => {
      this.#cancelLook = undefined;
      this.#pump();
    }, Math.ceil(milliseconds));
  }

  #open(): Opening {
    const usePrevious = this.#usePrevious;
    this.#usePrevious = false;
    const opening = new Opening(this.#clock, this.#options.timeout, signal => this.#connect(signal, usePrevious));
    this.#opening.add(opening);
    // The signature is made while the network does its part.
    this.#options.tokens.ready().catch(() => {});
    const settled = opening.done.finally(() => this.#opening.delete(opening));
    settled.then(
      () => this.#pump(),
      (error: ApnsVoipError) => this.#failedToOpen(error),
    );
    return opening;
  }

  async #connect(signal: AbortSignal, usePrevious: boolean): Promise<void> {
    const { origin, proxy, ca, clock, timeout, pingInterval, tokens } = this.#options;
    const startedAt = monotonicNow(clock);
    const socket = await connectToApple({ origin, proxy, ca, signal });
    const previous = usePrevious ? await tokens.previous().catch(() => undefined) : undefined;
    const { openHttp2Client } = await import("./undici-client.js");
    const http2 = await openHttp2Client(origin, socket);
    if (signal.aborted) {
      http2.client.destroy(signal.reason as Error).catch(() => {});
      throw new ApnsVoipError("CONNECTION_FAILED", causeOf(signal.reason));
    }
    this.#lastId++;
    const connection = new Connection({
      id: this.#lastId,
      http2,
      clock,
      expiry: this.#streamExpiry,
      timeout,
      pingInterval,
      owner: this,
    });
    if (previous !== undefined) connection.takeToken(previous, previous.issuedAt + PREVIOUS_UNTIL - clock.now());
    this.#connections.push(connection);
    this.#emit({
      type: "apns.connection-opened",
      connection: connection.id,
      origin,
      milliseconds: monotonicNow(clock) - startedAt,
    });
  }

  #failedToOpen(error: ApnsVoipError): void {
    if (this.#closed) return;
    const wait = this.#holdBack();
    this.#lastFailure = error;
    this.#emit({
      type: "apns.connection-failed",
      origin: this.#options.origin,
      error,
      retryInMilliseconds: Math.round(wait),
    });
    this.#pump();
  }

  /** A connection that Apple closes before it answered anything is as bad as none: the second in a row waits. */
  #lostUnanswered({ hasAnswered }: Connection): void {
    if (hasAnswered || this.#closed) return;
    this.#unansweredLosses++;
    if (this.#unansweredLosses > 1) this.#holdBack();
  }

  #holdBack(): number {
    const wait = this.#backOff.next();
    this.#notBefore = Math.max(this.#notBefore, monotonicNow(this.#clock) + wait);
    return wait;
  }

  #find(id: number): Connection | undefined {
    return this.#connections.find(connection => connection.id === id);
  }

  #forget(connection: Connection): void {
    this.#connections = this.#connections.filter(other => other !== connection);
  }

  #remember(id: number): void {
    this.#replaced.add(id);
    for (const oldest of this.#replaced) {
      if (this.#replaced.size <= REMEMBERED) break;
      this.#replaced.delete(oldest);
    }
  }

  #emit(event: Unplaced<ApnsEvent>): void {
    this.#options.emit({ ...event, environment: this.#options.environment } as ApnsEvent);
  }
}

type Unplaced<E> = E extends { readonly environment: Environment } ? Omit<E, "environment"> : never;

const ALL_REST = new ApnsVoipError(
  "CONNECTION_FAILED",
  "every connection rests because Apple saw too many provider tokens (429 TooManyProviderTokenUpdates); another server of this team uses other tokens, or its clock is wrong",
);

/** A connection on its way, with an end to the waiting. */
class Opening {
  readonly since: number;
  readonly done: Promise<void>;
  readonly #controller = new AbortController();

  constructor(clock: Clock, timeout: number, connect: (signal: AbortSignal) => Promise<void>) {
    this.since = monotonicNow(clock);
    const cancel = clock.setTimeout(() => this.abort(new Error(`no connection within ${timeout} ms`)), timeout);
    this.done = connect(this.#controller.signal).finally(cancel);
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }
}
