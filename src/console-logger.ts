import type { ApnsVoipEvent, OnEvent, PushFailure } from "./events.js";
import { CALL_TEXTS } from "./explain/catalogue/calls.js";
import { RECEIPT_TEXTS } from "./explain/catalogue/receipts.js";
import { explainReason } from "./explain/explain-reason.js";
import { LANGUAGES, type Language } from "./explain/language.js";
import { id, type LinesOf, messageOf, PUSH_WORDS, text } from "./internal/log-text.js";
import { aFlag, aFunction, checkOptions, oneOf } from "./internal/options.js";
import { adviceOn, SIGNAL_LINES } from "./signal/log-lines.js";

export interface ConsoleLoggerOptions {
  /** Where each line goes. Default: `console.log`. */
  readonly log?: ((line: string) => void) | undefined;
  /** Whether a refusal is followed by what it means and what to do. Default: true. */
  readonly explain?: boolean | undefined;
  /** The language of explanations. Default: `"en"`. */
  readonly lang?: Language | undefined;
}

/**
 * An `onEvent` that prints one line for each thing an operator looks for: registrations, calls and messages on the API
 * server, offers and pushes on the signal server, and everything that fails. No line holds a whole token, and text from
 * outside (ids, paths, error messages) can neither break a line nor send an escape sequence to the terminal.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 * @example
 * ```ts
 * const apns = createApnsClient({ ...apnsOptionsFromEnv(), onEvent: consoleLogger() });
 * ```
 */
export function consoleLogger(options: ConsoleLoggerOptions = {}): OnEvent {
  checkOptions<ConsoleLoggerOptions>("consoleLogger", options, {
    log: aFunction,
    explain: aFlag,
    lang: oneOf(...LANGUAGES),
  });
  const { log = line => console.log(line), explain = true, lang = "en" } = options;
  const meaning = ({ reason, tokenPrefix, environment }: PushFailure) => {
    if (!explain) return [];
    const { meaning, remedy } = explainReason(reason, { lang });
    return [`   ${tokenPrefix} (${environment}): ${meaning} ${remedy}`];
  };
  const silence = () => (explain ? [`   ${RECEIPT_TEXTS[lang].silent}`] : []);
  const explaining: Explain = { meaning, silence };
  return event => {
    const lines = LINES[event.type] as ((event: ApnsVoipEvent, explain: Explain) => readonly string[]) | undefined;
    for (const line of lines?.(event, explaining) ?? []) log(line);
    const advice = explain ? adviceIn(lang, event) : undefined;
    if (advice !== undefined) log(advice);
  };
}

function adviceIn(lang: Language, event: ApnsVoipEvent): string | undefined {
  if (event.type !== "signal.nobody-woken") return adviceOn(event);
  return `   user ${id(event.toUserId)}: ${CALL_TEXTS[lang].nobodyWoken}`;
}

/** The lines that say what to do, where the reader wants them. */
interface Explain {
  meaning(failure: PushFailure): readonly string[];
  /** What to do about a phone that has reported nothing. */
  silence(): readonly string[];
}

const FIELDS = { voip: PUSH_WORDS.call.field, alert: PUSH_WORDS.message.field } as const;

const LINES: LinesOf<ApnsVoipEvent, Explain> = {
  ...SIGNAL_LINES,
  "push.device-registered": ({ pushType, userId, tokenPrefix }) => [
    `Saved ${FIELDS[pushType]} for user ${id(userId)}: ${id(tokenPrefix)}`,
  ],
  "push.keys-dropped": ({ toUserId, keys, bytes, mostBytes }) => [
    `⚠️ Left out of the push to user ${id(toUserId)}: ${keys.map(id).join(", ")}; with it ${bytes} bytes, and Apple takes ${mostBytes}`,
  ],
  "push.device-unregistered": ({ pushType, userId, tokenPrefix }) => [
    `Deleted ${FIELDS[pushType]} ${userId === undefined ? "without a login" : `for user ${id(userId)}`}: ${id(tokenPrefix)}`,
  ],
  "http.push-requested": ({ method, path, toUserId }) => [`${id(method)} ${id(path)} - toUserId: ${id(toUserId)}`],
  "push.devices-found": ({ kind, toUserId, tokenPrefixes }) => {
    if (tokenPrefixes.length === 0) return [];
    const { field, push } = PUSH_WORDS[kind];
    const retrieved = tokenPrefixes.map(prefix => `Retrieved ${field} for user ${id(toUserId)}: ${id(prefix)}`);
    return [...retrieved, `Sending ${push} to APNs...`];
  },
  "push.finished": ({ kind, status, toUserId, failures, excepted, instead }, { meaning }) => {
    const { push, token } = PUSH_WORDS[kind];
    // An alert was sent instead, and its own lines say how that ended.
    if (instead !== undefined) return [`${token} not found for user ${id(toUserId)}: notified instead`];
    if (status === "no-devices" && excepted !== undefined) {
      return [`${push} to user ${id(toUserId)} not sent: no phone but the ${excepted} excepted`];
    }
    if (status === "no-devices") return [`❌ ${token} not found for user ${id(toUserId)}`];
    if (status === "duplicate") return [`${push} to user ${id(toUserId)} not sent again: a repeat of the same request`];
    if (status === "cancelled") return [`${push} to user ${id(toUserId)} cancelled before it left`];
    const sent = status === "accepted" ? [`✅ ${push} sent successfully to APNs`] : [];
    return [...sent, ...failures.flatMap(failure => [failureLine(failure, push), ...meaning(failure)])];
  },
  "http.keys-ignored": ({ method, path, keys }) => [
    `⚠️ ${id(method)} ${id(path)}: sent without what does not exist: ${text(keys.join(", "))}`,
  ],
  // Where a push was sent, its own lines say how the request ended.
  "http.answered": ({ method, path, status, error, detail, push }) => {
    if (push !== undefined) return [];
    const outcome = status < 400 ? "OK" : text(error ?? "");
    return [`${id(method)} ${id(path)} - ${status} ${outcome}${detail === undefined ? "" : ` (${text(detail)})`}`];
  },
  "push.environment-learned": ({ userId, tokenPrefix, environment }) => [
    `Learned that ${id(tokenPrefix)} of user ${id(userId)} belongs to ${environment}`,
  ],
  "push.device-removed": ({ userId, tokenPrefix, reason }) => [
    `Removed ${id(tokenPrefix)} of user ${id(userId)}: APNs says ${id(reason)}`,
  ],
  "push.device-kept": ({ userId, tokenPrefix, reason, why }) => [
    `Kept ${id(tokenPrefix)} of user ${id(userId)} although APNs says ${id(reason)}: ${text(why)}`,
  ],
  "push.receipt": ({ toUserId, tokenPrefix, event, milliseconds, detail }) => [
    `📱 ${id(tokenPrefix)} of user ${id(toUserId)}: ${id(event)}, ${Math.round(milliseconds)} ms after APNs accepted${detail === undefined ? "" : `: ${text(detail)}`}`,
  ],
  "push.silent": ({ toUserId, tokenPrefix, milliseconds }, { silence }) => [
    `⚠️ APNs accepted, but ${id(tokenPrefix)} of user ${id(toUserId)} has not reported within ${Math.round(milliseconds / 100) / 10} s`,
    ...silence(),
  ],
  "push.fallback-failed": ({ toUserId, why, error }) => [
    `❌ No notification for the call to user ${id(toUserId)} (${why}): ${messageOf(error)}`,
  ],
  "push.store-failed": ({ error }) => [`❌ Store error: ${messageOf(error)}`],

  "apns.result": ({ environment, tokenPrefix, topic, apnsId, toUserId, callId, outcome, status, reason, error }) => {
    // The line that operators search for names neither user nor call, so this line does.
    const whose = `${toUserId === undefined ? "" : `, user ${id(toUserId)}`}${callId === undefined ? "" : `, call ${id(callId)}`}`;
    const about = `for ${id(tokenPrefix)} (${environment}, ${id(topic)}, apns-id ${id(apnsId)}${whose})`;
    if (outcome === "accepted") return [`APNs answered 200 ${about}`];
    if (outcome === "rejected") return [`APNs answered ${status} ${id(reason ?? "")} ${about}`];
    return [`${outcome === "unsent" ? "Nothing sent to APNs" : "No answer from APNs"} ${about}: ${messageOf(error)}`];
  },
  "apns.going-away": ({ environment, connection, errorCode, reason, debugData }) => {
    const why = reason ?? debugData;
    return [
      `APNs closes connection ${connection} (${environment}): GOAWAY ${errorCode}${why === "" ? "" : `, ${text(why)}`}`,
    ];
  },
  "apns.connection-failed": ({ environment, origin, error, retryInMilliseconds }) => [
    `❌ No connection to APNs ${environment} at ${id(origin)}: ${messageOf(error)}; next try in ${Math.round(retryInMilliseconds)} ms`,
  ],
  "apns.clock-skew": ({ milliseconds }) => [
    `⚠️ This server's clock is ${Math.abs(Math.round(milliseconds / 1000))} s ${milliseconds > 0 ? "ahead of" : "behind"} Apple's: set it by NTP`,
  ],
};

function failureLine({ outcome, reason, message = "" }: PushFailure, push: string): string {
  if (outcome === "rejected") return `❌ APNs error: ${id(reason)}`;
  return outcome === "unsent"
    ? `❌ ${push} not sent to APNs: ${reason}, ${text(message)}`
    : `⚠️ ${push} may have been sent to APNs: ${reason}, ${text(message)}`;
}
