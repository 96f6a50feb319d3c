import type { Offer } from "../call-from-offer.js";
import type { Phone } from "./phone.js";
import type { CallSignal } from "./signals.js";

/** The body of a phone's `answer` event; all but `to` is passed on as it came. */
export interface Answer {
  readonly to: string | number;
  readonly [key: string]: unknown;
}

/** The body of a phone's `ice` event. */
export interface Candidate {
  readonly to: string | number;
  readonly candidate: unknown;
}

/** The body of a phone's `call-end` event. */
export interface End {
  readonly to: string | number;
}

/**
 * Who rings, and who stops. Each method takes what a phone has sent and resolves with what is to be sent to phones: emit each
 * signal's `event` with its `body` to its `phone`. None throws or rejects, whatever a client sent: a body that cannot
 * be read gives `[]`, changes nobody's call, and is told as `signal.refused`.
 */
export interface Calls {
  /** The phone is connected, and `online` lists it. Resolves with what it must get now. */
  register(phone: Phone): Promise<CallSignal[]>;
  /**
   * Rings a user, or passes the offer on inside a call. Phones that are not connected are pushed, which this does not wait for.
   */
  offer(phone: Phone, offer: Offer): Promise<CallSignal[]>;
  /** The first answer has the call. */
  answer(phone: Phone, answer: Answer): Promise<CallSignal[]>;
  candidate(phone: Phone, candidate: Candidate): Promise<CallSignal[]>;
  /** Ends the call that the phone has with that user: hangs up, declines or cancels it. */
  end(phone: Phone, end: End): Promise<CallSignal[]>;
  /** The phone's connection is lost, and `online` no longer lists it. */
  gone(phone: Phone): Promise<CallSignal[]>;
  /** Calls that ring or are answered, and that this process knows. */
  readonly size: number;
  /** Ends the timers and pushes of this process. Calls in a shared store stay for the other servers. */
  close(): Promise<void>;
}
