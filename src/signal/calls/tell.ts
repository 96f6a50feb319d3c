import { type Call, isParty, otherUser, type Party, rungOf, sideOf, type Waiting } from "./call.js";
import { fits, keep } from "./kept-texts.js";
import { BACK_WITHIN } from "./limits.js";
import type { CallEnded, EndReason } from "./signals.js";
import { connected, liveBetween, type Outgoing, onlineOf, type PassedOnEvent, type Turn } from "./turn.js";
import { asSent } from "./user-id.js";

/** Gives a signal to one of the two phones of a call, or keeps it until that phone is connected. False: there is no room. */
export function give(turn: Turn, call: Call, side: "caller" | "callee", signal: Given): boolean {
  const party = call[side];
  if (party === undefined) return false;
  const userId = side === "caller" ? call.from : call.to;
  const id = connectionOf(turn, userId, party);
  // What has waited goes first: a phone that is here and has something waiting is about to register.
  if (id === undefined || party.waiting.some(({ on }) => on === undefined)) {
    if (!hasRoom(turn, call, signal)) return false;
    party.waiting.push(kept(turn, call, signal));
    return true;
  }
  party.id = id;
  turn.signals.push(outgoing(call, userId, id, signal));
  if (onlineOf(turn, userId) !== undefined) party.waiting = [];
  else if (hasRoom(turn, call, signal)) party.waiting.push({ ...kept(turn, call, signal), on: id });
  return true;
}

/** What goes to a phone of a call: what somebody has just sent, what has been kept, or that it is over. */
type Given = Waiting | { readonly event: PassedOnEvent; readonly text: string };

function hasRoom(turn: Turn, call: Call, signal: Given): boolean {
  return !("text" in signal) || fits(turn, call, signal.text.length);
}

function kept(turn: Turn, call: Call, signal: Given): Waiting {
  return "text" in signal ? { event: signal.event, kept: keep(turn, call, signal.text) } : signal;
}

/** The signal of a call for the phone of one of its users. What the other one sent is from him. */
export function outgoing(call: Call, userId: string, phone: string, signal: Given): Outgoing {
  const { event } = signal;
  if (event === "call-ended") return { phone, event, body: signal.body };
  const from = asSent(otherUser(call, userId));
  return { phone, event, from, text: "text" in signal ? signal.text : { call, name: signal.kept[0] } };
}

/** The connection of a phone of the call: where the one it had is lost, another one of the same phone. */
function connectionOf(turn: Turn, userId: string, { key, id, waiting }: Party): string | undefined {
  const [here] = id === undefined ? [] : connected(turn, userId, [id]);
  if (here !== undefined || waiting.length > 0) return here;
  return onlineOf(turn, userId)?.find(phone => phone.key === key)?.id;
}

export function endedBody(from: string, reason: EndReason, message?: string): CallEnded {
  return { from: asSent(from), reason, ...(message !== undefined && { message }) };
}

/** Tells one of the two phones of a call that it is over. Whatever else waited for that phone is dropped. */
export function tellParty(
  turn: Turn,
  call: Call,
  side: "caller" | "callee",
  reason: EndReason,
  message?: string,
): void {
  const party = call[side];
  if (party === undefined) return;
  const userId = side === "caller" ? call.from : call.to;
  party.waiting = [];
  if (!mayBeTold(turn, call, userId, party.key)) return;
  const body = endedBody(otherUser(call, userId), reason, message);
  give(turn, call, side, { event: "call-ended", body });
}

/** Tells every connected phone on which the call rang that it is over. The others are told when they register. */
export function tellRung(turn: Turn, call: Call, reason: EndReason, message?: string): void {
  for (const rung of call.rang) {
    const { key, ids } = rung;
    if (call.told.includes(key) || sideOf(call, call.to, key) === "callee") continue;
    if (!mayBeTold(turn, call, call.to, key)) {
      call.told.push(key);
      continue;
    }
    const body = endedBody(call.from, reason, message);
    const here = connected(turn, call.to, ids);
    if (here.length > 0) call.told.push(key);
    // Noted, so that it is told again on a new connection: this one may have been lost with its server.
    const isKnown = onlineOf(turn, call.to) !== undefined;
    if (turn.isShared || !isKnown) rung.toldOn = here;
    if (turn.isShared && isKnown) rung.toldUntil = turn.now + BACK_WITHIN;
    for (const phone of here) turn.signals.push({ phone, event: "call-ended", body });
  }
}

/**
 * An end names a user and no call. So it goes to no phone that is in another call with that user, or makes one, and to none
 * that has the offer of a later one: it would end that.
 */
export function mayBeTold(turn: Turn, call: Call, userId: string, key: string): boolean {
  return !liveBetween(turn, userId, otherUser(call, userId)).some(
    other =>
      other !== call &&
      (isParty(other, userId, key) ||
        (other.state === "ringing" &&
          other.order > call.order &&
          other.to === userId &&
          (rungOf(other, key)?.ids.length ?? 0) > 0)),
  );
}
