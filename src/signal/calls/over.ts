import type { Call } from "./call.js";
import type { EndReason } from "./signals.js";
import { tellParty, tellRung } from "./tell.js";
import type { Turn } from "./turn.js";

/** Ends a call: drops what it kept, and cancels its pushes. Whom to tell is up to the rule that calls this. */
export function endCall(turn: Turn, call: Call, reason: EndReason, message?: string): void {
  if (call.state === "ringing") turn.cancels.push({ call });
  turn.events.push({
    type: "signal.call-ended",
    fromUserId: call.from,
    toUserId: call.to,
    callId: String(call.request.callId),
    why: reason,
    answered: call.callee !== undefined,
    milliseconds: turn.now - call.offeredAt,
  });
  call.state = "over";
  call.end = { reason, at: turn.now, ...(message !== undefined && { message }) };
  letGo(turn, call);
}

/** Drops what was kept for phones on which the call could ring. If it is open which are connected, that is asked now. */
export function letGo(turn: Turn, call: Call): void {
  if (call.askAgainAt !== undefined) call.askAgainAt = turn.now;
  delete call.offer;
  delete call.reachBy;
  delete call.keptAnswer;
  call.ice = [];
  call.early = {};
}

/** Ends a call that nobody answered within the ring timeout. */
export function endUnanswered(turn: Turn, call: Call): void {
  endCall(turn, call, "no-answer");
  tellParty(turn, call, "caller", "no-answer");
  tellRung(turn, call, "no-answer");
  turn.missed.push({ request: call.request, why: "no-answer" });
}

/** Ends a call that cannot ring: tells the caller why, and phones on which it rang all the same that it is over. */
export function endFailed(turn: Turn, call: Call, reason: "no-devices" | "failed", message?: string): void {
  endCall(turn, call, reason, message);
  tellParty(turn, call, "caller", reason, message);
  tellRung(turn, call, reason, message);
}
