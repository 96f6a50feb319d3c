import { type Clock, monotonicNow } from "../clock.js";

/** Milliseconds between two events about the same device. */
const HOUR = 3_600_000;
/** Devices remembered at most, so that memory stays bounded. */
const MOST = 10_000;

/** Says whether it is time to tell of a device: each is told of once an hour. */
export function oncePerHour(clock: Clock): (token: string) => boolean {
  const told = new Map<string, number>();
  return token => {
    const now = monotonicNow(clock);
    const last = told.get(token);
    if (last !== undefined && now - last < HOUR) return false;
    told.delete(token);
    told.set(token, now);
    if (told.size > MOST) told.delete(told.keys().next().value as string);
    return true;
  };
}
