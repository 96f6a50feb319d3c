import { channel } from "node:diagnostics_channel";
import type { ApnsVoipEvent, OnEvent } from "../events.js";

const events = channel("apns-voip");

/**
 * Tells the listener and the diagnostics channel. A listener that throws, or returns a promise that rejects, changes
 * nothing: a push must not fail because a log line did.
 */
export function emit(onEvent: OnEvent | undefined, event: ApnsVoipEvent): void {
  if (events.hasSubscribers) events.publish(event);
  if (onEvent === undefined) return;
  try {
    const returned: unknown = onEvent(event);
    // Also a promise that is not our `Promise`: test runners give each file a world of its own.
    if (typeof returned === "object" && returned !== null) Promise.resolve(returned).catch(() => {});
  } catch {}
}

/** False when an event would reach nobody, so that it need not be made. */
export function isListening(onEvent: OnEvent | undefined): boolean {
  return onEvent !== undefined || events.hasSubscribers;
}
