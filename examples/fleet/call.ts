/** What the people make of a call. */
export type Plan = "answer" | "decline" | "cancel" | "ignore";

/** One ringing attempt towards a user with several phones, and what became of it. */
export interface Call {
  readonly id: string;
  readonly plan: Plan;
  /** When the offer was sent: milliseconds of this process's clock. */
  readonly offeredAt: number;
  /** The reason with which the caller was told that it is over. */
  toldCaller: string | undefined;
  rangAt: number | undefined;
  way: "push" | "socket" | undefined;
  readonly phones: Map<string, OnPhone>;
  /** True once a phone that a push woke has got the waiting offer. */
  offerTaken: boolean;
  /** True when it got the offer from another signal server than the caller's. */
  crossed: boolean;
  /** When somebody answered, and when the caller heard it. */
  isPickedUp: boolean;
  answeredAt: number | undefined;
  answeredBy: string | undefined;
  heardAt: number | undefined;
  /** Somebody has answered, declined or given up: the other phones have to stop. */
  isOver: boolean;
  /** Phones that stopped although it still rang. */
  stoppedEarly: number;
  /** Phones that never stopped; without those that came when their end was not kept any more. */
  rungOn: number;
  cameTooLate: number;
  /** Milliseconds from the end until no phone rang. */
  quietAfter: number;
  /** What phones saw of it, with the milliseconds since the offer. */
  readonly history: string[];
  /** Resolves with the first ring. */
  readonly rang: Promise<void>;
  /** A push or an offer has reached a phone: it rings, unless it is handling this call already. */
  ring(phone: string, way: "push" | "socket"): void;
  /** A phone is told that the call is over. */
  end(phone: string, reason: string, connection: string): void;
  /** A phone stops by itself: its user has answered, or declined. */
  stop(phone: string): void;
  note(what: string): void;
}

/** A phone, and a call: how often it began to ring, where it was told that it is over, and whether it rings now. */
export interface OnPhone {
  rings: number;
  /** On these connections it was told that the call is over. */
  readonly toldOn: Set<string>;
  /** How often on one of them more than once, and how often on another one once more, because its server was killed. */
  toldTwice: number;
  toldAgain: number;
  isRinging: boolean;
  isHandled: boolean;
}

export function createCall(id: string, plan: Plan): Call {
  const { promise: rang, resolve } = Promise.withResolvers<void>();
  const phones = new Map<string, OnPhone>();
  const on = (phone: string) => {
    const state = phones.get(phone) ?? {
      rings: 0,
      toldOn: new Set<string>(),
      toldTwice: 0,
      toldAgain: 0,
      isRinging: false,
      isHandled: false,
    };
    phones.set(phone, state);
    return state;
  };
  return {
    id,
    plan,
    offeredAt: performance.now(),
    toldCaller: undefined,
    rangAt: undefined,
    way: undefined,
    phones,
    offerTaken: false,
    crossed: false,
    isPickedUp: false,
    answeredAt: undefined,
    answeredBy: undefined,
    heardAt: undefined,
    isOver: false,
    stoppedEarly: 0,
    rungOn: 0,
    cameTooLate: 0,
    quietAfter: 0,
    history: [],
    rang,
    ring(phone, way) {
      this.note(`${phone} ${way}`);
      const state = on(phone);
      if (state.isHandled) return;
      state.isHandled = true;
      state.isRinging = true;
      state.rings++;
      this.rangAt ??= performance.now();
      this.way ??= way;
      resolve();
    },
    end(phone, reason, connection) {
      this.note(`${phone} told ${reason}`);
      const state = on(phone);
      // Whoever answers a call that is over is told so, again where he has just been told.
      if (state.toldOn.has(connection) && this.answeredBy !== phone) state.toldTwice++;
      if (state.toldOn.size > 0 && !state.toldOn.has(connection)) state.toldAgain++;
      state.toldOn.add(connection);
      if (state.isRinging && !this.isOver && reason !== "no-answer") this.stoppedEarly++;
      state.isRinging = false;
      // An app that has ended a call would ring for the same id again.
      state.isHandled = false;
    },
    stop(phone) {
      this.isOver = true;
      on(phone).isRinging = false;
    },
    note(what) {
      this.history.push(`${Math.round(performance.now() - this.offeredAt)} ${what}`);
    },
  };
}
