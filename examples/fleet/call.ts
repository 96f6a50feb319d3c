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
  /** By phone: how often it began to ring, how often it was told that it is over, and whether it rings now. */
  readonly phones: Map<string, OnPhone>;
  /** True once a phone that a push woke has got the waiting offer. */
  offerTaken: boolean;
  /** True when it got the offer from another signal server than the caller's. */
  crossed: boolean;
  answered: boolean;
  /** Phones that still rang, seconds after the call was over. */
  rungAfterEnd: number;
  /** Resolves with the first ring. */
  readonly rang: Promise<void>;
  /** A push or an offer has reached a phone: it rings, unless it is handling this call already. */
  ring(phone: string, way: "push" | "socket"): void;
  /** A phone is told that the call is over. */
  end(phone: string): void;
  /** A phone stops by itself: its user has answered, or declined. */
  stop(phone: string): void;
}

export interface OnPhone {
  rings: number;
  told: number;
  isRinging: boolean;
  isHandled: boolean;
}

export function createCall(id: string, plan: Plan): Call {
  const { promise: rang, resolve } = Promise.withResolvers<void>();
  const phones = new Map<string, OnPhone>();
  const on = (phone: string) => {
    const state = phones.get(phone) ?? { rings: 0, told: 0, isRinging: false, isHandled: false };
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
    answered: false,
    rungAfterEnd: 0,
    rang,
    ring(phone, way) {
      const state = on(phone);
      if (state.isHandled) return;
      state.isHandled = true;
      state.isRinging = true;
      state.rings++;
      this.rangAt ??= performance.now();
      this.way ??= way;
      resolve();
    },
    end(phone) {
      const state = on(phone);
      state.told++;
      state.isRinging = false;
    },
    stop(phone) {
      on(phone).isRinging = false;
    },
  };
}
