import { linesOfEvent } from "./event-lines.js";
import { unwrap } from "./unwrap.js";

/** What a line of a server's log tells about a call. Lines of the API server name no caller, and some name no user at all. */
export type LogFact =
  | { readonly kind: "offer"; readonly from: string; readonly to: string }
  | { readonly kind: "offline"; readonly to: string }
  /** Phones of the callee are connected, and the user's others are pushed. */
  | { readonly kind: "others"; readonly to: string }
  | { readonly kind: "asking"; readonly to: string }
  | {
      readonly kind: "told";
      readonly how: "sent" | "unknown";
      readonly to: string;
      readonly words?: string;
    }
  | { readonly kind: "told-failure"; readonly words: string; readonly to?: string }
  /** Both servers print it in the same words: nothing was sent, and why. */
  | { readonly kind: "not-sent"; readonly how: "duplicate" | "cancelled" | "excepted"; readonly to: string }
  | { readonly kind: "asked"; readonly to: string }
  | { readonly kind: "answered"; readonly status: number; readonly words: string }
  | { readonly kind: "found"; readonly to: string; readonly tokenPrefix: string }
  | { readonly kind: "not-found"; readonly to: string }
  | { readonly kind: "pushing" }
  | ({ readonly kind: "accepted" } & Whose)
  | ({ readonly kind: "rejected"; readonly reason: string } & Whose)
  | ({ readonly kind: "unsent"; readonly reason?: string } & Whose)
  | ({ readonly kind: "unknown"; readonly reason?: string } & Whose)
  | { readonly kind: "store-error"; readonly words: string }
  | { readonly kind: "saved"; readonly user: string; readonly tokenPrefix: string }
  | { readonly kind: "removed"; readonly user: string; readonly reason: string }
  | { readonly kind: "registration-refused"; readonly words: string }
  | ({ readonly kind: "receipt"; readonly event: string; readonly words?: string } & Report)
  | ({ readonly kind: "silent" } & Report)
  /** A phone registered at the signal server so long after the push, or nobody did. */
  | { readonly kind: "woken"; readonly to: string; readonly milliseconds: number }
  | { readonly kind: "nobody-woken"; readonly to: string; readonly milliseconds: number }
  | {
      readonly kind: "ended";
      readonly from: string;
      readonly to: string;
      readonly seconds: number;
      readonly answered: boolean;
      readonly why: string;
    }
  /** What a phone sent to the signal server was not done. `event`: what it was. */
  | { readonly kind: "refused"; readonly event: string; readonly user: string }
  | { readonly kind: "online-failed"; readonly user: string }
  | { readonly kind: "call-store-error" }
  /** The user of the failure that the line before it tells. */
  | { readonly kind: "of-user"; readonly to: string };

/**
 * The user and call of a push. The line that operators search for names neither; the one before it, with the apns-id,
 * does.
 */
interface Whose {
  readonly to?: string;
  readonly callId?: string;
}

/** The phone that reported, and how long after Apple had accepted the push. */
interface Report {
  readonly to: string;
  readonly tokenPrefix: string;
  readonly milliseconds: number;
}

/** A line that tells something about a call, and its place in the log. */
export interface LogLine {
  /** Counts from 1 in the log as it was given. */
  readonly number: number;
  /** Its place among all lines: by time where each line has one, otherwise as in the log. */
  readonly order: number;
  readonly text: string;
  /** Milliseconds since the epoch, where the line has a time. */
  readonly at: number | undefined;
  /** The process that wrote it, where the line says so. */
  readonly source: string | undefined;
  readonly fact: LogFact;
}

type Read = (parts: Readonly<Record<string, string>>) => LogFact;

/**
 * The lines that the console logger prints, and that servers before it printed, to the letter. What is in front of them
 * (a time, a container's name) does not matter. The first pattern that fits counts.
 */
const PATTERNS: readonly (readonly [pattern: RegExp, read: Read])[] = [
  // This comes first, because a phone chooses the words at the end of the line, and they may look like another line.
  [
    /📱 (?<prefix>\S+) of user (?<to>\S+): (?<event>\w+), (?<ms>\d+) ms after APNs accepted(: (?<words>.*))?/u,
    ({ prefix, to, event, ms, words }) => ({
      kind: "receipt",
      ...{ to: to!, tokenPrefix: prefix!, milliseconds: Number(ms), event: event! },
      ...(words !== undefined && { words }),
    }),
  ],
  [
    /APNs accepted, but (?<prefix>\S+) of user (?<to>\S+) has not reported within (?<seconds>[\d.]+) s/,
    ({ prefix, to, seconds }) => ({
      kind: "silent",
      ...{ to: to!, tokenPrefix: prefix!, milliseconds: Number(seconds) * 1000 },
    }),
  ],
  // These come before the others, because the words of an error are at their end, and may look like another line.
  [
    /\[signal\] (?<event>[\w-]+) of user (?<user>\S+) refused: /,
    p => ({ kind: "refused", event: p.event!, user: p.user! }),
  ],
  [/Call store error \(\w+\): /, () => ({ kind: "call-store-error" })],
  [/Cannot tell which phones of user (?<user>\S+) are connected: /, p => ({ kind: "online-failed", user: p.user! })],
  [
    /📲 A phone of user (?<to>\S+) registered (?<ms>\d+) ms after the push/u,
    ({ to, ms }) => ({ kind: "woken", to: to!, milliseconds: Number(ms) }),
  ],
  [
    /APNs accepted, but no phone of user (?<to>\S+) has registered within (?<seconds>[\d.]+) s/,
    ({ to, seconds }) => ({ kind: "nobody-woken", to: to!, milliseconds: Number(seconds) * 1000 }),
  ],
  [
    /\[signal\] call from (?<from>\S+) to (?<to>\S+) ended after (?<seconds>\d+) s, (?<not>not )?answered: (?<why>[\w-]+)/,
    ({ from, to, seconds, not, why }) => ({
      kind: "ended",
      ...{ from: from!, to: to!, seconds: Number(seconds), answered: not === undefined, why: why! },
    }),
  ],
  [/\[signal\] user (?<to>\S+) has \d+ phones? connected/, ({ to }) => ({ kind: "others", to: to! })],
  [/\[signal\] offer from (?<from>\S+) to (?<to>\S+)/, ({ from, to }) => ({ kind: "offer", from: from!, to: to! })],
  [/\[signal\] user (?<to>\S+) is offline/, ({ to }) => ({ kind: "offline", to: to! })],
  [/📞 Sending VoIP Push to user (?<to>\S+)/u, ({ to }) => ({ kind: "asking", to: to! })],
  [/✅ VoIP Push sent to user (?<to>\S+)/u, ({ to }) => ({ kind: "told", how: "sent", to: to! })],
  [/VoIP Push to user (?<to>\S+) not sent again/, ({ to }) => ({ kind: "not-sent", how: "duplicate", to: to! })],
  [/VoIP Push to user (?<to>\S+) cancelled before/, ({ to }) => ({ kind: "not-sent", how: "cancelled", to: to! })],
  [/VoIP Push to user (?<to>\S+) not sent: no phone/, ({ to }) => ({ kind: "not-sent", how: "excepted", to: to! })],
  [
    /VoIP Push to user (?<to>\S+) may have been sent(: (?<words>.*))?/,
    ({ to, words }) => ({ kind: "told", how: "unknown", to: to!, ...(words !== undefined && { words }) }),
  ],
  [/Failed to send VoIP Push: (?<words>.*)/, ({ words }) => ({ kind: "told-failure", words: words! })],
  [/POST \S*\/push\/call - toUserId: (?<to>\S+)/, ({ to }) => ({ kind: "asked", to: to! })],
  [
    /POST \S*\/push\/call - (?<status>\d{3})(?<words>.*)/,
    ({ status, words }) => ({ kind: "answered", status: Number(status), words: words!.trim() }),
  ],
  [
    /Retrieved voipDeviceToken for user (?<to>\S+): (?<prefix>[^\s.]+)/,
    ({ to, prefix }) => ({ kind: "found", to: to!, tokenPrefix: `${prefix}...` }),
  ],
  [/VoIP token not found for user (?<to>\S+)/, ({ to }) => ({ kind: "not-found", to: to! })],
  [/Sending VoIP Push to APNs/, () => ({ kind: "pushing" })],
  [
    /APNs answered 200 for \S+ \([^)]*\.voip, apns-id [^),]+, user (?<to>[^),]+)(, call (?<callId>.+))?\)/,
    parts => ({ kind: "accepted", ...whose(parts) }),
  ],
  [
    /APNs answered \d+ (?<reason>\w+) for \S+ \([^)]*\.voip, apns-id [^),]+, user (?<to>[^),]+)(, call (?<callId>.+))?\)/,
    parts => ({ kind: "rejected", reason: parts.reason!, ...whose(parts) }),
  ],
  [
    /(?<what>Nothing sent to|No answer from) APNs for \S+ \([^)]*\.voip, apns-id [^),]+, user (?<to>[^),]+)(, call (?<callId>.+?))?\):/,
    parts => ({ kind: parts.what === "No answer from" ? "unknown" : "unsent", ...whose(parts) }),
  ],
  [/VoIP Push sent successfully to APNs/, () => ({ kind: "accepted" })],
  [/APNs error: (?<reason>\w+)/, ({ reason }) => ({ kind: "rejected", reason: reason! })],
  [/VoIP Push not sent to APNs: (?<reason>\w+)/, ({ reason }) => ({ kind: "unsent", reason: reason! })],
  [/VoIP Push may have been sent to APNs: (?<reason>\w+)/, ({ reason }) => ({ kind: "unknown", reason: reason! })],
  [/Store error: (?<words>.*)/, ({ words }) => ({ kind: "store-error", words: words! })],
  [
    /Saved voipDeviceToken for user (?<user>\S+): (?<prefix>[^\s.]+)/,
    ({ user, prefix }) => ({ kind: "saved", user: user!, tokenPrefix: `${prefix}...` }),
  ],
  [
    /Removed \S+ of user (?<user>\S+): APNs says (?<reason>\w+)/,
    ({ user, reason }) => ({ kind: "removed", user: user!, reason: reason! }),
  ],
  [/ {3}user (?<to>\S+): [A-Z]/, ({ to }) => ({ kind: "of-user", to: to! })],
  [/PUT \S*\/devices - (?<words>40[13].*)/, ({ words }) => ({ kind: "registration-refused", words: words!.trim() })],
];

function whose({ to, callId }: Readonly<Record<string, string>>): Whose {
  return { ...(to !== undefined && { to }), ...(callId !== undefined && { callId }) };
}

/** What a line tells: nothing, one thing, or several where a server has logged an event as JSON. */
export function readLogLine(text: string, number: number): readonly LogLine[] {
  const { message, at, source, fields } = unwrap(text);
  const known = factIn(message);
  const told = known === undefined && fields !== undefined ? linesOfEvent(fields) : [message];
  return told.flatMap(line => {
    const fact = line === message ? known : factIn(line);
    const shown = fields === undefined ? text.trim() : line.trim();
    return fact === undefined ? [] : [{ number, order: number, text: shown, at, source, fact }];
  });
}

function factIn(message: string): LogFact | undefined {
  for (const [pattern, read] of PATTERNS) {
    const found = pattern.exec(message);
    if (found !== null) return read(found.groups ?? {});
  }
  return undefined;
}

/** Milliseconds. Times that are further apart cannot be compared: some of them have no year. */
const YEAR = 366 * 24 * 60 * 60 * 1000;

/**
 * Sorts lines by time if each has one, because logs of two servers are often just joined. Otherwise they keep their
 * order.
 */
export function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  const named = withUsers(lines);
  const times = named.flatMap(({ at }) => at ?? []);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const comparable = times.length === named.length && times.every(time => time - first < YEAR);
  const sorted = comparable ? [...named].sort((a, b) => a.at! - b.at!) : named;
  return sorted.map((line, order) => ({ ...line, order }));
}

/** Gives each failure the user that the line after it names. */
function withUsers(lines: readonly LogLine[]): readonly LogLine[] {
  const named: LogLine[] = [];
  const last = new Map<string | undefined, number>();
  for (const line of lines) {
    const { fact, source } = line;
    const before = last.get(source);
    if (fact.kind !== "of-user") last.set(source, named.push(line) - 1);
    else if (before !== undefined) {
      const failure = named[before]!;
      if (failure.fact.kind === "told-failure") named[before] = { ...failure, fact: { ...failure.fact, to: fact.to } };
    }
  }
  return named;
}
