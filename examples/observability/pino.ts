import type { ApnsVoipEvent, OnEvent } from "apns-voip";
import type { Level, Logger } from "pino";

type EventType = ApnsVoipEvent["type"];

/** The levels of events that tell what happened. Every other event tells how, and is `debug`. */
const LEVELS: { readonly [Type in EventType]?: Level } = {
  "push.device-registered": "info",
  "push.device-unregistered": "info",
  "push.environment-learned": "info",
  "push.device-removed": "warn",
  "push.store-failed": "error",
  "signal.nobody-woken": "warn",
  "signal.call-ended": "info",
  "signal.refused": "warn",
  "signal.online-failed": "warn",
  "signal.store-failed": "error",
  "apns.connection-failed": "warn",
  "apns.going-away": "warn",
  "push.silent": "warn",
  "push.keys-dropped": "warn",
  "push.fallback-failed": "error",
  "apns.clock-skew": "warn",
};

/** The level of the event that a call or a message ends with, by how it ended. */
const STATUS_LEVELS = {
  accepted: "info",
  duplicate: "info",
  cancelled: "info",
  "no-devices": "warn",
  unknown: "warn",
  failed: "error",
} as const satisfies Record<string, Level>;

/**
 * An `onEvent` that writes each event as one JSON line: its type as the message, its fields as fields. Events hold no
 * secrets and no whole device tokens, so nothing needs to be redacted.
 *
 * @example
 * createApnsClient({ ...apnsOptionsFromEnv(), onEvent: pinoEvents(pino()) });
 */
export function pinoEvents(logger: Logger): OnEvent {
  return event => {
    const { type, ...fields } = event;
    // pino writes an error with its stack and its cause only under `err`.
    const { error, ...rest } = fields as { readonly error?: unknown };
    logger[levelOf(event)](error === undefined ? rest : { ...rest, err: error }, type);
  };
}

function levelOf(event: ApnsVoipEvent): Level {
  if (event.type === "push.finished" || event.type === "signal.push-finished") return STATUS_LEVELS[event.status];
  if (event.type === "http.answered") return event.status >= 500 ? "error" : "info";
  return LEVELS[event.type] ?? "debug";
}
