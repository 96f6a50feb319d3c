import { endCall } from "./over.js";
import type { KnownPhone } from "./phone.js";
import { tellParty, tellRung } from "./tell.js";
import type { Turn } from "./turn.js";
import { meantBy } from "./which-call.js";

export interface EndMade {
  readonly type: "end";
  readonly phone: KnownPhone;
  readonly to: string;
}

/**
 * Somebody hangs up, and is told nothing.
 *
 * | the phone | reason | who is told |
 * | --- | --- | --- |
 * | is in the call | `hang-up` | the other phone of the call |
 * | has it ringing | `declined` | the caller, and the user's other phones |
 * | makes it | `cancelled` | every phone on which it rings |
 * | none of these | | nobody: CallKit also ends a call that another phone has answered |
 */
export function end(turn: Turn, { phone, to }: EndMade): void {
  const { how, call } = meantBy(turn, phone, to);
  if (how === "nothing") return;
  if (call.to === phone.userId) call.told.push(phone.key);
  if (how === "is-in") {
    endCall(turn, call, "hang-up");
    const isCaller = call.from === phone.userId;
    const own = isCaller ? call.caller : call.callee;
    if (own) own.waiting = [];
    return tellParty(turn, call, isCaller ? "callee" : "caller", "hang-up");
  }
  const reason = how === "rings" ? "declined" : "cancelled";
  endCall(turn, call, reason);
  if (how === "rings") tellParty(turn, call, "caller", reason);
  else {
    call.caller.waiting = [];
    turn.missed.push({ request: call.request, why: "cancelled" });
  }
  tellRung(turn, call, reason);
}
