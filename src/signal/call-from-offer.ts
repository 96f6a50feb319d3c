import type { PushApiCall } from "./push-api-client.js";
import { type Sdp, sdpHasVideo, sdpText } from "./sdp.js";

/** The body of a phone's `offer` event. */
export interface Offer {
  /** The user who is called. */
  readonly to: string | number;
  /** The session description: its text, or the object that the phone's WebRTC made, `{ type, sdp }`. */
  readonly sdp: Sdp;
  /** The name of the caller, as the other side shall see it. A push has its first 300 characters. */
  readonly displayName?: string | null | undefined;
  /** Absent: read from the SDP. */
  readonly hasVideo?: boolean | null | undefined;
  /** Absent: `{from}-{to}`, which comes back for every call between the two. */
  readonly callId?: string | number | null | undefined;
}

/** Characters of a caller's name that are kept. */
const LONGEST_NAME = 300;
const HALF_AT_END = /[\ud800-\udbff]$/;

/** A call request with every field filled in. */
export type CallFromOffer = { readonly [Key in keyof Omit<PushApiCall, "type">]-?: NonNullable<PushApiCall[Key]> };

/**
 * The call request for an offer to somebody who is offline. Never throws; `undefined` when the body, which came from
 * outside, does not say who is called.
 *
 * @example
 * ```ts
 * const call = callFromOffer(11, { to: 10, sdp, displayName: "User 11" });
 * // { toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11", room: "p2p:11-10", hasVideo: true }
 * if (call) await pushApi.sendCall(call);
 * ```
 */
export function callFromOffer(from: string | number, offer: Offer): CallFromOffer | undefined {
  const { to, sdp, displayName, hasVideo, callId } = fieldsOf(offer);
  if (!isId(to)) return undefined;
  const call = isId(callId) ? callId : `${from}-${to}`;
  return {
    toUserId: to,
    callId: call,
    fromUserId: from,
    fromDisplayName: nameOf(displayName) ?? `User ${from}`,
    room: `p2p:${call}`,
    hasVideo: flagOf(hasVideo) ?? sdpHasVideo(sdpText(sdp) ?? ""),
  };
}

function fieldsOf(offer: unknown): Partial<Record<keyof Offer, unknown>> {
  return typeof offer === "object" && offer !== null ? offer : {};
}

/** The part of a name that a screen can show: a client may send far more, and the name is kept with the call. */
function nameOf(displayName: unknown): string | undefined {
  if (typeof displayName !== "string" || displayName.trim() === "") return undefined;
  if (displayName.length <= LONGEST_NAME) return displayName;
  const start = displayName.slice(0, LONGEST_NAME).replace(HALF_AT_END, "");
  return start.trim() === "" ? undefined : start;
}

function isId(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || (typeof value === "number" && Number.isFinite(value));
}

function flagOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  return typeof value === "string" && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === "true" : undefined;
}
