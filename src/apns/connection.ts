import type { ClientHttp2Session } from "node:http2";
import { type Clock, monotonicNow } from "../clock.js";
import { Expiry } from "../internal/expiry.js";
import { networkCause } from "../internal/network-cause.js";
import { KEEP_TOKEN, PERIOD, type ProviderToken } from "./provider-token.js";
import { Stream, type StreamOwner } from "./stream.js";
import type { ApnsAnswer, Parcel } from "./transport.js";
import { type Http2Client, isGoaway, type UndiciClient } from "./undici-client.js";

/** A ping must be answered within this many milliseconds, */
const PING_DEADLINE = 5000;

/** and one that follows a time-out within fewer: there has been silence already, and calls wait for another connection. */
const PROBE_DEADLINE = 2000;

/** Apple's notice that it is closing the connection. */
export interface Goaway {
  readonly errorCode: number;
  readonly lastStreamId: number;
  /** As it came: JSON, text, or empty. */
  readonly debugData: string;
}

/** A connection that took a token of an earlier period ends when that token is this old: milliseconds. */
const OLD_TOKEN_UNTIL = 55 * 60_000;

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** There is room again. */
  roomAgain(): void;
  /** An answer has come; the parcel hears of it right after. */
  answered(answer: ApnsAnswer): void;
  /** An attempt timed out on one of them; that one is being probed. */
  timedOut(): void;
  /** It takes no more pushes: Apple said so, or it broke. Streams that are open may still finish. */
  goingAway(connection: Connection, goaway: Goaway | undefined): void;
  /** It is gone; `why` says so. */
  closed(connection: Connection): void;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly http2: Http2Client;
  readonly clock: Clock;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly owner: ConnectionOwner;
}

/**
 * One HTTP/2 connection to Apple, and the provider token it has taken. It lives through: `open` (takes pushes), `probing` (a
 * push timed out; none are given to it until it answers a ping), `resting` (Apple saw too many provider tokens on it),
 * `leaving` (open streams finish, nothing else) and `closed`.
 */
export class Connection implements StreamOwner {
  readonly id: number;
  readonly openedAt: number;
  state: "open" | "probing" | "resting" | "leaving" | "closed" = "open";
  /** Apple has answered something on it. */
  hasAnswered = false;
  /** When Apple last answered a push or a ping on it: monotonic milliseconds. */
  heardAt: number;
  readonly #options: ConnectionOptions;
  readonly #client: UndiciClient;
  readonly #session: ClientHttp2Session | undefined;
  readonly #streams: Expiry<Stream>;
  #room = true;
  #token: ProviderToken | undefined;
  #tokenUntil = 0;
  #cancelPing: (() => void) | undefined;
  #why = "";

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = options.id;
    this.#streams = new Expiry(options.clock);
    this.openedAt = monotonicNow(options.clock);
    this.heardAt = this.openedAt;
    this.#client = options.http2.client;
    this.#session = options.http2.session;
    this.#client.on("drain", () => {
      this.#room = true;
      if (this.state === "open") options.owner.roomAgain();
    });
    this.#client.on("disconnect", (_origin, _targets, error) => this.#disconnected(error));
    this.#session?.prependListener("goaway", (errorCode, lastStreamId, data) => {
      const debugData =
        data === undefined ? "" : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
      this.#why ||= "Apple is closing it (GOAWAY)";
      this.leave({ errorCode, lastStreamId, debugData });
    });
    this.#schedulePing();
  }

  /** Takes pushes right now. */
  get hasRoom(): boolean {
    return this.#room && this.state === "open" && this.isAlive;
  }

  get isAlive(): boolean {
    return this.#options.http2.isAlive();
  }

  /** The provider token it uses now; `undefined` when it should take another. */
  get token(): ProviderToken | undefined {
    return monotonicNow(this.#options.clock) < this.#tokenUntil ? this.#token : undefined;
  }

  /**
   * From now on it uses this token, for 20 minutes: Apple wants no second one before. One of an earlier period is the last it
   * uses, because the next could come too soon.
   */
  takeToken(token: ProviderToken): void {
    const { clock } = this.#options;
    const age = clock.now() - token.issuedAt;
    const isLast = age >= PERIOD && age < OLD_TOKEN_UNTIL;
    this.#token = token;
    this.#tokenUntil = isLast ? Number.POSITIVE_INFINITY : monotonicNow(clock) + KEEP_TOKEN;
    if (isLast) clock.setTimeout(() => this.leave(), OLD_TOKEN_UNTIL - age, { background: true });
  }

  send(parcel: Parcel, token: ProviderToken): void {
    const { clock, timeout } = this.#options;
    const expiresAt = Math.min(monotonicNow(clock) + timeout, parcel.deadline);
    const stream = new Stream(this, parcel, expiresAt);
    this.#streams.add(stream);
    const { path, headers, body } = parcel.push;
    headers[1] = token.authorization;
    const more = this.#client.dispatch({ method: "POST", path, headers, body }, stream);
    if (!more) this.#room = false;
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  /** Ends the attempt of a parcel whose caller gave up. True if it was here. */
  abandon(parcel: Parcel): boolean {
    const stream = this.#streams.list().find(each => each.parcel === parcel);
    stream?.abandon();
    return stream !== undefined;
  }

  /** A stream has ended, one way or the other. */
  streamEnded(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.inFlight === 0 && this.state === "leaving") this.#destroy();
  }

  answered(answer: ApnsAnswer): void {
    this.hasAnswered = true;
    this.heardAt = monotonicNow(this.#options.clock);
    this.#options.owner.answered(answer);
  }

  timedOut(): void {
    this.probe();
    this.#options.owner.timedOut();
  }

  /** No new pushes until it has answered a ping, so that neither silence nor one slow answer harms the next push. */
  probe(): void {
    if (this.state !== "open") return;
    this.state = "probing";
    this.#ping(PROBE_DEADLINE, () => {
      if (this.state !== "probing") return;
      this.state = "open";
      this.#options.owner.roomAgain();
    });
  }

  /** Apple saw too many provider tokens on it: it takes no pushes for as long as Apple wants no new one. */
  rest(): void {
    if (this.state !== "open" && this.state !== "probing") return;
    this.state = "resting";
    const wake = () => {
      if (this.state !== "resting") return;
      this.state = "open";
      this.#options.owner.roomAgain();
    };
    this.#options.clock.setTimeout(wake, KEEP_TOKEN, { background: true });
  }

  /** Takes no more pushes; closes when its open streams have finished. */
  leave(goaway?: Goaway): void {
    const first = this.state !== "leaving" && this.state !== "closed";
    if (this.state === "closed") return;
    this.state = "leaving";
    if (first || goaway !== undefined) this.#options.owner.goingAway(this, goaway);
    if (this.inFlight === 0) this.#destroy();
  }

  /** Ends it and everything on it. */
  giveUp(why: string): void {
    this.#why ||= why;
    this.#destroy();
  }

  #schedulePing(): void {
    const { clock, pingInterval } = this.#options;
    this.#cancelPing = clock.setTimeout(() => this.#ping(PING_DEADLINE), pingInterval, {
      background: true,
    });
  }

  #ping(deadline: number, onAck?: () => void): void {
    this.#cancelPing?.();
    if (this.state === "closed") return;
    const cancel = this.#options.clock.setTimeout(
      () => this.giveUp(`no answer to a ping within ${deadline} ms`),
      deadline,
      { background: true },
    );
    this.#cancelPing = cancel;
    const sent = this.#trySendPing(() => {
      if (this.#cancelPing !== cancel || this.state === "closed") return;
      cancel();
      this.heardAt = monotonicNow(this.#options.clock);
      this.#schedulePing();
      onAck?.();
    });
    if (!sent) this.giveUp("it cannot be pinged");
  }

  #trySendPing(onAck: () => void): boolean {
    try {
      return this.#session?.ping(error => error === null && onAck()) ?? false;
    } catch {
      return false;
    }
  }

  #disconnected(error: Error): void {
    // After a GOAWAY undici says so too, while open streams still finish.
    if (this.state === "leaving" && this.inFlight > 0) return;
    if (isGoaway(error)) return this.leave();
    this.#why ||= `the connection was cut: ${networkCause(error)}`;
    this.#destroy();
  }

  #destroy(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#cancelPing?.();
    this.#options.owner.closed(this);
    for (const stream of this.#streams.list()) stream.lose();
    this.#client.destroy(new Error(this.#why || "closed")).catch(() => {});
    // After a GOAWAY undici has let go of the session already.
    this.#session?.destroy();
  }

  get why(): string {
    return this.#why;
  }
}
