import type { Call } from "./call.js";
import { keepAnswer } from "./kept-answer.js";
import { fits, keep } from "./kept-texts.js";
import { MAX_CANDIDATES } from "./limits.js";
import { endCall, letGo } from "./over.js";
import type { KnownPhone } from "./phone.js";
import type { EndReason } from "./signals.js";
import { endedBody, give, mayBeTold, tellParty, tellRung } from "./tell.js";
import { connected, liveBetween, refuse, type Turn } from "./turn.js";
import { asSent } from "./user-id.js";
import { meantBy } from "./which-call.js";

export interface AnswerMade {
  readonly type: "answer";
  readonly phone: KnownPhone;
  readonly to: string;
  /** The JSON of what was sent, without `to`. */
  readonly text: string;
}

/**
 * The first answer gets the call, and a later one is told that it came too late. An answer of a phone in the call
 * answers a change of it.
 */
export function answer(turn: Turn, { phone, to, text }: AnswerMade): void {
  const { how, call } = meantBy(turn, phone, to);
  const signal = { event: "answer", text } as const;
  if (how === "makes") return refuse(turn, phone.userId, "answer", "this phone makes that call itself");
  if (how === "nothing") return tellTooLate(turn, phone, to);
  if (how === "is-in") {
    const side = call.from === phone.userId ? "callee" : "caller";
    if (!give(turn, call, side, signal))
      refuse(turn, phone.userId, "answer", "too much waits for the other phone already");
    return;
  }

  const early = call.early[phone.key] ?? [];
  turn.cancels.push({ call });
  call.state = "answered";
  call.callee = { key: phone.key, id: phone.id, waiting: [] };
  letGo(turn, call);
  give(turn, call, "caller", signal);
  keepAnswer(turn, call, text, phone.id);
  for (const kept of early) give(turn, call, "caller", { event: "ice", kept });
  const opposite = endOpposite(turn, call);
  tellRung(turn, call, "answered-elsewhere");
  for (const other of opposite) tellMaker(turn, other, call);
}

/**
 * The two rang each other: with one answer both have what they want, and the other call ends without a word to the two phones.
 * On any other phone it rings no more.
 */
function endOpposite(turn: Turn, answered: Call): Call[] {
  const opposite = liveBetween(turn, answered.from, answered.to).filter(
    ({ state, from }) => state === "ringing" && from === answered.to,
  );
  for (const call of opposite) {
    endCall(turn, call, "answered-elsewhere");
    tellRung(turn, call, "answered-elsewhere");
  }
  return opposite;
}

/** Tells the phone that made a call that it ended so, unless the answer has just told it. */
function tellMaker(turn: Turn, call: Call, answered: Call): void {
  const { key } = call.caller;
  if (key === answered.callee?.key || answered.told.includes(key)) call.caller.waiting = [];
  else tellParty(turn, call, "caller", "answered-elsewhere");
}

/** Tells a phone that its answer came too late: the call is another phone's, or over, or unknown. */
function tellTooLate(turn: Turn, phone: KnownPhone, to: string): void {
  const call = turn.calls.filter(({ from, to: callee }) => from === to && callee === phone.userId).at(-1);
  if (call && !call.told.includes(phone.key)) call.told.push(phone.key);
  if (call && !mayBeTold(turn, call, phone.userId, phone.key)) return;
  const known = call && reasonFor(call, phone);
  const body = known ? endedBody(to, known) : endedBody(to, "failed", "this call is not known, or not any more");
  turn.signals.push({ phone: phone.id, event: "call-ended", body });
}

/** Why a call that is not this phone's is over for it. */
export function reasonFor(call: Call, { userId, key }: KnownPhone): EndReason | undefined {
  const isElsewhere = call.callee !== undefined && call.to === userId && call.callee.key !== key;
  return isElsewhere ? "answered-elsewhere" : call.end?.reason;
}

export interface CandidateMade {
  readonly type: "candidate";
  readonly phone: KnownPhone;
  readonly to: string;
  /** Its JSON. */
  readonly text: string;
}

/**
 * In a call it goes to the other phone. While it rings, the caller's go to the phones that have the offer, and are kept for
 * those that get it later; a callee's are kept until its phone answers.
 */
export function candidate(turn: Turn, { phone, to, text }: CandidateMade): void {
  const { how, call } = meantBy(turn, phone, to);
  const signal = { event: "ice", text } as const;
  const tooMuch = () => refuse(turn, phone.userId, "ice", "too many candidates, or too large: not kept");

  if (how === "nothing") return refuse(turn, phone.userId, "ice", "no such call");
  if (how === "is-in") {
    const side = call.from === phone.userId ? "callee" : "caller";
    const waiting = call[side]?.waiting.length ?? 0;
    if (waiting >= MAX_CANDIDATES || !give(turn, call, side, signal)) tooMuch();
    return;
  }
  if (how === "rings") {
    const early = call.early[phone.key] ?? [];
    if (early.length >= MAX_CANDIDATES || !fits(turn, call, text.length)) return tooMuch();
    call.early = { ...call.early, [phone.key]: [...early, keep(turn, call, text)] };
    return;
  }
  for (const id of call.rang.flatMap(({ ids }) => connected(turn, call.to, ids)))
    turn.signals.push({ phone: id, from: asSent(phone.userId), ...signal });
  if (call.ice.length < MAX_CANDIDATES && fits(turn, call, text.length)) call.ice.push(keep(turn, call, text));
  else tooMuch();
}
