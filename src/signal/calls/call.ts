import type { CallFromOffer } from "../call-from-offer.js";
import { deviceKeyOf } from "./phone.js";
import type { CallEnded, EndReason } from "./signals.js";

/**
 * Everything that is known of one call but for the texts that phones get, which are kept beside it: a step reads all calls of
 * two users, and those texts are far larger than the rest. Plain JSON, so that any store can keep it.
 */
export interface Call {
  readonly id: string;
  /** The two users, by their ids as text. */
  readonly from: string;
  readonly to: string;
  /** A number that rises with each offer between the two. */
  order: number;
  state: "ringing" | "answered" | "over";
  /** Milliseconds of the store's time. */
  offeredAt: number;
  /** The call as it is pushed, and as `onMissed` gets it. */
  request: CallFromOffer;
  /** The phone that calls. */
  caller: Party;
  /** The phone that has answered. */
  callee?: Party;
  /** What was answered, the connection on which the caller got it, and the one on which it was said: until it has surely arrived. */
  keptAnswer?: { readonly kept: Kept; readonly on: string; readonly by: string; readonly until: number };
  /** While it rings: the offer, and the candidates that followed. */
  offer?: Kept;
  ice: Kept[];
  /** Candidates of the callee's phones that have not answered, by phone. */
  early: Record<string, Kept[]>;
  /** The name of the next text that is kept beside the call. */
  nextText: number;
  /** The phones of the callee that have, or had, the offer. */
  rang: Rung[];
  /** The phones that know that it is over, or must not be told. */
  told: string[];
  /** True when phones without a device id must not be told any more that it is over. */
  bareAreTold?: boolean;
  /** By then somebody must have given the offer to the phones that are connected; absent when that is done. */
  reachBy?: number;
  /** Nobody could say who is connected when it rang, so phones that are know nothing of it yet: when that is asked again. */
  askAgainAt?: number;
  /** The push that was asked for last. */
  push?: Push;
  /** Earlier pushes that have no outcome yet, by their keys. */
  earlier?: string[];
  /** True when an earlier push may have rung. */
  hasRung?: boolean;
  /** True once the user was pushed because the last connected phone had gone. */
  pushedWhenGone?: boolean;
  /** The pushed phones that have registered. */
  woken: string[];
  /** True once it was told that nobody has woken. */
  isQuiet?: boolean;
  end?: { readonly reason: EndReason; readonly at: number; readonly message?: string };
}

/**
 * A text that phones get, kept beside the call: its name there, its characters, and the bytes of memory that it takes. The
 * JSON of a body without `to`, or of a candidate.
 */
export type Kept = readonly [name: number, characters: number, bytes: number];

/** One of the two phones of a call. */
export interface Party {
  key: string;
  /** Its connection; absent when that is gone. */
  id?: string;
  /** What the phone gets when it registers, in order. */
  waiting: Waiting[];
}

export type Waiting = (
  | { readonly event: "offer" | "answer" | "ice"; readonly kept: Kept }
  | { readonly event: "call-ended"; readonly body: CallEnded }
) & {
  /** It was sent on that connection when nobody could say whether that is there: it waits in case it is not. */
  readonly on?: string;
};

/** A phone of the callee. */
export interface Rung {
  key: string;
  /** The connections on which it has the offer; none once they are gone. */
  ids: string[];
  /** True when it was connected as the call came. */
  wasThere: boolean;
  /** It was told that the call is over on these connections, and is told again on another one: the server of these may have died. */
  toldOn?: string[];
  /** After that they have surely told it; absent where nobody could say whether they are there. */
  toldUntil?: number;
}

export interface Push {
  /** The idempotency key of the push. */
  readonly key: string;
  /** The phones that are not pushed; absent: all are. */
  readonly except?: string[];
  status: "sending" | PushStatus;
  message?: string;
  /** When it was handed over. */
  readonly at: number;
  /** Until when the process that sends it may take. Then another one sends it again. */
  lease: number;
}

export type PushStatus = "accepted" | "duplicate" | "no-devices" | "unknown" | "failed" | "cancelled";

export function isParty(call: Call, userId: string, key: string): boolean {
  return sideOf(call, userId, key) !== undefined;
}

/** Which of the two phones of the call that is, if it is one. */
export function sideOf(call: Call, userId: string, key: string): "caller" | "callee" | undefined {
  if (call.from === userId && call.caller.key === key) return "caller";
  return call.to === userId && call.callee?.key === key ? "callee" : undefined;
}

export function otherUser(call: Call, userId: string): string {
  return call.from === userId ? call.to : call.from;
}

export function isBetween(call: Call, one: string, other: string): boolean {
  return (call.from === one && call.to === other) || (call.from === other && call.to === one);
}

export function rungOf(call: Call, key: string): Rung | undefined {
  return call.rang.find(rung => rung.key === key);
}

/** True when a push may have made phones ring that have not registered yet. */
export function mayRingByPush({ push, earlier = [], hasRung }: Call): boolean {
  return hasRung === true || earlier.length > 0 || (push !== undefined && mayRing(push.status));
}

/** The push may have made that phone ring, if it has not registered since. */
export function mayHaveRung(call: Call, key: string): boolean {
  return mayRingByPush(call) && call.push?.except?.some(deviceId => deviceKeyOf(deviceId) === key) !== true;
}

export function mayRing(status: Push["status"]): boolean {
  return !DID_NOT_RING.has(status);
}

const DID_NOT_RING: ReadonlySet<Push["status"]> = new Set(["no-devices", "failed", "cancelled"]);
