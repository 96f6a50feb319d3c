import type { CallFromOffer } from "../call-from-offer.js";
import { type Call, rungOf, type Waiting } from "./call.js";
import { keep } from "./kept-texts.js";
import { MAX_OVER, MAX_PHONES, MAX_RINGING, MAX_SIZE } from "./limits.js";
import { endFailed } from "./over.js";
import { isBare, type KnownPhone } from "./phone.js";
import { isBusy, push, setAside } from "./push-rules.js";
import { endedBody, give, outgoing } from "./tell.js";
import { drop, onlineOf, refuse, type Turn } from "./turn.js";
import { callMadeTo, callWith } from "./which-call.js";

/** Milliseconds after which it is asked again who is connected, where nobody could say when the call rang. */
const ASK_AGAIN = 1_000;

export interface OfferMade {
  readonly type: "offer";
  readonly phone: KnownPhone;
  readonly to: string;
  /** The JSON of what was sent, without `to`. */
  readonly text: string;
  readonly request: CallFromOffer;
}

/** A phone offers a call: a change of the one it is in, the same one again, a new body for it, or a new one. */
export function offer(turn: Turn, made: OfferMade): void {
  const { phone, to, text } = made;
  const inCall = callWith(turn, phone.userId, phone.key, to);
  if (inCall) return renegotiate(turn, inCall, made);
  if (text.length > MAX_SIZE) {
    const message = `the offer has more than ${MAX_SIZE} characters`;
    turn.signals.push({ phone: phone.id, event: "call-ended", body: endedBody(to, "failed", message) });
    return refuse(turn, phone.userId, "offer", message);
  }
  const ringing = callMadeTo(turn, phone, to);
  if (ringing) {
    if (turn.offers.get(ringing.id) !== text) replace(turn, ringing, made);
    return;
  }

  isNotToldOfEarlier(turn, phone, to);
  const call: Call = {
    id: turn.newId(),
    from: phone.userId,
    to,
    order: nextOrder(turn),
    state: "ringing",
    offeredAt: turn.now,
    request: made.request,
    caller: { key: phone.key, id: phone.id, waiting: [] },
    ice: [],
    early: {},
    nextText: 0,
    rang: [],
    told: [],
    reachBy: turn.now + turn.lease,
    woken: [],
  };
  call.offer = keep(turn, call, text);
  turn.calls.push(call);
  turn.events.push({ type: "signal.offer", fromUserId: call.from, toUserId: to });
  const ofCaller = turn.calls.filter(({ from, state }) => from === phone.userId && state === "ringing");
  for (const oldest of ofCaller.slice(0, -MAX_RINGING))
    endFailed(turn, oldest, "failed", `more than ${MAX_RINGING} calls of this user ring`);
  const areOver = turn.calls.filter(({ from, state }) => from === phone.userId && state === "over");
  for (const oldest of areOver.slice(0, -MAX_OVER)) drop(turn, oldest);
}

/** Between two phones that are in a call with each other. It rings nobody. */
function renegotiate(turn: Turn, call: Call, { phone, text }: OfferMade): void {
  const side = call.from === phone.userId ? "callee" : "caller";
  // A caller that offers a change of the call has its answer.
  if (side === "callee") delete call.keptAnswer;
  if (!give(turn, call, side, { event: "offer", text }))
    refuse(turn, phone.userId, "offer", "too much waits for the other phone already");
}

/** Another body while it rings: phones that have the first get the new one, and the time starts anew. */
function replace(turn: Turn, call: Call, { phone, text, request }: OfferMade): void {
  turn.cancels.push({ call });
  call.caller.id = phone.id;
  call.order = nextOrder(turn);
  call.offeredAt = turn.now;
  call.request = request;
  call.offer = keep(turn, call, text);
  call.ice = [];
  call.early = {};
  call.rang = call.rang.map(({ key }) => ({ key, ids: [], wasThere: false }));
  setAside(call);
  delete call.pushedWhenGone;
  delete call.isQuiet;
  delete call.askAgainAt;
  call.reachBy = turn.now + turn.lease;
  turn.calls.sort((a, b) => a.order - b.order);
  turn.events.push({ type: "signal.offer", fromUserId: call.from, toUserId: call.to });
}

/**
 * A phone that calls back must not be told that the earlier call is over. If it has no device id, no phone without one is
 * told: that may be the same phone on another connection.
 */
function isNotToldOfEarlier(turn: Turn, { userId, key }: KnownPhone, to: string): void {
  const mayBeIt = (other: string) => other === key || (isBare(key) && isBare(other));
  for (const call of turn.calls) {
    if (call.state !== "over") continue;
    if (call.from === to && call.to === userId) {
      call.told.push(key);
      delete rungOf(call, key)?.toldOn;
      if (isBare(key)) call.bareAreTold = true;
      if (call.callee && mayBeIt(call.callee.key)) call.callee.waiting = [];
    }
    if (call.from === userId && call.to === to && mayBeIt(call.caller.key)) call.caller.waiting = [];
  }
}

/**
 * Gives the offer to the phones that are connected, and has the others pushed: all of them when none is connected, all but
 * these when each has said its device id, nobody when one has not.
 */
export function reach(turn: Turn, call: Call): void {
  delete call.reachBy;
  const known = onlineOf(turn, call.to);
  if (known === undefined) call.askAgainAt = turn.now + ASK_AGAIN;
  const online = known ?? [];
  for (const phone of online.slice(0, MAX_PHONES)) if (!isBusy(turn, call, phone.key)) ring(turn, call, phone, true);

  const toUserId = call.to;
  if (online.length === 0) {
    turn.events.push({ type: "signal.user-offline", toUserId });
    push(turn, call);
  } else if (online.every(({ deviceId }) => deviceId !== undefined)) {
    const except = [...new Set(online.map(({ deviceId }) => deviceId as string))];
    turn.events.push({ type: "signal.pushing-others", toUserId, connected: except.length });
    push(turn, call, except);
  }
}

/** A phone gets the offer and the candidates that followed, once on one connection. */
export function ring(turn: Turn, call: Call, phone: KnownPhone, wasThere: boolean): void {
  const { id, key } = phone;
  const rung = rungOf(call, key);
  if (rung) rung.wasThere ||= wasThere;
  if (rung?.ids.includes(id)) return;
  // A phone that registers anew has left its earlier connection, whether or not we know of that.
  if (rung) rung.ids = wasThere ? [...rung.ids, id] : [id];
  else if (call.rang.length < MAX_PHONES) call.rang.push({ key, ids: [id], wasThere });
  const waiting: Waiting[] = call.ice.map(kept => ({ event: "ice", kept }));
  if (call.offer) waiting.unshift({ event: "offer", kept: call.offer });
  for (const one of waiting) turn.signals.push(outgoing(call, call.to, id, one));
}

function nextOrder({ calls }: Turn): number {
  return Math.max(0, ...calls.map(({ order }) => order)) + 1;
}
