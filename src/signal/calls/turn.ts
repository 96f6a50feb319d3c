import type { SignalEvent } from "../../events.js";
import type { CallFromOffer } from "../call-from-offer.js";
import { type Call, isBetween } from "./call.js";
import type { KnownPhone } from "./phone.js";
import type { CallEnded } from "./signals.js";

/** A push to be sent now. */
export interface PushOrder {
  readonly call: Call;
  readonly key: string;
  readonly request: CallFromOffer;
  readonly except: readonly string[] | undefined;
}

export interface Missed {
  readonly request: CallFromOffer;
  readonly why: "no-answer" | "cancelled";
}

/** What a step may know, and does not change. */
export interface Surroundings {
  /** Milliseconds of the store's time. */
  readonly now: number;
  readonly ringTimeout: number;
  readonly quietAfter: number;
  /** Other processes take steps for the same calls. */
  readonly isShared: boolean;
  /** How long a process has a push or an offer before another one takes it over. */
  readonly lease: number;
  /** Who is connected, by user; a user of whom that is not known is not in it. */
  readonly online: ReadonlyMap<string, readonly KnownPhone[]>;
  /** The texts of offers that ring, by call: those that may be the one which is offered now. */
  readonly offers: ReadonlyMap<string, string>;
  /** Whether this process is sending the push with that key. */
  readonly isSending: (key: string) => boolean;
  /** Whether answered calls may keep no more texts. */
  readonly isFull: () => boolean;
  /** Something that nobody else has: the id of a call, the key of a push. */
  readonly newId: () => string;
}

/** One step of the rules: the calls of the users involved, which it changes, and what comes of it. */
export interface Turn extends Surroundings {
  /** All calls of the users involved, the earliest first. */
  calls: Call[];
  readonly dropped: Call[];
  readonly signals: Outgoing[];
  /** The texts that are new beside their calls. */
  readonly texts: { readonly callId: string; readonly name: number; readonly text: string }[];
  readonly pushes: PushOrder[];
  /** The calls whose pushes are to be cancelled, but for the one with this key. */
  readonly cancels: { readonly call: Call; readonly except?: string }[];
  readonly events: SignalEvent[];
  readonly missed: Missed[];
}

/** A signal for a phone. What somebody has sent is a text: as it came just now, or kept beside a call by that name. */
export type Outgoing = { readonly phone: string } & (
  | { readonly event: "call-ended"; readonly body: CallEnded }
  | { readonly event: PassedOnEvent; readonly from: string | number; readonly text: string | KeptText }
);

export type PassedOnEvent = "offer" | "answer" | "ice";

export interface KeptText {
  readonly call: Call;
  readonly name: number;
}

/** The connected phones of a user; `undefined` where that is not known. */
export function onlineOf(turn: Turn, userId: string): readonly KnownPhone[] | undefined {
  return turn.online.get(userId);
}

/** Those of the given connections that are there. Where nobody can say, all of them count. */
export function connected(turn: Turn, userId: string, ids: readonly string[]): string[] {
  const online = onlineOf(turn, userId);
  return ids.filter(id => online === undefined || online.some(phone => phone.id === id));
}

/** The calls between two users that are not over. */
export function liveBetween(turn: Turn, one: string, other: string): Call[] {
  return turn.calls.filter(call => call.state !== "over" && isBetween(call, one, other));
}

export function drop(turn: Turn, call: Call): void {
  turn.calls = turn.calls.filter(other => other !== call);
  turn.dropped.push(call);
}

export function refuse(turn: Turn, userId: string, event: RefusedEvent, why: string): void {
  turn.events.push({ type: "signal.refused", userId, event, why });
}

export type RefusedEvent = "register" | "offer" | "answer" | "ice" | "call-end" | "gone";
