import { type Clock, monotonicNow } from "../clock.js";
import type { Environment } from "../environment.js";
import type { ApnsVoipError } from "../errors.js";
import type { ApnsEvent } from "../events.js";
import type { Goodbye, Http2Connection } from "../http2/port.js";
import { readAnswer } from "./answer.js";
import { BackOff } from "./back-off.js";
import { Connection, type ConnectionOwner } from "./connection.js";
import { waitBeforeOpening } from "./growth.js";
import { Opening, type OpeningOptions } from "./opening.js";
import type { Parcel } from "./parcel.js";
import type { ProviderToken, ProviderTokens } from "./provider-token.js";
import { type TokenListener, TokenPolicy } from "./token-policy.js";
import type { FreshAfter, Transport } from "./transport.js";
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
export class ConnectionPool implements Transport, ConnectionOwner, TokenListener {
  readonly #options: ConnectionPoolOptions;
  readonly #clock: Clock;
  readonly #line: WaitingLine;
  readonly #policy: TokenPolicy;
  /** The connections that take pushes now or will again, the oldest first. */
  #connections: Connection[] = [];
  /** Connections that only finish what is open on them. */
  readonly #leaving = new Set<Connection>();
  /** Connections being opened, each with a promise that settles when it is open or has failed. */
  readonly #opening = new Map<Opening, Promise<void>>();
  readonly #backOff = new BackOff();
  #lastId = 0;
  /** When the first push in the line began to wait: monotonic milliseconds. */
  #waitingSince = 0;
  #openNotBefore = 0;
  #unansweredLosses = 0;
  #lastFailure: ApnsVoipError | undefined;
  #cancelLook: (() => void) | undefined;
  #pumping = false;
  #pumpAgain = false;
  #closed = false;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#line = new WaitingLine(options.clock, parcel => parcel.unsent(this.#tooLate(), true));
    this.#policy = new TokenPolicy(options.tokens, options.clock, this);
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

  submit(parcel: Parcel, now: number): void {
    this.#noticeFreeze(now);
    if (this.#line.length === 0) {
      if (this.#sendAtOnce(parcel, now)) return;
      this.#waitingSince = now;
    }
    this.#line.add(parcel);
    this.#pump();
  }

  replace(id: number): FreshAfter | undefined {
    const freshAfter = this.#policy.expired(id, this.#lastId);
    if (freshAfter !== undefined) this.#find(id)?.leave("Apple refused its provider token");
    return freshAfter;
  }

  rest(id: number): FreshAfter | undefined {
    this.#find(id)?.rest();
    return this.#policy.tooMany(id, this.#lastId, this.#slots() < this.#options.maxConnections);
  }

  retireAll(): void {
    for (const connection of [...this.#connections]) connection.leave("the key has changed");
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

  answered(status: number): void {
    this.#backOff.reset();
    this.#unansweredLosses = 0;
    this.#lastFailure = undefined;
    if (status === 200) this.#policy.accepted();
    if (this.#line.length > 0) this.#pumpSoon();
  }

  doubted(): void {
    // A silent network is silent for all connections: the next pushes need not find that out one by one.
    for (const { life } of this.#connections) life.doubtIfSilent();
    this.#pumpSoon();
  }

  goingAway(connection: Connection, goodbye: Goodbye | undefined): void {
    this.#forget(connection);
    if (connection.inFlight > 0) this.#leaving.add(connection);
    if (goodbye !== undefined) {
      const { reason } = readAnswer({ status: 0, body: goodbye.debugData, header: () => undefined });
      this.#emit({ type: "apns.going-away", connection: connection.id, ...goodbye, ...(reason !== "" && { reason }) });
    }
    this.#pumpSoon();
  }

  closed(connection: Connection): void {
    this.#forget(connection);
    this.#leaving.delete(connection);
    this.#emit({ type: "apns.connection-closed", connection: connection.id, why: connection.why });
    // A connection that closes before it has answered anything is no better than none: from the second in a row on, the
    // next one waits.
    if (connection.answeredSince === undefined && !this.#closed && ++this.#unansweredLosses > 1) this.#holdBack();
    this.#pumpSoon();
  }

  #tooLate(): ApnsVoipError {
    return tooLate(`a connection to ${this.#options.origin}`, this.#lastFailure);
  }

  // --- what the provider tokens report

  tokenReady(): void {
    this.#pump();
  }

  tokenFailed(error: ApnsVoipError, settled: boolean): void {
    this.#lastFailure = error;
    if (settled) this.#refuseAll(error);
  }

  // --- pushes

  /** Doubts connections that may have been cut while this process stood still, before a call is given to them. */
  #noticeFreeze(now: number): void {
    for (const { life } of this.#connections) life.noticeFreeze(now);
  }

  /** Hands waiting pushes to connections that have room, and sees to it that there are enough connections. */
  #pump(): void {
    // A push that ends may be submitted again from within this loop, which then goes on with it.
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
      const now = monotonicNow(this.#clock);
      const token = this.#policy.tokenFor(connection.held, now);
      if (token === undefined) return;
      this.#line.delete(parcel);
      if (parcel.deadline <= now) parcel.unsent(this.#tooLate(), true);
      else connection.send(parcel, token, now);
    }
  }

  /** Sends a push at once where nobody waits and there is room, as for nearly every push. False where it has to wait. */
  #sendAtOnce(parcel: Parcel, now: number): boolean {
    for (const connection of this.#connections) {
      if (!connection.hasRoom || !this.#suits(parcel, connection)) continue;
      const token = this.#policy.tokenFor(connection.held, now);
      if (token === undefined) return false;
      connection.send(parcel, token, now);
      return true;
    }
    return false;
  }

  #suits({ freshAfter, avoid }: Parcel, { id }: Connection): boolean {
    if (id <= freshAfter && this.#hasFresh(freshAfter)) return false;
    return id !== avoid || !this.#hasOtherThan(id);
  }

  /** True where a connection that was opened after this one is there, or can be opened. */
  #hasFresh(after: FreshAfter): boolean {
    if (this.#slots() < this.#options.maxConnections || this.#opening.size > 0) return true;
    return this.#connections.some(other => other.id > after && other.state === "open");
  }

  /** True where another connection than this one is there, or can be opened. */
  #hasOtherThan(id: number): boolean {
    if (this.#slots() < this.#options.maxConnections) return true;
    return this.#connections.some(other => other.id !== id && other.state === "open");
  }

  #refuseAll(error: ApnsVoipError): void {
    for (const parcel of this.#line.clear()) parcel.unsent(error, true);
  }

  // --- connections

  /** Connections that count towards `maxConnections`: those that rest do, those that leave do not. */
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
    const candidates = this.#connections.filter(
      connection => connection.state === "open" && this.#suits(first, connection),
    );
    const wait = waitBeforeOpening(candidates, this.#opening.keys(), this.#waitingSince, now);
    if (wait === undefined) return;
    const delay = Math.max(wait, this.#openNotBefore - now);
    if (delay > 0) this.#lookAgainIn(delay);
    else this.#open().catch(() => {});
  }

  #lookAgainIn(milliseconds: number): void {
    this.#cancelLook = this.#clock.setTimeout(() => this.#pump(), Math.ceil(milliseconds));
  }

  #open(): Promise<void> {
    const connection = new Connection({ ...this.#options, owner: this });
    const token = this.#policy.forNextConnection();
    const opening = new Opening(this.#options, connection);
    const done = opening.done.then(
      async http2 => this.#opened(opening, connection, http2, await token),
      (error: ApnsVoipError) => this.#failedToOpen(opening, error),
    );
    this.#opening.set(opening, done);
    return done;
  }

  #opened(opening: Opening, connection: Connection, http2: Http2Connection, token: ProviderToken | undefined): void {
    this.#opening.delete(opening);
    const id = ++this.#lastId;
    connection.start(id, http2);
    if (token !== undefined) connection.held.take(token);
    this.#connections.push(connection);
    const milliseconds = monotonicNow(this.#clock) - opening.since;
    this.#emit({ type: "apns.connection-opened", connection: id, origin: this.#options.origin, milliseconds });
    connection.catchUp();
    if (this.#closed) connection.giveUp("the client is closing");
    this.#pump();
  }

  #failedToOpen(opening: Opening, error: ApnsVoipError): never {
    this.#opening.delete(opening);
    if (this.#closed) throw error;
    // The fault is on this side, and waiting does not heal it.
    if (error.code !== "CONNECTION_FAILED") this.#refuseAll(error);
    else {
      this.#lastFailure = error;
      const retryInMilliseconds = Math.round(this.#holdBack());
      this.#emit({ type: "apns.connection-failed", origin: this.#options.origin, error, retryInMilliseconds });
    }
    this.#pump();
    throw error;
  }

  /** Milliseconds until the next connection is tried. All pushes wait for it together. */
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
