import type { Call, PushStatus } from "./call.js";
import { mayRing, mayRingByPush } from "./call.js";
import { endFailed } from "./over.js";
import { onlineOf, type Turn } from "./turn.js";

/** Earlier pushes whose outcome a call waits for. Of any more it is assumed that they rang. */
const MOST_EARLIER = 5;

/** Has the callee pushed, under a new key; without `except` on all phones. */
export function push(turn: Turn, call: Call, except?: string[]): void {
  setAside(call);
  const key = turn.newId();
  const { now, lease } = turn;
  call.push = { key, ...(except && { except }), status: "sending", at: now, lease: now + lease };
  turn.pushes.push({ call, key, request: call.request, except });
}

/** Sets a push aside that is not the latest any more. It may ring all the same. */
export function setAside(call: Call): void {
  const { push: before } = call;
  delete call.push;
  if (before?.status === "sending") call.earlier = [...(call.earlier ?? []), before.key];
  else if (before && mayRing(before.status)) call.hasRung = true;
  if ((call.earlier?.length ?? 0) > MOST_EARLIER) {
    delete call.earlier;
    call.hasRung = true;
  }
}

/** Takes the outcome of a push. */
export function pushed(turn: Turn, { callId, key, status, message }: Pushed): void {
  const call = turn.calls.find(({ id }) => id === callId);
  if (call?.earlier?.includes(key)) {
    call.earlier = call.earlier.filter(other => other !== key);
    if (mayRing(status)) call.hasRung = true;
  } else if (call?.push?.key === key) {
    call.push.status = status;
    if (message !== undefined) call.push.message = message;
  } else return;
  endWhereNobodyIs(turn, call);
}

/** Ends a call where no phone can be woken and none is connected: the caller is told at once. */
export function endWhereNobodyIs(turn: Turn, call: Call): void {
  const { push: latest } = call;
  if (latest === undefined || !wakesNobody(call) || isHere(turn, call)) return;
  // Phones that are away and have not left had a server that was killed: a push can wake them.
  if (call.rang.some(({ ids, wasThere }) => wasThere && ids.length > 0) && pushWhenGone(turn, call)) return;
  if (latest.status === "no-devices" || latest.status === "failed")
    endFailed(turn, call, latest.status, latest.message);
}

/**
 * Has the callee pushed when the phones that were connected at the time of the call are gone, once for the call. False: that
 * was done before.
 */
export function pushWhenGone(turn: Turn, call: Call): boolean {
  if (call.pushedWhenGone) return false;
  call.pushedWhenGone = true;
  turn.events.push({ type: "signal.user-offline", toUserId: call.to });
  push(turn, call);
  return true;
}

/** True for a call that rings and whose pushes have all failed. */
export function wakesNobody(call: Call): boolean {
  return call.state === "ringing" && call.reachBy === undefined && call.push !== undefined && !mayRingByPush(call);
}

export interface Pushed {
  readonly type: "pushed";
  readonly callId: string;
  readonly key: string;
  readonly status: PushStatus;
  readonly message?: string;
}

/**
 * True when a phone on which the call can ring is connected. Where nobody can say who is, the phones that have the
 * offer count.
 */
export function isHere(turn: Turn, call: Call): boolean {
  const online = onlineOf(turn, call.to) ?? call.rang.filter(({ ids }) => ids.length > 0);
  return online.some(({ key }) => !isBusy(turn, call, key));
}

/** True for a phone that is in a call with the caller already: it would take the offer for a change of that call. */
export function isBusy(turn: Turn, call: Call, key: string): boolean {
  return turn.calls.some(
    other =>
      other.state === "answered" &&
      ((other.from === call.to && other.to === call.from && other.caller.key === key) ||
        (other.to === call.to && other.from === call.from && other.callee?.key === key)),
  );
}
