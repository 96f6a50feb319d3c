import { askAgain } from "./ask-again-rules.js";
import type { Call } from "./call.js";
import { forgetAnswer } from "./kept-answer.js";
import { DAY } from "./limits.js";
import { reach } from "./offer-rules.js";
import { endFailed, endUnanswered } from "./over.js";
import { drop, type Turn } from "./turn.js";

/** Does what is due by now: ends calls that nobody answered, and forgets those that are owed to no phone any more. */
export function passTime(turn: Turn): void {
  for (const call of [...turn.calls]) {
    if (isOverdue(call, turn.now, turn.ringTimeout)) endUnanswered(turn, call);
    forgetAnswer(turn, call);
    if (turn.now >= expiresAt(call, turn)) drop(turn, call);
  }
}

/** True for a call that has rung as long as it may. */
export function isOverdue({ state, offeredAt }: Call, now: number, ringTimeout: number): boolean {
  return state === "ringing" && now >= offeredAt + ringTimeout;
}

export interface Due {
  readonly type: "due";
  readonly callId: string;
}

/** Somebody must look at a call: it has to reach phones, its push has been lost with the process that sent it, or is quiet. */
export function due(turn: Turn, { callId }: Due): void {
  const call = turn.calls.find(({ id }) => id === callId);
  if (call?.askAgainAt !== undefined && turn.now >= call.askAgainAt) askAgain(turn, call);
  if (call?.state !== "ringing") return;
  if (call.reachBy !== undefined) {
    if (turn.now >= call.reachBy) reach(turn, call);
    return;
  }
  const { push } = call;
  if (push?.status === "sending" && turn.now >= push.lease) {
    push.lease = turn.now + turn.lease;
    // The push has the same key, so that it rings once, whatever became of the first.
    if (!turn.isSending(push.key))
      turn.pushes.push({ call, key: push.key, request: call.request, except: push.except });
  }
  if (push && turn.now >= quietAt(call, turn)) {
    call.isQuiet = true;
    turn.events.push({
      type: "signal.nobody-woken",
      toUserId: call.to,
      callId: String(call.request.callId),
      milliseconds: turn.now - push.at,
    });
  }
}

export interface Evict {
  readonly type: "evict";
  readonly callId: string;
}

/** Ends a call for which there is no room, and tells the phones that wait for it. */
export function evict(turn: Turn, { callId }: Evict): void {
  const call = turn.calls.find(({ id }) => id === callId);
  if (call === undefined || call.state === "answered") return;
  if (call.state === "ringing") endFailed(turn, call, "failed", "too many calls ring");
  drop(turn, call);
}

type Times = Pick<Turn, "ringTimeout" | "quietAfter">;

/** When somebody must look at a call again. */
export function dueAt(call: Call, times: Times): number {
  const { reachBy, push, offeredAt, askAgainAt = Number.POSITIVE_INFINITY } = call;
  if (call.state !== "ringing") return Math.min(askAgainAt, expiresAt(call, times));
  if (reachBy !== undefined) return Math.min(reachBy, offeredAt + times.ringTimeout);
  const lease = push?.status === "sending" ? push.lease : Number.POSITIVE_INFINITY;
  return Math.min(offeredAt + times.ringTimeout, askAgainAt, lease, quietAt(call, times));
}

/** When nothing of it is owed to anybody any more. */
export function expiresAt({ state, offeredAt, end }: Call, { ringTimeout }: Times): number {
  if (state === "answered") return offeredAt + DAY;
  return (end?.at ?? offeredAt + ringTimeout) + ringTimeout;
}

/** When it is strange that nobody has woken: Apple has accepted, and nobody was connected. */
function quietAt({ push, rang, isQuiet, pushedWhenGone }: Call, { quietAfter }: Times): number {
  const waits = push?.status === "accepted" && !push.except && rang.length === 0 && !isQuiet && !pushedWhenGone;
  return waits ? push.at + quietAfter : Number.POSITIVE_INFINITY;
}
