import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import type { Goodbye, Http2Answer, Http2Connection, Http2Listener, StreamEnd } from "../http2/port.js";
import { Expiry } from "../internal/expiry.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
import { HeldToken } from "./held-token.js";
import type { Carrier, Parcel } from "./parcel.js";
import { ownFields } from "./prepare-push.js";
import { KEEP_TOKEN, type ProviderToken } from "./provider-token.js";
import { SignOfLife } from "./sign-of-life.js";

/** Pushes that time out, with no answer to any in between, after which the connection leaves although it answers pings. */
const MOST_TIMEOUTS = 3;

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** There is room again. */
  roomAgain(): void;
  /** An answer has come; the parcel hears of it right after. */
  answered(status: number): void;
  /** It has fallen silent, or an attempt timed out on it: it is being probed. */
  doubted(): void;
  /** It takes no more pushes: Apple said so, or it broke. Streams that are open may still finish. */
  goingAway(connection: Connection, goodbye: Goodbye | undefined): void;
  /** It is gone; `why` says so. */
  closed(connection: Connection): void;
}

export interface ConnectionOptions {
  readonly origin: string;
  readonly clock: Clock;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly owner: ConnectionOwner;
}

/**
 * One connection to Apple, and the provider token it has taken. It lives through: `opening`, `open` (takes pushes), `resting` (Apple
 * saw too many provider tokens on it), `leaving` (open streams finish, nothing else) and `closed`. Besides, it may be doubted: it is
 * being probed then, and no push is given to it before it answers.
 */
export class Connection implements Http2Listener, Carrier {
  /** Counted from 1 in the order they opened; 0 before. */
  id = 0;
  openedAt = 0;
  state: "opening" | "open" | "resting" | "leaving" | "closed" = "opening";
  /** When Apple answered something on it for the first time: monotonic milliseconds. */
  answeredSince: number | undefined;
  why = "";
  readonly held: HeldToken;
  readonly life: SignOfLife;
  readonly #options: ConnectionOptions;
  readonly #parcels: Expiry<Parcel>;
  #http2: Http2Connection | undefined;
  /** What was heard of the connection before it was open here, for `catchUp` to tell. */
  #early: (() => void)[] = [];
  /** Pushes that timed out since the last answer. */
  #timeouts = 0;

  constructor(options: ConnectionOptions) {
    const { clock, pingInterval, owner } = options;
    this.#options = options;
    this.#parcels = new Expiry(clock);
    this.held = new HeldToken(clock, () =>
      this.leave("its provider token is too old, and Apple wants no second one yet"),
    );
    this.life = new SignOfLife({
      clock,
      pingInterval,
      inFlight: () => this.#parcels.size,
      ping: onAnswer => this.#http2?.ping(onAnswer),
      onDoubt: () => owner.doubted(),
      onTrust: () => owner.roomAgain(),
      onDeaf: why => this.leave(why),
      onSilence: why => this.giveUp(why),
    });
  }

  start(id: number, http2: Http2Connection): void {
    this.id = id;
    this.#http2 = http2;
    this.openedAt = monotonicNow(this.#options.clock);
    this.state = "open";
    this.life.start();
  }

  /** Tells what was heard of the connection before it was open here. */
  catchUp(): void {
    for (const tell of this.#early.splice(0)) tell();
    if (this.state === "open" && this.#http2?.isOpen !== true)
      this.giveUp("the connection was cut as soon as it was open");
  }

  /** True when it takes pushes right now. */
  get hasRoom(): boolean {
    return this.isUsable && this.#http2?.hasRoom === true;
  }

  /** True when it takes pushes, now or when others on it have ended. */
  get isUsable(): boolean {
    return this.state === "open" && !this.life.isDoubted && this.#http2?.isOpen === true;
  }

  /** `now`: monotonic milliseconds. */
  send(parcel: Parcel, { authorization }: ProviderToken, now: number): void {
    parcel.carrier = this;
    parcel.expiresAt = Math.min(now + this.#options.timeout, parcel.deadline);
    this.life.sending(now);
    this.#parcels.add(parcel);
    const { push } = parcel;
    const { deviceToken, kind, body } = push;
    const request = {
      path: `/3/device/${deviceToken}`,
      authorization,
      shared: kind.fields,
      own: ownFields(push),
      body,
    };
    const stream = (this.#http2 as Http2Connection).open(request, parcel);
    // The push may have ended within `open`, and been sent elsewhere.
    if (parcel.carrier === this) parcel.stream = stream;
  }

  get inFlight(): number {
    return this.#parcels.size;
  }

  // --- what the parcels' streams report

  ended(parcel: Parcel, end: StreamEnd): void {
    this.#release(parcel);
    const { origin } = this.#options;
    switch (end.kind) {
      case "answered":
        this.#answered(parcel, end);
        break;
      case "refused":
      case "never-left":
        parcel.unsent(lost(`${origin} did not process the push: ${end.why}`, end.why), false);
        break;
      case "lost": {
        const why = this.why || end.why;
        const message = `the push left for ${origin}, and then the answer was lost: ${why}; it may have been processed`;
        parcel.unknown(lost(message, end.why), this.id);
      }
    }
    this.#closeIfDone();
  }

  /** Apple did not answer in time. */
  expired(parcel: Parcel): void {
    const neverLeft = parcel.stream?.cancel() === true;
    this.#release(parcel);
    const { origin } = this.#options;
    if (neverLeft)
      parcel.unsent(new ApnsVoipError("TIMEOUT", `the push never left its connection to ${origin}`), false);
    else {
      if (++this.#timeouts >= MOST_TIMEOUTS) this.leave(`${MOST_TIMEOUTS} pushes in a row were not answered on it`);
      this.life.doubtAfterTimeout();
      const message = `${origin} did not answer in time; the push may have been processed`;
      parcel.unknown(new ApnsVoipError("TIMEOUT", message), this.id);
    }
    this.#closeIfDone();
  }

  abandoned(parcel: Parcel): void {
    parcel.stream?.cancel();
    this.#release(parcel);
    this.#closeIfDone();
  }

  #answered(parcel: Parcel, answer: Http2Answer): void {
    this.answeredSince ??= monotonicNow(this.#options.clock);
    this.#timeouts = 0;
    this.#options.owner.answered(answer.status);
    const { status, body } = answer;
    const read =
      status === 200
        ? acceptedAnswer(answer.field("apns-unique-id"))
        : readAnswer({ status, body, header: name => answer.field(name) });
    parcel.answered(read, this.id);
  }

  #release(parcel: Parcel): void {
    this.#parcels.delete(parcel);
    parcel.carrier = undefined;
    parcel.stream = undefined;
  }

  // --- what the connection itself reports

  heard(): void {
    this.life.heard();
  }

  roomAgain(): void {
    if (this.state === "open") this.#options.owner.roomAgain();
  }

  goodbye(goodbye: Goodbye): void {
    if (this.state === "opening") this.#early.push(() => this.goodbye(goodbye));
    else this.leave("Apple is closing it (GOAWAY)", goodbye);
  }

  closed(why: string): void {
    if (this.state === "opening") this.#early.push(() => this.closed(why));
    else this.giveUp(why);
  }

  // --- what becomes of it

  /** Apple saw too many provider tokens on it: it takes no pushes for as long as Apple wants no new one. */
  rest(): void {
    if (this.state !== "open") return;
    this.state = "resting";
    const wake = () => {
      if (this.state !== "resting") return;
      this.state = "open";
      this.#options.owner.roomAgain();
    };
    this.#options.clock.setTimeout(wake, KEEP_TOKEN, { background: true });
  }

  /** Takes no more pushes; closes when its open streams have finished. */
  leave(why: string, goodbye?: Goodbye): void {
    if (this.state === "closed") return;
    const isFirst = this.state !== "leaving";
    this.why ||= why;
    this.state = "leaving";
    if (isFirst || goodbye !== undefined) this.#options.owner.goingAway(this, goodbye);
    if (isFirst) this.#http2?.leave();
    this.#closeIfDone();
  }

  /** Ends it and everything on it. */
  giveUp(why: string): void {
    if (this.state === "closed") return;
    this.why ||= why;
    this.state = "closed";
    this.life.stop();
    this.#options.owner.closed(this);
    this.#http2?.destroy(this.why);
  }

  #closeIfDone(): void {
    if (this.state === "leaving" && this.#parcels.size === 0) this.giveUp(this.why);
  }
}

function lost(message: string, why: string): ApnsVoipError {
  return new ApnsVoipError("CONNECTION_LOST", message, { cause: new Error(why) });
}
