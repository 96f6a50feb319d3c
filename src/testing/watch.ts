import type { ReadCall } from "./calling-app.js";
import type { Connection } from "./connection.js";
import type { ProviderTokenCheck } from "./provider-token.js";
import { ProviderTokenWatch } from "./provider-token-watch.js";
import type { MockPush } from "./push.js";
import { remember } from "./remember.js";
import { deviceTokenOf, type RequestHead } from "./request.js";
import { type MockViolation, type MockViolationRule, violation } from "./violations.js";

const MINUTE = 60_000;
/** Connections that may be closed after a single push within a minute before it counts as a violation. */
const SINGLES_FORGIVEN = 4;
/** Connections within a minute that are still a pool. More of them, with less than two pushes each, are a violation. */
const LARGEST_POOL = 49;
/** Milliseconds that a retry may come too soon: a timer may fire a little early. */
const RETRY_TOLERANCE = 50;

/** Watches senders, and notes what a well-behaved one would not do. */
export interface Watch {
  readonly violations: MockViolation[];
  /** A request has arrived. What it violates can be told only when it is judged: call the returned function then. */
  arrived(head: RequestHead, connection: Connection): (push: MockPush, check: ProviderTokenCheck) => void;
  /** An answer has gone out, with or without `retry-after`: seconds or a date. */
  toldToWait(deviceToken: string, retryAfter: string | undefined): void;
  opened(connection: Connection): void;
  closedBySender(connection: Connection): void;
  note(rule: MockViolationRule, what: string, connection: Connection): void;
  clear(): void;
}

interface WatchOptions {
  readonly now: () => number;
  readonly readCall: ReadCall;
  /** How many violations to remember. */
  readonly keep: number;
  /** A violation was noted. */
  changed(): void;
}

export function createWatch({ now, readCall, keep, changed }: WatchOptions): Watch {
  const violations: MockViolation[] = [];
  const providerTokens = new Map<string, ProviderTokenWatch>();
  const gone = new Set<string>();
  const waits = new Map<string, number>();
  let singles: number[] = [];
  let recent: Connection[] = [];

  const note = (rule: MockViolationRule, what: string, connection: Connection, push?: MockPush): void => {
    remember(violations, violation(rule, what, now(), connection, push), keep);
    changed();
  };

  const judgeCall = (push: MockPush, connection: Connection) => {
    if (push.headers["apns-push-type"] !== "voip" || push.status !== 200) return;
    if (push.headers["apns-expiration"] === undefined) {
      note("expiration-missing", "VoIP push without apns-expiration", connection, push);
    }
    if (readCall(push.payload).announced) return;
    note("call-missing", `VoIP push without a call: ${whyNoCall(push.payload)}`, connection, push);
  };

  const judgeProviderToken = (push: MockPush, check: ProviderTokenCheck, connection: Connection) => {
    if (check.kind !== "signed" || push.status === 403) return;
    if (push.reason === "TooManyProviderTokenUpdates") {
      const isOther = connection.providerToken?.text !== check.text;
      if (isOther)
        note("provider-tokens", "Another provider token within 20 minutes on one connection", connection, push);
      return;
    }
    const host = `${check.key.teamId} ${connection.environment}`;
    const watch = providerTokens.get(host) ?? new ProviderTokenWatch();
    providerTokens.set(host, watch);
    const what = watch.see(check.text, now());
    if (what !== undefined) note("provider-tokens", what, connection, push);
  };

  return {
    violations,
    arrived(head, connection) {
      const token = deviceTokenOf(head.path) ?? "";
      const wasGone = gone.has(token);
      const early = (waits.get(token) ?? 0) - now();
      return (push, check) => {
        judgeProviderToken(push, check, connection);
        judgeCall(push, connection);
        if (early > RETRY_TOLERANCE) {
          note("retry-after-ignored", `Sent ${Math.round(early)} ms before retry-after was over`, connection, push);
        }
        if (push.status === 410) {
          gone.add(token);
          if (wasGone) note("push-after-410", "Sent to a token that Apple had answered 410 for", connection, push);
        }
        if (push.status === 200) gone.delete(token);
      };
    },
    toldToWait(deviceToken, retryAfter) {
      const until = /^\d+$/.test(retryAfter ?? "") ? now() + Number(retryAfter) * 1000 : Date.parse(retryAfter ?? "");
      if (Number.isFinite(until)) waits.set(deviceToken, until);
    },
    opened(connection) {
      recent = [...recent.filter(({ openedAt, disturbed }) => !disturbed && openedAt > now() - MINUTE), connection];
      const pushes = recent.reduce((sum, { pushes }) => sum + pushes, 0);
      if (recent.length <= LARGEST_POOL || pushes >= recent.length * 2) return;
      note("connection-per-push", `${recent.length} connections within a minute for ${pushes} pushes`, connection);
      recent = [];
    },
    closedBySender(connection) {
      if (connection.disturbed || connection.pushes !== 1) return;
      singles = [...singles.filter(at => at > now() - MINUTE), now()];
      if (singles.length <= SINGLES_FORGIVEN) return;
      note(
        "connection-per-push",
        `${singles.length} connections within a minute closed after a single push`,
        connection,
      );
      singles = [];
    },
    note,
    clear() {
      violations.length = 0;
      providerTokens.clear();
      gone.clear();
      waits.clear();
      singles = [];
      recent = [];
    },
  };
}

function whyNoCall(payload: unknown): string {
  if (typeof payload !== "object" || payload === null) return "the payload is not a JSON object";
  const { type = "call.incoming" } = payload as { type?: unknown };
  return type === "call.incoming" ? "there is no callId in it" : `its type is ${JSON.stringify(type)}`;
}
