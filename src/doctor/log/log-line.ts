/** What a line of a server's log tells about a call. Lines of the API server know no caller, some not even a callee. */
export type LogFact =
  | { readonly kind: "offer"; readonly from: string; readonly to: string }
  | { readonly kind: "offline"; readonly to: string }
  | { readonly kind: "asking"; readonly to: string }
  | {
      readonly kind: "told";
      readonly how: "sent" | "duplicate" | "unknown";
      readonly to: string;
      readonly words?: string;
    }
  | { readonly kind: "told-failure"; readonly words: string }
  | { readonly kind: "asked"; readonly to: string }
  | { readonly kind: "answered"; readonly status: number; readonly words: string }
  | { readonly kind: "found"; readonly to: string; readonly tokenPrefix: string }
  | { readonly kind: "not-found"; readonly to: string }
  | { readonly kind: "pushing" }
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "unsent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "store-error"; readonly words: string }
  | { readonly kind: "saved"; readonly user: string; readonly tokenPrefix: string }
  | { readonly kind: "removed"; readonly user: string; readonly reason: string }
  | { readonly kind: "registration-refused"; readonly words: string };

/** A line that tells something, and where it stood. */
export interface LogLine {
  /** Counts from 1 in the log as it was given. */
  readonly number: number;
  /** Its place in time, as far as that is known. */
  readonly order: number;
  readonly text: string;
  /** Milliseconds since the epoch, where the line has a time. */
  readonly at: number | undefined;
  readonly fact: LogFact;
}

type Read = (parts: Readonly<Record<string, string>>) => LogFact;

/**
 * The lines that the console logger prints, and servers before it printed, to the letter; whatever stands in front of
 * them (a time, a container's name) is let be. The first that fits counts.
 */
const PATTERNS: readonly (readonly [pattern: RegExp, read: Read])[] = [
  [/\[signal\] offer from (?<from>\S+) to (?<to>\S+)/, ({ from, to }) => ({ kind: "offer", from: from!, to: to! })],
  [/\[signal\] user (?<to>\S+) is offline/, ({ to }) => ({ kind: "offline", to: to! })],
  [/📞 Sending VoIP Push to user (?<to>\S+)/u, ({ to }) => ({ kind: "asking", to: to! })],
  [/✅ VoIP Push sent to user (?<to>\S+)/u, ({ to }) => ({ kind: "told", how: "sent", to: to! })],
  [/VoIP Push to user (?<to>\S+) not sent again/, ({ to }) => ({ kind: "told", how: "duplicate", to: to! })],
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
  [/PUT \S*\/devices - (?<words>40[13].*)/, ({ words }) => ({ kind: "registration-refused", words: words!.trim() })],
];

const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)?/;

/** What a line tells, or `undefined`. */
export function readLogLine(text: string, number: number): LogLine | undefined {
  for (const [pattern, read] of PATTERNS) {
    const found = pattern.exec(text);
    if (found !== null) {
      return { number, order: number, text: text.trim(), at: readTime(text), fact: read(found.groups ?? {}) };
    }
  }
  return undefined;
}

/** In the order of time where every line has one; else as they stood. Logs of two servers are often just joined. */
export function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  if (!lines.every(({ at }) => at !== undefined)) return lines;
  return [...lines].sort((a, b) => a.at! - b.at!).map((line, order) => ({ ...line, order }));
}

function readTime(text: string): number | undefined {
  const found = TIME.exec(text)?.[0].replace(" ", "T").replace(",", ".");
  const time = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(time) ? undefined : time;
}
