/** One ringing attempt towards a user, and what became of it. */
export interface Call {
  readonly id: string;
  /** Milliseconds of this process's own time. */
  readonly offeredAt: number;
  /** What the signal server said: `online` when it handed the offer to a phone, else what the API client came to. */
  status: string | undefined;
  /** How often the phone rang. */
  rings: number;
  rangAt: number | undefined;
  way: "push" | "socket" | undefined;
  /** The phone that a push woke got the waiting offer. */
  offerTaken: boolean;
  /** It got it from another signal server than the caller's. */
  crossed: boolean;
  answered: boolean;
  /** Resolves with the first ring. */
  readonly rang: Promise<void>;
  /** A push or an offer has reached the phone: it rings, unless it is handling this call already. */
  ring(way: "push" | "socket"): void;
  /** The phone is done with it: the same id could ring again. */
  end(): void;
}

export function createCall(id: string): Call {
  const { promise: rang, resolve } = Promise.withResolvers<void>();
  let isHandled = false;
  return {
    id,
    offeredAt: performance.now(),
    status: undefined,
    rings: 0,
    rangAt: undefined,
    way: undefined,
    offerTaken: false,
    crossed: false,
    answered: false,
    rang,
    ring(way) {
      if (isHandled) return;
      isHandled = true;
      this.rings++;
      this.rangAt ??= performance.now();
      this.way ??= way;
      resolve();
    },
    end() {
      isHandled = false;
    },
  };
}
