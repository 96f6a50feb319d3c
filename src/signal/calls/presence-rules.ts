import { reasonFor } from "./answer-rules.js";
import { type Call, mayHaveRung, type Rung, rungOf, sideOf } from "./call.js";
import { giveKeptAnswer, leftInOrder } from "./kept-answer.js";
import { MAX_PHONES } from "./limits.js";
import { ring } from "./offer-rules.js";
import { isBare, type KnownPhone } from "./phone.js";
import { endWhereNobodyIs, isBusy, pushWhenGone } from "./push-rules.js";
import { rename } from "./same-phone.js";
import { endedBody, mayBeTold, outgoing } from "./tell.js";
import { liveBetween, onlineOf, type Turn } from "./turn.js";

export interface Registered {
  readonly type: "register";
  readonly phone: KnownPhone;
}

/** Gives a phone that has registered what is due to it, the ends of earlier calls first. */
export function register(turn: Turn, { phone }: Registered): void {
  if (isBare(phone.key)) takePlace(turn, phone);
  for (const call of turn.calls) if (call.state === "over") flush(turn, call, phone);
  for (const call of turn.calls) if (tellOwedEnd(turn, call, phone)) noteWoken(turn, call, phone);
  for (const call of turn.calls) {
    if (call.state === "over") continue;
    flush(turn, call, phone);
    if (call.state !== "ringing" || call.to !== phone.userId || isBusy(turn, call, phone.key)) continue;
    noteWoken(turn, call, phone);
    ring(turn, call, phone, false);
  }
}

/** Gives a phone of the call that is back what has waited for it. */
function flush(turn: Turn, call: Call, { userId, key, id }: KnownPhone): void {
  const side = sideOf(call, userId, key);
  const party = side && call[side];
  if (!party) return;
  party.id = id;
  giveKeptAnswer(turn, call, side, id);
  const waiting = party.waiting;
  party.waiting = [];
  if (call.state === "over" && !mayBeTold(turn, call, userId, key)) return;
  for (const one of waiting) if (one.on !== id) turn.signals.push(outgoing(call, userId, id, one));
}

/** A phone on which it rang, or which a push has made ring, learns that it does no more. False: that is not owed to it. */
export function tellOwedEnd(turn: Turn, call: Call, phone: KnownPhone): boolean {
  const { userId, key, id } = phone;
  if (call.to !== userId || call.state === "ringing" || sideOf(call, userId, key)) return false;
  const rung = rungOf(call, key);
  if (call.told.includes(key) && !mayNotHaveHeard(turn, rung, id)) return false;
  delete rung?.toldOn;
  if (isBare(key) && call.bareAreTold) return false;
  const since = call.callee ? call.offeredAt : (call.end?.at ?? 0);
  const reason = call.callee ? "answered-elsewhere" : reasonFor(call, phone);
  if (turn.now >= since + turn.ringTimeout || reason === undefined || call.told.length >= MAX_PHONES) return false;

  const before = rung ?? (isBare(key) ? awayBare(turn, call) : undefined);
  if (before === undefined && !mayHaveRung(call, key)) return false;
  call.told.push(key);
  delete before?.toldOn;
  if (before && before.key !== key) call.told.push(before.key);
  if (mayBeTold(turn, call, userId, key) && !isCalledAgain(turn, call, key))
    turn.signals.push({ phone: id, event: "call-ended", body: endedBody(call.from, reason, call.end?.message) });
  return true;
}

/**
 * True when the push of a later call between the two may have made the phone ring: the end of this one names no call, and
 * would stop that.
 */
function isCalledAgain(turn: Turn, call: Call, key: string): boolean {
  return liveBetween(turn, call.from, call.to).some(
    other =>
      other.state === "ringing" && other.from === call.from && other.order > call.order && mayHaveRung(other, key),
  );
}

/** True when it was told on another connection, which may have been lost with its server. */
function mayNotHaveHeard({ now }: Turn, rung: Rung | undefined, id: string): boolean {
  const { toldOn, toldUntil } = rung ?? {};
  return toldOn?.includes(id) === false && (toldUntil === undefined || now < toldUntil);
}

/** A phone without a device id on which the call rang and which is gone: it comes back with another id. */
function awayBare(turn: Turn, call: Call) {
  const online = onlineOf(turn, call.to);
  return call.rang.find(
    ({ key, ids }) =>
      isBare(key) &&
      (!call.told.includes(key) || mayNotHaveHeard(turn, rungOf(call, key), "")) &&
      sideOf(call, call.to, key) === undefined &&
      (online ? !online.some(phone => phone.key === key) : ids.length === 0),
  );
}

/** Tells once of each pushed phone that it has woken. */
function noteWoken(turn: Turn, call: Call, phone: KnownPhone): void {
  const { push: sent, woken } = call;
  if (sent === undefined || !mayHaveRung(call, phone.key) || woken.includes(phone.key)) return;
  if ((rungOf(call, phone.key)?.ids.length ?? 0) > 0 || woken.length >= MAX_PHONES) return;
  woken.push(phone.key);
  turn.events.push({
    type: "signal.phone-woken",
    toUserId: call.to,
    callId: String(call.request.callId),
    phone: phone.id,
    milliseconds: Math.max(0, turn.now - sent.at),
  });
}

/**
 * A phone without a device id takes the place of one that calls or is in a call, has none either, and is not connected any
 * more: it is that phone, on a new connection.
 */
function takePlace(turn: Turn, { userId, key }: KnownPhone): void {
  const online = onlineOf(turn, userId);
  const sides = turn.calls.flatMap(call => [
    ...(call.from === userId ? [{ call, party: call.caller }] : []),
    ...(call.to === userId && call.callee ? [{ call, party: call.callee }] : []),
  ]);
  if (sides.some(({ call, party }) => party.key === key && call.state !== "over")) return;
  const left = sides.findLast(
    ({ call, party }) =>
      isBare(party.key) &&
      (call.state !== "over" || party.waiting.length > 0) &&
      (online ? !online.some(phone => phone.key === party.key) : party.id === undefined),
  )?.party.key;
  if (left !== undefined) rename(turn.calls, userId, left, key);
}

export interface Gone {
  readonly type: "gone";
  readonly phone: KnownPhone;
}

/** A connection is lost. It takes the offer back from a phone that has not answered. */
export function gone(turn: Turn, { phone: { userId, key, id } }: Gone): void {
  const online = onlineOf(turn, userId)?.filter(other => other.id !== id);
  for (const call of turn.calls) {
    const side = sideOf(call, userId, key);
    const party = side && call[side];
    if (party?.id === id) delete party.id;
    const rung = call.to === userId ? rungOf(call, key) : undefined;
    // The phone was there until now, so what was sent to it without knowing that has arrived.
    if (party) party.waiting = party.waiting.filter(({ on }) => on !== id);
    if (rung?.toldOn?.includes(id)) delete rung.toldOn;
    if (rung?.ids.includes(id)) leave(turn, call, rung, { key, id }, online);
    leftInOrder(call, id);
    if (call.to === userId) endWhereNobodyIs(turn, call);
  }
}

/** A phone that had the offer has lost that connection. If it was the last one connected, the user is pushed. */
function leave(
  turn: Turn,
  call: Call,
  rung: Rung,
  { key, id }: Pick<KnownPhone, "key" | "id">,
  online: readonly KnownPhone[] | undefined,
): void {
  rung.ids = rung.ids.filter(other => other !== id);
  if (call.state !== "ringing" || call.reachBy !== undefined) return;

  // The phone has another connection, which has not got the offer: it registered before the call came.
  const other = rung.ids.length === 0 ? online?.find(phone => phone.key === key) : undefined;
  if (other) ring(turn, call, other, false);
  const isLast = online ? online.length === 0 : call.rang.every(({ ids }) => ids.length === 0);
  if (isLast && rung.wasThere) pushWhenGone(turn, call);
}
