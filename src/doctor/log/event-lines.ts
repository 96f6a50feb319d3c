import { consoleLogger } from "../../console-logger.js";
import type { ApnsVoipEvent } from "../../events.js";

/** Where loggers put an event that was given to them beside a message, or as the message itself. */
const PLACES = ["event", "data", "meta", "payload"];

/** The lines that `consoleLogger()` prints for an event which a server has logged as JSON; none where there is no event. */
export function linesOfEvent(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const event = [fields, ...PLACES.map(name => fields[name])].find(isEvent);
  if (event === undefined) return [];
  const lines: string[] = [];
  try {
    consoleLogger({ log: line => lines.push(line) })(revived(event));
  } catch {
    // A logger may have cut the event short. What can be read of it counts.
  }
  return lines;
}

function isEvent(value: unknown): value is ApnsVoipEvent {
  const { type } = (value ?? {}) as { readonly type?: unknown };
  return typeof type === "string" && /^(apns|push|http|signal)\.[a-z-]+$/.test(type);
}

/** JSON made an object or a text of the event's error, and `consoleLogger` wants an error again. */
function revived(event: ApnsVoipEvent): ApnsVoipEvent {
  if (!("error" in event) || typeof event.error !== "object" || event.error === null) return event;
  const { message } = event.error as { readonly message?: unknown };
  return { ...event, error: new Error(String(message)) } as ApnsVoipEvent;
}
