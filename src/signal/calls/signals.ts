/**
 * Why a call is over, for the phone that is told.
 *
 * | reason | what happened |
 * | --- | --- |
 * | `cancelled` | the caller hung up before anybody answered |
 * | `hang-up` | the other phone of the call hung up |
 * | `declined` | a phone on which it rang declined |
 * | `answered-elsewhere` | another phone of this user has the call |
 * | `no-answer` | nobody answered within the ring timeout |
 * | `no-devices` | the user has no phone that could be rung |
 * | `failed` | it could not be rung, or there was no room for it; the message says why |
 */
export type EndReason =
  | "cancelled"
  | "hang-up"
  | "declined"
  | "answered-elsewhere"
  | "no-answer"
  | "no-devices"
  | "failed";

/** What a phone sent, with `from` instead of `to`. */
export interface PassedOn {
  /** A number where the user's id is a canonical decimal. */
  readonly from: string | number;
  readonly [key: string]: unknown;
}

/** The body of `call-ended`: `from` is the other user of the call, as the phone that is told sees it. */
export interface CallEnded {
  readonly from: string | number;
  readonly reason: EndReason;
  /** Why, in words, where there is more to say. */
  readonly message?: string;
}

/** To be sent to a phone: emit `event` with `body` to `phone`, the `id` that it has in `online`. */
export type CallSignal =
  | { readonly phone: string; readonly event: "offer" | "answer" | "ice"; readonly body: PassedOn }
  | { readonly phone: string; readonly event: "call-ended"; readonly body: CallEnded };

/** Makes a signal of what a phone sent. `text` is the JSON of a body without `to`, or of a candidate. */
export function passedOn(
  phone: string,
  event: "offer" | "answer" | "ice",
  from: string | number,
  text: string,
): CallSignal {
  const sent: unknown = JSON.parse(text);
  return { phone, event, body: event === "ice" ? { from, candidate: sent } : { ...(sent as object), from } };
}
