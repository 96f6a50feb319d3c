import { type Leg, linesOf, NOBODY } from "./leg.js";

/**
 * Statuses of a request that is refused at the door. One that was let in, and logged with its user, has passed the
 * check of the admin token and gets none of these.
 */
export const AT_THE_DOOR: readonly number[] = [401, 403];

/** The HTTP status in the words of a failure. */
export function statusIn(words: string): number | undefined {
  const status = /status code (\d{3})|\bHTTP (\d{3})|^(\d{3})\b/.exec(words)?.slice(1).find(Boolean);
  return status === undefined ? undefined : Number(status);
}

/** Whether what the signal server was told can be what the API server says of this request. */
export function agree(signal: Leg, api: Leg): boolean {
  const [answered] = linesOf(api, "answered");
  const [told] = linesOf(signal, "told");
  if (told !== undefined) return answered === undefined && linesOf(api, "not-found").length === 0;
  const [failure] = linesOf(signal, "told-failure");
  if (failure === undefined) return true;
  const status = statusIn(failure.fact.words);
  if (answered !== undefined && status !== undefined) return answered.fact.status === status;
  if (api.to === NOBODY && answered !== undefined) return false;
  if (status === undefined) return true;
  // Apple accepted, and yet the signal server was told of a failure: a proxy or a time-out ended its wait.
  if (linesOf(api, "accepted").length > 0) return status >= 500;
  return !AT_THE_DOOR.includes(status);
}
