import { type AnswerMade, answer, type CandidateMade, candidate } from "./answer-rules.js";
import type { Call } from "./call.js";
import { type EndMade, end } from "./end-rules.js";
import { saidMore } from "./kept-answer.js";
import { type OfferMade, offer, reach } from "./offer-rules.js";
import { type Gone, gone, type Registered, register } from "./presence-rules.js";
import { type Pushed, pushed } from "./push-rules.js";
import { knownBefore } from "./same-phone.js";
import { type Due, due, type Evict, evict, passTime } from "./time-rules.js";
import type { Surroundings, Turn } from "./turn.js";

/** The offer is kept: it goes to the phones that are connected now, and is pushed to the others. */
export interface Reach {
  readonly type: "reach";
  readonly callId: string;
}

/** This process still sends that push, or gives it up for another one to send. */
export interface Hold {
  readonly type: "hold" | "hand-over";
  readonly callId: string;
  readonly key: string;
}

export type CallEvent =
  | Registered
  | OfferMade
  | Reach
  | AnswerMade
  | CandidateMade
  | EndMade
  | Gone
  | Pushed
  | Hold
  | Due
  | Evict;

type Rules = { readonly [Type in CallEvent["type"]]: (turn: Turn, event: Extract<CallEvent, { type: Type }>) => void };

/** Who rings, who stops. */
const RULES: Rules = {
  // --- a phone says
  register,
  offer,
  answer,
  candidate,
  end,
  gone,
  // --- its server goes on
  reach(turn, { callId }) {
    const call = find(turn, callId);
    if (call?.state === "ringing" && call.reachBy !== undefined) reach(turn, call);
  },
  pushed,
  hold(turn, { callId, key }) {
    const call = find(turn, callId);
    if (call?.state === "ringing" && call.push?.key === key) call.push.lease = turn.now + turn.lease;
    else if (call?.state === "ringing" && call.push) turn.cancels.push({ call, except: call.push.key });
    else if (call) turn.cancels.push({ call });
  },
  "hand-over"(turn, { callId, key }) {
    const call = find(turn, callId);
    if (call?.state === "ringing" && call.push?.key === key && call.push.status === "sending")
      call.push = { ...call.push, key: turn.newId(), lease: turn.now };
  },
  // --- time says
  due,
  evict,
};

/**
 * One step: what comes of an event for the calls of the users involved. They were read for this step and become its result;
 * nothing else is changed, and what is to be done is in what it gives.
 */
export function step(calls: readonly Call[], event: CallEvent, surroundings: Surroundings): Turn {
  const turn: Turn = {
    ...surroundings,
    calls: [...calls].sort((a, b) => a.order - b.order || a.offeredAt - b.offeredAt),
    dropped: [],
    signals: [],
    texts: [],
    pushes: [],
    cancels: [],
    events: [],
    missed: [],
  };
  const known = "phone" in event ? { ...event, phone: knownBefore(turn.calls, event.phone) } : event;
  passTime(turn);
  if ("to" in known) saidMore(turn, known.phone);
  (RULES[event.type] as (turn: Turn, event: CallEvent) => void)(turn, known);
  return turn;
}

function find(turn: Turn, callId: string): Call | undefined {
  return turn.calls.find(({ id }) => id === callId);
}
