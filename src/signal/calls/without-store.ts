import type { AnswerMade, CandidateMade } from "./answer-rules.js";
import type { EndMade } from "./end-rules.js";
import type { KnownPhone } from "./phone.js";
import { type CallSignal, passedOn } from "./signals.js";
import { endedBody } from "./tell.js";
import { asSent } from "./user-id.js";

/** Passes on what belongs to a call that only the failing store knows, to all connected phones of the other user. */
export function passOnBlindly(
  event: AnswerMade | CandidateMade | EndMade,
  phones: readonly KnownPhone[],
): CallSignal[] {
  const from = asSent(event.phone.userId);
  return phones.map(({ id: phone }): CallSignal => {
    if (event.type !== "end") return passedOn(phone, event.type === "answer" ? "answer" : "ice", from, event.text);
    return { phone, event: "call-ended", body: endedBody(event.phone.userId, "hang-up") };
  });
}
