import { type Clock, monotonicNow } from "../clock.js";
import type { Environment } from "../environment.js";
import type { ApnsVoipError } from "../errors.js";
import type { ApnsEvent } from "../events.js";
import { readAnswer } from "./answer.js";
import { BackOff } from "./back-off.js";
import { Connection, type ConnectionOwner, type Goaway } from "./connection.js";
import { waitBeforeOpening } from "./growth.js";
import { Opening, type OpeningOptions } from "./opening.js";
import type { ProviderToken, ProviderTokens } from "./provider-token.js";
import { TokenRefusals } from "./token-refusals.js";
import type { ApnsAnswer, Parcel, Transport } from "./transport.js";
import type { Http2Client } from "./undici-client.js";
import { allRest, tooLate } from "./unsent-errors.js";
import { WaitingLine } from "./waiting-line.js";

export interface ConnectionPoolOptions extends OpeningOptions {
  readonly environment: Environment;
  readonly maxConnections: number;
  readonly pingInterval: number;
  readonly tokens: ProviderTokens;
  readonly emit: (event: ApnsEvent) => void;
}

/**
 * Few connections to one environment of Apple's, and the line of pushes that wait for room on them. The line is ours, so
 * that each push in it knows its deadline and none is given to a connection that cannot send it now.
 */
export class ConnectionPool implements Transport, ConnectionOwner {
  readonly #options: ConnectionPoolOptions;
  readonly #clock: Clock;
  readonly #line: WaitingLine;
  /** Those that take pushes, or will again. The oldest first. */
  #connections: Connection[] = [];
  /** Those that only finish what is open on them. */
  readonly #leaving = new Set<Connection>();
  /** Those on their way, each with what settles when it is there or has failed. */
  readonly #opening = new Map<Opening, Promise<void>>();
  readonly #refusals: TokenRefusals;
  readonly #backOff = new BackOff();
  #lastId = 0;
  #openNotBefore = 0;
  #openWithPrevious = false;
  /** Connections after this one may have taken the previous period's token. */
  #previousAfter = 0;
  #unansweredLosses = 0;
  #awaitingToken = false;
  #lastFailure: ApnsVoipError | undefined;
  #cancelLook: (() => void) | undefined;
  #pumping = false;
  #pumpAgain = false;
  #closed = false;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#line = new WaitingLine(options.clock, parcel => parcel.unsent(this.#tooLate(), true));
    this.#refusals = new TokenRefusals(options.clock);
  }

  get connections(): number {
    return this.#connections.length;
  }

  get inFlight(): number {
    return [...this.#connections, ...this.#leaving].reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  get queued(): number {
    return this.#line.length;
  }

  submit(parcel: Parcel): void {
    if (this.#line.length === 0 && this.#sendAtOnce(parcel)) return;
    this.#line.add(parcel);
    this.#pump();
  }

  abandon(parcel: Parcel): void {
    if (this.#line.delete(parcel)) return;
    [...this.#connections, ...this.#leaving].some(connection => connection.abandon(parcel));
  }

  replace(id: number): number | undefined {
    const freshAfter = this.#refusals.grant(id, this.#lastId);
    if (freshAfter !== undefined) this.#find(id)?.leave();
    return freshAfter;
  }

  rest(id: number): number | undefined {
    this.#find(id)?.rest();
    if (id <= this.#previousAfter) return this.#previousAfter;
    if (!this.#options.tokens.hasPrevious || this.#slots() >= this.#options.maxConnections) return undefined;
    this.#openWithPrevious = true;
    this.#previousAfter = this.#lastId;
    return this.#previousAfter;
  }

  retireAll(): void {
    for (const connection of [...this.#connections]) connection.leave();
  }

  async warmUp(): Promise<void> {
    if (this.#connections.some(({ state }) => state === "open")) return;
    const [underWay = this.#open()] = this.#opening.values();
    await underWay;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    for (const opening of this.#opening.keys()) opening.abort("the client is closing");
    for (const connection of [...this.#connections, ...this.#leaving]) connection.giveUp("the client is closing");
    await Promise.allSettled(this.#opening.values());
  }

  // --- what connections report

  roomAgain(): void {
    this.#pump();
  }

  answered({ status }: ApnsAnswer): void {
    this.#backOff.reset();
    this.#unansweredLosses = 0;
    this.#lastFailure = undefined;
    if (status === 200) this.#refusals.accepted();
    if (this.#line.length > 0) this.#pumpSoon();
  }

  timedOut(): void {
    // A network that falls silent does so for all: the others must not cost the next pushes a time-out each.
    const silentSince = monotonicNow(this.#clock) - this.#options.timeout;
    for (const connection of this.#connections) if (connection.heardAt <= silentSince) connection.probe();
  }

  goingAway(connection: Connection, goaway: Goaway | undefined): void {
    this.#forget(connection);
    if (connection.inFlight > 0) this.#leaving.add(connection);
    if (goaway !== undefined) {
      const { reason } = readAnswer({ status: 0, body: goaway.debugData, header: () => undefined });
      this.#emit({ type: "apns.going-away", connection: connection.id, ...goaway, ...(reason !== "" && { reason }) });
    }
    this.#pumpSoon();
  }

  closed(connection: Connection): void {
    this.#forget(connection);
    this.#leaving.delete(connection);
    const why = connection.why || "no longer needed";
    this.#emit({ type: "apns.connection-closed", connection: connection.id, why });
    // One that is closed before it answered anything is as bad as none: the second in a row waits.
    if (!connection.hasAnswered && !this.#closed && ++this.#unansweredLosses > 1) this.#holdBack();
    this.#pumpSoon();
  }

  #tooLate(): ApnsVoipError {
    return tooLate(`a connection to ${this.#options.origin}`, this.#lastFailure);
  }

  /** Hands waiting pushes to connections that have room, and sees to it that there are enough connections. */
  #pump(): void {
    // Ends of pushes submit again from within: one loop serves them all.
    this.#pumpAgain = true;
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    while (this.#pumpAgain) {
      this.#pumpAgain = false;
      for (const connection of this.#connections) this.#fill(connection);
      this.#openIfNeeded();
    }
    this.#pumping = false;
  }

  #pumpSoon(): void {
    queueMicrotask(() => this.#pump());
  }

  #fill(connection: Connection): void {
    while (connection.hasRoom) {
      const parcel = this.#line.first(waiting => this.#suits(waiting, connection));
      if (parcel === undefined) return;
      const token = this.#tokenFor(connection);
      if (token === undefined) return;
      this.#line.delete(parcel);
      if (parcel.deadline <= monotonicNow(this.#clock)) {
        parcel.unsent(this.#tooLate(), true);
        continue;
      }
      connection.send(parcel, token);
    }
  }

  /** What nearly every push meets: nobody waits, and there is room. */
  #sendAtOnce(parcel: Parcel): boolean {
    const connection = this.#connections.find(one => one.hasRoom && this.#suits(parcel, one));
    const token = connection && this.#tokenFor(connection);
    if (token === undefined) return false;
    connection?.send(parcel, token);
    return true;
  }

  #suits(parcel: Parcel, { id }: Connection): boolean {
    if (id <= parcel.newerThan && this.#hasNewerThan(parcel.newerThan)) return false;
    return id !== parcel.avoid || !this.#hasOtherThan(id);
  }

  /** Is there, or can there be, a connection opened after this one? */
  #hasNewerThan(id: number): boolean {
    if (this.#slots() < this.#options.maxConnections || this.#opening.size > 0) return true;
    return this.#connections.some(other => other.id > id && other.state === "open");
  }

  /** Is there, or can there be, another connection than this one? */
  #hasOtherThan(id: number): boolean {
    if (this.#slots() < this.#options.maxConnections) return true;
    return this.#connections.some(other => other.id !== id && other.state === "open");
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

  async #awaitToken(): Promise<void> {
    if (this.#awaitingToken) return;
    this.#awaitingToken = true;
    try {
      await this.#options.tokens.ready();
    } catch (error) {
      this.#lastFailure = error as ApnsVoipError;
      // A signer elsewhere that failed may work again; a signature of the wrong shape will not mend itself.
      if (this.#lastFailure.cause === undefined) this.#refuseAll(this.#lastFailure);
      await new Promise<void>(resolve => this.#clock.setTimeout(resolve, this.#backOff.next()));
    }
    this.#awaitingToken = false;
    this.#pump();
  }

  #refuseAll(error: ApnsVoipError): void {
    for (const parcel of this.#line.clear()) parcel.unsent(error, true);
  }

  /** What counts towards `maxConnections`: those that rest do, those that leave do not. */
  #slots(): number {
    return this.#connections.length + this.#opening.size;
  }

  #openIfNeeded(): void {
    this.#cancelLook?.();
    const first = this.#line.first();
    if (first === undefined) return;
    if (this.#slots() >= this.#options.maxConnections) {
      if (this.#opening.size === 0 && this.#connections.every(({ state }) => state === "resting"))
        this.#refuseAll(allRest());
      return;
    }
    const now = monotonicNow(this.#clock);
    const usable = this.#connections.filter(
      connection => connection.state === "open" && this.#suits(first, connection),
    );
    const wait = waitBeforeOpening(usable, this.#opening.keys(), now);
    if (wait === undefined) return;
    const delay = Math.max(wait, this.#openNotBefore - now);
    if (delay > 0) this.#lookAgainIn(delay);
    else this.#open().catch(() => {});
  }

  #lookAgainIn(milliseconds: number): void {
    this.#cancelLook = this.#clock.setTimeout(() => this.#pump(), Math.ceil(milliseconds));
  }

  #open(): Promise<void> {
    const opening = new Opening(this.#options);
    const withPrevious = this.#openWithPrevious;
    this.#openWithPrevious = false;
    // The signature is made while the network does its part.
    this.#options.tokens.ready().catch(() => {});
    const done = opening.done.then(
      async http2 => {
        const previous = withPrevious ? await this.#options.tokens.previous().catch(() => undefined) : undefined;
        this.#opened(opening, http2, previous);
      },
      (error: ApnsVoipError) => this.#failedToOpen(opening, error),
    );
    this.#opening.set(opening, done);
    return done;
  }

  #opened(opening: Opening, http2: Http2Client, previous: ProviderToken | undefined): void {
    this.#opening.delete(opening);
    const { clock, origin } = this.#options;
    const id = ++this.#lastId;
    const connection = new Connection({ ...this.#options, id, http2, owner: this });
    if (previous !== undefined) connection.takeToken(previous);
    this.#connections.push(connection);
    this.#emit({
      type: "apns.connection-opened",
      connection: id,
      origin,
      milliseconds: monotonicNow(clock) - opening.since,
    });
    if (this.#closed) connection.giveUp("the client is closing");
    else if (!connection.isAlive) connection.giveUp("the connection was cut as soon as it was open");
    else this.#pump();
  }

  #failedToOpen(opening: Opening, error: ApnsVoipError): never {
    this.#opening.delete(opening);
    if (this.#closed) throw error;
    this.#lastFailure = error;
    const retryInMilliseconds = Math.round(this.#holdBack());
    this.#emit({ type: "apns.connection-failed", origin: this.#options.origin, error, retryInMilliseconds });
    this.#pump();
    throw error;
  }

  /** All pushes wait together before the next connection is tried. */
  #holdBack(): number {
    const wait = this.#backOff.next();
    this.#openNotBefore = Math.max(this.#openNotBefore, monotonicNow(this.#clock) + wait);
    return wait;
  }

  #find(id: number): Connection | undefined {
    return this.#connections.find(connection => connection.id === id);
  }

  #forget(connection: Connection): void {
    this.#connections = this.#connections.filter(other => other !== connection);
  }

  #emit(event: Unplaced<ApnsEvent>): void {
    this.#options.emit({ ...event, environment: this.#options.environment } as ApnsEvent);
  }
}

type Unplaced<E> = E extends { readonly environment: Environment } ? Omit<E, "environment"> : never;
