import type { Call } from "./call.js";
import { fits, keep } from "./kept-texts.js";
import { BACK_WITHIN } from "./limits.js";
import type { KnownPhone } from "./phone.js";
import { give } from "./tell.js";
import { onlineOf, type Turn } from "./turn.js";

/*
 * A server that is killed takes along what it was about to send, and what was on the way to its phones. A caller who misses an
 * answer in this way rings on in a call that is answered. So where several servers share calls, an answer is kept until the
 * phone that gave it says something else while the caller is there: the caller has it then. When one of the two comes back
 * on another connection before that, and nobody has said that the first one is gone, the caller gets it again. An answer may
 * therefore come twice; a phone that has it ignores the second.
 */

/** Keeps an answer that the caller has just been given. One that still waits for the caller is kept there already. */
export function keepAnswer(turn: Turn, call: Call, text: string, by: string): void {
  const { id: on, waiting } = call.caller;
  if (turn.isShared && on !== undefined && waiting.length === 0 && fits(turn, call, text.length))
    call.keptAnswer = { kept: keep(turn, call, text), on, by, until: turn.now + BACK_WITHIN };
}

/** Forgets an answer when a phone that has lost its server would be back by now. */
export function forgetAnswer({ now }: Turn, call: Call): void {
  if (call.keptAnswer && now >= call.keptAnswer.until) delete call.keptAnswer;
}

/** A phone says something: its server lives, and has sent the answer that the phone gave before. */
export function saidMore(turn: Turn, phone: KnownPhone): void {
  for (const call of turn.calls) {
    const { on, by } = call.keptAnswer ?? {};
    if (by === phone.id && onlineOf(turn, call.from)?.some(({ id }) => id === on)) delete call.keptAnswer;
  }
}

/** A connection is lost in the ordinary way: what was sent by it or to it has arrived. */
export function leftInOrder(call: Call, id: string): void {
  const { on, by } = call.keptAnswer ?? {};
  if (on === id || by === id) delete call.keptAnswer;
}

/** A phone of the call is back on another connection. */
export function giveKeptAnswer(turn: Turn, call: Call, side: "caller" | "callee", id: string): void {
  const { keptAnswer } = call;
  if (keptAnswer === undefined || (side === "caller" ? keptAnswer.on : keptAnswer.by) === id) return;
  delete call.keptAnswer;
  give(turn, call, "caller", { event: "answer", kept: keptAnswer.kept });
}
