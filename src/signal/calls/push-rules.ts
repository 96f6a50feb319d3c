import type { Call, PushStatus } from "./call.js";
import { mayRingByPush } from "./call.js";
import { endFailed } from "./over.js";
import { connected, onlineOf, type Turn } from "./turn.js";

/** Has the callee pushed, under a new key; without `except` on all phones. */
export function push(turn: Turn, call: Call, except?: string[]): void {
  if (mayRingByPush(call)) call.hasRung = true;
  const key = turn.newId();
  const { now, lease } = turn;
  call.push = { key, ...(except && { except }), status: "sending", at: now, lease: now + lease };
  turn.pushes.push({ call, key, request: call.request, except });
}

/** The push has its outcome. Where no phone can be woken and none is here, the caller is told at once. */
export function pushed(turn: Turn, { callId, key, status, message }: Pushed): void {
  const call = turn.calls.find(({ id }) => id === callId);
  if (call?.push?.key !== key) return;
  call.push.status = status;
  if (call.state !== "ringing" || call.reachBy !== undefined) return;
  if ((status === "no-devices" || status === "failed") && !mayRingByPush(call) && !isHere(turn, call))
    endFailed(turn, call, status, message);
}

export interface Pushed {
  readonly type: "pushed";
  readonly callId: string;
  readonly key: string;
  readonly status: PushStatus;
  readonly message?: string;
}

/** A phone on which the call rings is connected. */
export function isHere(turn: Turn, call: Call): boolean {
  const ids = call.rang.flatMap(({ ids }) => ids);
  return (
    connected(turn, call.to, ids).length > 0 ||
    (onlineOf(turn, call.to) ?? []).some(({ key }) => !isBusy(turn, call, key))
  );
}

/** That phone is in a call with the caller already: it would take the offer for a change of that call. */
export function isBusy(turn: Turn, call: Call, key: string): boolean {
  return turn.calls.some(
    other =>
      other.state === "answered" &&
      ((other.from === call.to && other.to === call.from && other.caller.key === key) ||
        (other.to === call.to && other.from === call.from && other.callee?.key === key)),
  );
}
