import { DEEPEST, isNestedTooDeep } from "../../internal/nesting.js";
import { type CallFromOffer, callFromOffer, type Offer } from "../call-from-offer.js";
import { sdpText } from "../sdp.js";
import { asSent, userKeyOf } from "./user-id.js";

/** What a phone sent, or why it cannot be read. */
export type Reading<T> = T | { readonly why: string };

export interface Addressed {
  readonly to: string;
  /** The rest of the body, as JSON has it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Its JSON. */
  readonly text: string;
}

/** A body with `to`; the rest is passed on as it came. Never throws, whatever it is. */
export function readBody(given: unknown): Reading<Addressed> {
  try {
    if (typeof given !== "object" || given === null || Array.isArray(given)) return { why: "the body is no object" };
    const { to: sent, ...rest } = given as Record<string, unknown>;
    const to = userKeyOf(sent);
    if (to === undefined) return { why: "the body does not say to which user" };
    const text = JSON.stringify(rest);
    const body = JSON.parse(text) as Addressed["body"];
    // What is written as JSON once could be too deep for it on the stack of a later step.
    if (isNestedTooDeep(body)) return { why: `the body is nested more than ${DEEPEST} levels deep` };
    return { to, body, text };
  } catch {
    return { why: "the body cannot be written as JSON" };
  }
}

export interface OfferRead extends Addressed {
  readonly request: CallFromOffer;
}

export function readOffer(from: string, given: unknown): Reading<OfferRead> {
  const read = readBody(given);
  if ("why" in read) return read;
  if (sdpText(read.body.sdp) === undefined) return { why: "the offer has no session description" };
  const to = (given as Offer).to;
  const request = callFromOffer(asSent(from), { ...read.body, to: isPlain(to) ? to : asSent(read.to) } as Offer);
  return request ? { ...read, request } : { why: "the body does not say to which user" };
}

function isPlain(to: unknown): to is string | number {
  return typeof to === "string" || typeof to === "number";
}
