import { type Call, isParty } from "./call.js";
import type { KnownPhone } from "./phone.js";
import { liveBetween, type Turn } from "./turn.js";

/** The call that a phone means by `{ to }`, and how it belongs to it. */
export type Meant =
  | { readonly how: "is-in" | "rings" | "makes"; readonly call: Call }
  | { readonly how: "nothing"; readonly call?: undefined };

/** In this order, and the newest first: the call with that user in which the phone is, the one that rings on it, the one it makes. */
export function meantBy(turn: Turn, phone: KnownPhone, to: string): Meant {
  const calls = liveBetween(turn, phone.userId, to).reverse();
  const isIn = calls.find(call => call.state === "answered" && isParty(call, phone.userId, phone.key));
  if (isIn) return { how: "is-in", call: isIn };
  const ringing = calls.filter(({ state }) => state === "ringing");
  const rings = ringing.find(call => call.to === phone.userId);
  if (rings) return { how: "rings", call: rings };
  const makes = ringing.find(call => isParty(call, phone.userId, phone.key));
  return makes ? { how: "makes", call: makes } : { how: "nothing" };
}

/** The answered call with that user in which the phone is. */
export function callWith(turn: Turn, userId: string, key: string, other: string): Call | undefined {
  return liveBetween(turn, userId, other).find(call => call.state === "answered" && isParty(call, userId, key));
}

/** The ringing call that the phone makes to that user. */
export function callMadeTo(turn: Turn, phone: KnownPhone, to: string): Call | undefined {
  return liveBetween(turn, phone.userId, to).find(
    call => call.state === "ringing" && call.from === phone.userId && call.caller.key === phone.key,
  );
}
