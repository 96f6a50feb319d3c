import * as z from "zod";

const userId = z.union([z.number().int().nonnegative(), z.string().min(1)]);
const text = z.string().min(1);
/** A session description: its text, or WebRTC's object. */
const sdp = z.union([text, z.looseObject({ type: z.string().optional(), sdp: text })]);

/** What phones send. Keys that are not named here are passed on as they came. */
export const bodies = {
  register: z.looseObject({ userId, deviceId: z.string().nullish() }),
  offer: z.looseObject({
    to: userId,
    sdp,
    displayName: z.string().nullish(),
    hasVideo: z.boolean().nullish(),
    callId: z.union([z.string(), z.number()]).nullish(),
  }),
  answer: z.looseObject({ to: userId, sdp }),
  ice: z.looseObject({ to: userId, candidate: z.unknown() }),
  "call-end": z.looseObject({ to: userId }),
  message: z.looseObject({ to: userId, body: z.string(), displayName: z.string().nullish() }),
};

export type ClientEvent = keyof typeof bodies;
export type Body<Event extends ClientEvent> = z.infer<(typeof bodies)[Event]>;

/** A user id as the app wants it in `from`: a number where it is one. */
export function asSent(id: string | number): string | number {
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === String(id) ? number : id;
}
