import { type Clock, systemClock } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import type { Offer } from "./call-from-offer.js";
import { createRingingCalls, type RingingCall, type UserId } from "./ringing-calls.js";
import { sdpText } from "./sdp.js";

/** The body of a phone's `ice` event. */
export interface IceCandidate {
  readonly to: UserId;
  readonly candidate: unknown;
}

/** What a phone gets: emit `event` with `body`, which is what was sent, with `from` instead of `to`. */
export type WaitingSignal =
  /** The caller hung up before this phone was there; its screen still rings. */
  | { readonly event: "call-ended"; readonly body: { readonly from: UserId } }
  | { readonly event: "offer"; readonly body: { readonly from: UserId } & Omit<Offer, "to"> }
  | { readonly event: "ice"; readonly body: { readonly from: UserId; readonly candidate: unknown } };

export interface WaitingOffersOptions {
  /** Milliseconds an offer waits. Default: 30000, as long as the push rings. */
  readonly ringTimeout?: number | undefined;
  /** Candidates kept per offer; further ones are not. Default: 200. */
  readonly maxCandidates?: number | undefined;
  /** Characters of JSON kept per offer, its candidates included; what goes beyond is not kept. Default: 131072. */
  readonly maxSize?: number | undefined;
  /** Characters of JSON kept in all; the oldest offers make room. Default: 67108864. */
  readonly maxTotalSize?: number | undefined;
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
}

/**
 * Offers that ring, for phones that are not there yet. A push only wakes the app; it then connects and registers, and
 * must get the offer and the candidates that followed at once, or the answered call has no video.
 *
 * A user's phones are told apart by any id that their connection has: `socket.id` of Socket.IO will do. All methods
 * return at once and never throw, whatever a client sent.
 */
export interface WaitingOffers {
  /**
   * Keeps the offer of user `from` until the ring timeout, `answered` or `end`; an earlier one to the same user is
   * replaced. `phones`: those that are online and get it from the server itself. False when it is no offer, or too large.
   */
  keep(from: UserId, offer: Offer, phones?: Iterable<string>): boolean;
  /**
   * Keeps a candidate that follows an offer, for the phones still to come. Whether it was kept or not, phones that are
   * online get it from the server itself. False when no offer of `from` waits for that user, or there is no room.
   */
  addCandidate(from: UserId, ice: IceCandidate): boolean;
  /**
   * What waits for a phone that registers: each caller's offer, then its candidates, in the order in which they came.
   * Each phone gets it once; what follows goes straight to it, so call this where the phone is marked as online.
   */
  take(userId: UserId, phone: string): WaitingSignal[];
  /**
   * `phone` of user `userId` answers the call of user `to`. The first one has the call: `passOn` its answer, and tell the
   * phones of `callEnded`, on which it rang as well. A phone that comes too late is the only one to be told. When no
   * such call is kept, the answer is to be passed on: it may ring longer than we keep it.
   */
  answered(
    userId: UserId,
    phone: string,
    to: UserId,
  ): { readonly passOn: boolean; readonly callEnded: readonly string[] };
  /**
   * The call between the two is over: `call-end` of either side, sent by `phone`. Returns the other phones on which it
   * rang, to be told `call-ended`; a phone that registers within the ring timeout is told by `take`.
   */
  end(userId: UserId, to: UserId, phone?: string): string[];
  /** How many calls are kept. */
  readonly size: number;
}

/**
 * Makes an empty keep. Memory is bounded by the limits; nothing runs in the background, so there is nothing to close.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, when a limit is no number above 0.
 * @example
 * ```ts
 * const offers = createWaitingOffers();
 * // on "offer", from user 11 to user 10 who is offline, before the push:
 * offers.keep(11, { to: 10, sdp, displayName: "User 11" });
 * // on "register", from the phone that the push woke:
 * for (const { event, body } of offers.take(10, socket.id)) socket.emit(event, body);
 * ```
 */
export function createWaitingOffers(options: WaitingOffersOptions = {}): WaitingOffers {
  const { ringTimeout = 30_000, maxCandidates = 200, maxSize = 131_072, maxTotalSize = 67_108_864 } = options;
  checkLimits({ ringTimeout, maxCandidates, maxSize, maxTotalSize });
  const { clock = systemClock } = options;
  const calls = createRingingCalls<WaitingSignal>({ ringTimeout, maxSize, maxTotalSize, clock });

  return {
    keep(from, offer, phones = []) {
      if (!isOffer(offer)) return false;
      const { to, ...body } = offer;
      // Somebody who calls back within the ring timeout must not be told that the earlier call is over.
      const opposite = calls.find(to, from);
      if (opposite?.state === "over") calls.remove(opposite);

      const call = calls.start(from, to, phones);
      const kept = calls.add(call, { event: "offer", body: { ...body, from } });
      if (!kept) calls.remove(call);
      return kept;
    },

    addCandidate(from, ice) {
      const call = isObject(ice) && isUserId(ice.to) ? calls.find(from, ice.to) : undefined;
      if (call?.state !== "ringing" || call.signals.length > maxCandidates) return false;
      return calls.add(call, { event: "ice", body: { from, candidate: ice.candidate } });
    },

    take(userId, phone) {
      return calls.to(userId).flatMap((call): readonly WaitingSignal[] => {
        if (call.state === "answered" || call.phones.has(phone)) return [];
        call.phones.add(phone);
        return call.state === "over" ? [{ event: "call-ended", body: { from: call.from } }] : call.signals;
      });
    },

    answered(userId, phone, to) {
      const call = isUserId(to) ? calls.find(to, userId) : undefined;
      if (call?.state === "answered" && call.answeredBy !== phone) return { passOn: false, callEnded: [phone] };
      if (call?.state !== "ringing") return { passOn: true, callEnded: [] };
      calls.settle(call, "answered");
      call.answeredBy = phone;
      return { passOn: true, callEnded: besides(call, phone) };
    },

    end(userId, to, phone) {
      if (!isUserId(to)) return [];
      return [calls.find(userId, to), calls.find(to, userId)].flatMap(call => {
        if (call === undefined || call.state === "over") return [];
        if (call.state === "answered") {
          calls.remove(call);
          return [];
        }
        calls.settle(call, "over");
        return besides(call, phone);
      });
    },

    get size() {
      return calls.size;
    },
  };
}

function besides({ phones }: RingingCall<WaitingSignal>, phone: string | undefined): string[] {
  return [...phones].filter(other => other !== phone);
}

function isUserId(value: unknown): value is UserId {
  return (typeof value === "string" && value !== "") || (typeof value === "number" && Number.isFinite(value));
}

function isOffer(body: Offer): boolean {
  return isObject(body) && isUserId(body.to) && sdpText(body.sdp) !== undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function checkLimits(limits: Readonly<Record<string, number>>): void {
  const issues = Object.entries(limits)
    .filter(([, limit]) => !(typeof limit === "number" && limit > 0))
    .map(([path, limit]) => ({ path, message: `${path} must be a number above 0, not ${describe(limit)}` }));
  if (issues.length === 0) return;
  const text = issues.map(issue => issue.message).join("; ");
  throw new ApnsVoipError("INVALID_OPTIONS", `createWaitingOffers: ${text}`, { issues });
}
