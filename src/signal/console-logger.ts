import type { ApnsVoipEvent, OnEvent, SignalEvent } from "../events.js";
import { aFlag, aFunction, checkOptions } from "../internal/options.js";
import { adviceOn, SIGNAL_LINES } from "./log-lines.js";

export interface ConsoleLoggerOptions {
  /** Where each line goes. Default: `console.log`. */
  readonly log?: ((line: string) => void) | undefined;
  /** Whether a push that failed is followed by what to do about it. Default: true. */
  readonly explain?: boolean | undefined;
}

/**
 * An `onEvent` for a signal server: one line for each offer and each push, and for a push that failed a line of advice,
 * in English. It prints nothing about other events. A process that sends pushes itself takes `consoleLogger` of
 * `apns-voip` instead, which prints these lines too, and explains Apple's reasons.
 *
 * No line holds a whole device token, and text from outside can neither break a line nor send an escape sequence to the terminal.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 * @example
 * ```ts
 * import { consoleLogger, createPushApiClient } from "apns-voip/signal";
 *
 * const api = createPushApiClient({ apiUrl, adminToken, onEvent: consoleLogger() });
 * ```
 */
export function consoleLogger(options: ConsoleLoggerOptions = {}): OnEvent {
  checkOptions<ConsoleLoggerOptions>("consoleLogger", options, { log: aFunction, explain: aFlag });
  const { log = line => console.log(line), explain = true } = options;
  return event => {
    if (!isOfSignal(event)) return;
    const lines = SIGNAL_LINES[event.type] as ((event: SignalEvent) => readonly string[]) | undefined;
    for (const line of lines?.(event) ?? []) log(line);
    const advice = explain ? adviceOn(event) : undefined;
    if (advice !== undefined) log(advice);
  };
}

function isOfSignal(event: ApnsVoipEvent): event is SignalEvent {
  return event.type.startsWith("signal.");
}
