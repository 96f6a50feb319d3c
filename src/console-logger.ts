import type { ApnsVoipEvent, OnEvent, PushFailure } from "./events.js";
import { explainReason, type Language } from "./explain/explain-reason.js";
import { withoutTokens } from "./internal/device-token.js";

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
 * @example
 * ```ts
 * const apns = createApnsClient({ ...apnsOptionsFromEnv(), onEvent: consoleLogger() });
 * ```
 */
export function consoleLogger(options: ConsoleLoggerOptions = {}): OnEvent {
  const { log = line => console.log(line), explain = true, lang = "en" } = options;
  const meaning = ({ reason, tokenPrefix, environment }: PushFailure) => {
    if (!explain) return [];
    const { meaning, remedy } = explainReason(reason, { lang });
    return [`   ${tokenPrefix} (${environment}): ${meaning} ${remedy}`];
  };
  return event => {
    const lines = LINES[event.type] as ((event: ApnsVoipEvent, meaning: Explain) => readonly string[]) | undefined;
    for (const line of lines?.(event, meaning) ?? []) log(line);
  };
}

type Explain = (failure: PushFailure) => readonly string[];

type LinesOf = {
  readonly [Type in ApnsVoipEvent["type"]]?: (
    event: Extract<ApnsVoipEvent, { type: Type }>,
    explain: Explain,
  ) => readonly string[];
};

/** What operators grep for: each kind of push by its own words. */
const WORDS = {
  call: { push: "VoIP Push", token: "VoIP token", field: "voipDeviceToken" },
  message: { push: "Push", token: "APNs token", field: "apnsDeviceToken" },
} as const;
const FIELDS = { voip: WORDS.call.field, alert: WORDS.message.field } as const;

const LINES: LinesOf = {
  "push.device-registered": ({ pushType, userId, tokenPrefix }) => [
    `Saved ${FIELDS[pushType]} for user ${id(userId)}: ${id(tokenPrefix)}`,
  ],
  "push.device-unregistered": ({ pushType, userId, tokenPrefix }) => [
    `Deleted ${FIELDS[pushType]} for user ${id(userId)}: ${id(tokenPrefix)}`,
  ],
  "http.push-requested": ({ method, path, toUserId }) => [`${id(method)} ${id(path)} - toUserId: ${id(toUserId)}`],
  "push.devices-found": ({ kind, toUserId, tokenPrefixes }) => {
    if (tokenPrefixes.length === 0) return [];
    const { field, push } = WORDS[kind];
    const retrieved = tokenPrefixes.map(prefix => `Retrieved ${field} for user ${id(toUserId)}: ${id(prefix)}`);
    return [...retrieved, `Sending ${push} to APNs...`];
  },
  "push.finished": ({ kind, status, toUserId, failures, excepted }, explain) => {
    const { push, token } = WORDS[kind];
    if (status === "no-devices" && excepted !== undefined) {
      return [`${push} to user ${id(toUserId)} not sent: no phone but the ${excepted} excepted`];
    }
    if (status === "no-devices") return [`❌ ${token} not found for user ${id(toUserId)}`];
    if (status === "duplicate") return [`${push} to user ${id(toUserId)} not sent again: a repeat of the same request`];
    if (status === "cancelled") return [`${push} to user ${id(toUserId)} cancelled before it left`];
    const sent = status === "accepted" ? [`✅ ${push} sent successfully to APNs`] : [];
    return [...sent, ...failures.flatMap(failure => [failureLine(failure, push), ...explain(failure)])];
  },
  // The lines of a push that was sent tell how it ended.
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
  "push.store-failed": ({ error }) => [`❌ Store error: ${messageOf(error)}`],

  "apns.result": ({ environment, tokenPrefix, topic, apnsId, outcome, status, reason, error }) => {
    const about = `for ${id(tokenPrefix)} (${environment}, ${id(topic)}, apns-id ${id(apnsId)})`;
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

  "signal.offer": ({ fromUserId, toUserId }) => [`[signal] offer from ${id(fromUserId)} to ${id(toUserId)}`],
  "signal.user-offline": ({ toUserId }) => [`[signal] user ${id(toUserId)} is offline, sending VoIP Push`],
  "signal.push-started": ({ kind, toUserId }) => [
    `${kind === "call" ? "📞" : "💬"} Sending ${WORDS[kind].push} to user ${id(toUserId)}`,
  ],
  "signal.push-cancelled": ({ toUserId, cancelled, message }) => {
    const push = `VoIP Push to user ${id(toUserId)}`;
    if (message !== undefined) return [`❌ Failed to cancel ${push}: ${text(message)}`];
    return [cancelled ? `${push} cancelled before it left` : `${push} not cancelled: nothing was waiting any more`];
  },
  "signal.push-finished": ({ kind, toUserId, status, message }) => {
    const { push } = WORDS[kind];
    if (status === "accepted") return [`✅ ${push} sent to user ${id(toUserId)}`];
    if (status === "duplicate") return [`${push} to user ${id(toUserId)} not sent again: a repeat of the same request`];
    if (status === "cancelled") return [`${push} to user ${id(toUserId)} cancelled before it left`];
    if (status === "unknown") return [`⚠️ ${push} to user ${id(toUserId)} may have been sent: ${text(message ?? "")}`];
    return [`❌ Failed to send ${push}: ${text(message ?? status)}`];
  },
};

function failureLine({ outcome, reason, message = "" }: PushFailure, push: string): string {
  if (outcome === "rejected") return `❌ APNs error: ${id(reason)}`;
  return outcome === "unsent"
    ? `❌ ${push} not sent to APNs: ${reason}, ${text(message)}`
    : `⚠️ ${push} may have been sent to APNs: ${reason}, ${text(message)}`;
}

const LONGEST_ID = 100;
const LONGEST_TEXT = 500;

/** Line ends, control characters and invisible ones (text that reads backwards) are shown, not obeyed. */
function visible(given: unknown, longest: number): string {
  const shown = String(given).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}...`;
}

function id(given: string): string {
  return visible(given, LONGEST_ID);
}

function text(given: string): string {
  return withoutTokens(visible(given, LONGEST_TEXT));
}

function messageOf(error: unknown): string {
  return text(error instanceof Error ? error.message : String(error));
}
