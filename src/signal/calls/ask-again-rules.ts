import type { Call } from "./call.js";
import { MAX_PHONES } from "./limits.js";
import { ring } from "./offer-rules.js";
import { tellOwedEnd } from "./presence-rules.js";
import { isBusy } from "./push-rules.js";
import { onlineOf, type Turn } from "./turn.js";

/**
 * Nobody could say who is connected when the call rang, so all phones were pushed, and those that are connected got nothing
 * on their connection, on which they will not register again. They get it now: the offer, or the news that the call is over.
 */
export function askAgain(turn: Turn, call: Call): void {
  const online = onlineOf(turn, call.to)?.slice(0, MAX_PHONES);
  if (online === undefined) {
    // Each time twice as long after the offer.
    call.askAgainAt = turn.now + Math.max(1, turn.now - call.offeredAt);
    return;
  }
  delete call.askAgainAt;
  if (call.state !== "ringing") {
    for (const phone of online) tellOwedEnd(turn, call, phone);
    return;
  }
  for (const phone of online) if (!isBusy(turn, call, phone.key)) ring(turn, call, phone, true);
  // All phones have been pushed already, so nobody need be when the last one of these is gone.
  if (online.length > 0) call.pushedWhenGone = true;
}
