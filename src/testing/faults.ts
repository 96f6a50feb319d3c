import { aText, checkOptions, needs, oneOf, whole } from "../internal/options.js";
import { type Connection, noFaults, PLAIN_GOAWAY } from "./connection.js";
import { INTERNAL_ERROR } from "./plan.js";

/**
 * What can go wrong between a sender and Apple. Each is aimed at the connections that are open at that moment, and returns
 * how many those were; connections opened later are sound. For one push instead, see `mock.script`.
 *
 * Behind `mock.fetch` the mock sees no connections: there a connection stands for the requests of one environment and key,
 * and after `goaway`, `cut` and `freeze` the next request starts a sound one. `streamLimit` does nothing there.
 */
export interface MockFaults {
  /**
   * Announces the end of the connection.
   *
   * - `lastStreamId`: streams above it are ignored from now on, unanswered. Raised to the highest stream already judged,
   *   because a server never disowns what it has processed. Default `2 ** 31 - 1`: everything is still answered.
   * - `debug`: the debug data; Apple's is JSON with a `reason`, or text, or empty. Default empty.
   * - `errorCode`: default 0, `NO_ERROR`.
   */
  goaway(options?: {
    readonly lastStreamId?: number | undefined;
    readonly debug?: string | undefined;
    readonly errorCode?: number | undefined;
  }): number;
  /** Refuses the next `streams` streams of each connection, unseen: `REFUSED_STREAM`. */
  refuseStreams(streams: number): number;
  /**
   * Resets the next `streams` streams of each connection: `"after"` (default) judging the push and sending the answer's
   * headers, or `"before"` looking at it. `errorCode`: default 2, `INTERNAL_ERROR`.
   */
  resetStreams(
    streams: number,
    options?: { readonly when?: "before" | "after" | undefined; readonly errorCode?: number | undefined },
  ): number;
  /**
   * Cuts each connection without a word: at once, or when its next push comes, `"before"` or `"after"` Apple has judged it
   * (and left it unanswered).
   */
  cut(options?: { readonly when?: "before" | "after" | undefined }): number;
  /**
   * Silences each connection: it answers neither requests nor pings, and reads nothing of what is sent. Sockets stay
   * open. New connections work.
   */
  freeze(): number;
  /** Ends the silence of `freeze`: what was held back goes its way, in order. */
  thaw(): number;
  /**
   * Connections answer pings and no pushes, and look at none: a server that hangs behind a load balancer that does not. Pushes that
   * come meanwhile stay unanswered; `clear()` ends it for those that come later. New connections work.
   */
  mute(): number;
  /** Allows that many streams at once on each connection, as Apple does up and down with its load. */
  streamLimit(streams: number): number;
  /**
   * Takes `ms` milliseconds of the mock's time over each push: between judging and answering it (`"after"`, default), or
   * `"before"` looking at it. 0 ends it.
   */
  delay(ms: number, options?: { readonly when?: "before" | "after" | undefined }): number;
  /** The next connections are refused, all of them unless told how many; 0 ends it. What is open stays open. */
  refuseConnections(count?: number): void;
  /** The next connections are taken and never hear a word, not even TLS; all unless told how many; 0 ends it. */
  stallConnections(count?: number): void;
  /** Ends every fault that has not struck yet, and every silence. */
  clear(): void;
}

const COUNT = needs(
  "a whole number from 0 up",
  (given: unknown) => given === Number.POSITIVE_INFINITY || (Number.isInteger(given) && (given as number) >= 0),
);
const STREAMS = { streams: COUNT };
const CONNECTIONS = { count: COUNT };
const MS = { ms: needs("milliseconds from 0 up", (given: unknown) => typeof given === "number" && given >= 0) };
const STREAM_LIMIT = { streams: needs("a whole number from 0 to 4294967295", isStreamLimit) };
const WHEN = oneOf("before", "after");
const ERROR_CODE = whole(0, 2 ** 32 - 1);
const GOAWAY_CHECKS = { lastStreamId: whole(0, 2 ** 31 - 1), debug: aText, errorCode: ERROR_CODE };

function isStreamLimit(given: unknown): boolean {
  return Number.isInteger(given) && (given as number) >= 0 && (given as number) < 2 ** 32;
}

/** What happens to the next connections that senders open. */
export interface ConnectionGate {
  refuse: number;
  stall: number;
}

/** Says what happens to one new connection, and counts it. */
export function passGate(gate: ConnectionGate): "open" | "refuse" | "stall" {
  const fate = gate.refuse > 0 ? "refuse" : gate.stall > 0 ? "stall" : "open";
  if (fate !== "open") gate[fate] -= 1;
  return fate;
}

export function createFaults(connections: ReadonlySet<Connection>, gate: ConnectionGate): MockFaults {
  const each = (act: (connection: Connection) => void): number => {
    const open = [...connections];
    for (const connection of open) {
      connection.disturbed = true;
      act(connection);
    }
    return open.length;
  };

  return {
    goaway(options = {}) {
      checkOptions("mock.faults.goaway", options, GOAWAY_CHECKS);
      const { lastStreamId, debug, errorCode } = options;
      return each(({ control }) =>
        control.goaway({
          lastStreamId: lastStreamId ?? PLAIN_GOAWAY.lastStreamId,
          debug: debug ?? PLAIN_GOAWAY.debug,
          errorCode: errorCode ?? PLAIN_GOAWAY.errorCode,
        }),
      );
    },
    refuseStreams(streams) {
      checkOptions("mock.faults.refuseStreams", { streams }, STREAMS);
      return each(({ faults }) => {
        faults.refuse = streams;
      });
    },
    resetStreams(streams, options = {}) {
      checkOptions("mock.faults.resetStreams", { streams }, STREAMS);
      checkOptions("mock.faults.resetStreams", options, { when: WHEN, errorCode: ERROR_CODE });
      const { when = "after", errorCode = INTERNAL_ERROR } = options;
      return each(({ faults }) => {
        faults.reset = streams > 0 ? { count: streams, when, errorCode } : undefined;
      });
    },
    cut(options = {}) {
      checkOptions("mock.faults.cut", options, { when: WHEN });
      const { when } = options;
      return each(({ faults, control }) => {
        if (when === undefined) control.cut();
        else faults.cut = when;
      });
    },
    freeze: () => each(({ control }) => control.freeze()),
    thaw: () => each(({ control }) => control.thaw()),
    mute: () =>
      each(({ faults }) => {
        faults.mute = true;
      }),
    streamLimit(streams) {
      checkOptions("mock.faults.streamLimit", { streams }, STREAM_LIMIT);
      return each(({ control }) => control.streamLimit(streams));
    },
    delay(ms, options = {}) {
      checkOptions("mock.faults.delay", { ms }, MS);
      checkOptions("mock.faults.delay", options, { when: WHEN });
      const { when = "after" } = options;
      return each(({ faults }) => {
        faults.delay = { before: 0, after: 0, [when]: ms };
      });
    },
    refuseConnections(count = Number.POSITIVE_INFINITY) {
      checkOptions("mock.faults.refuseConnections", { count }, CONNECTIONS);
      gate.refuse = count;
    },
    stallConnections(count = Number.POSITIVE_INFINITY) {
      checkOptions("mock.faults.stallConnections", { count }, CONNECTIONS);
      gate.stall = count;
    },
    clear() {
      Object.assign(gate, { refuse: 0, stall: 0 });
      for (const connection of connections) {
        connection.faults = noFaults();
        connection.control.thaw();
      }
    },
  };
}
