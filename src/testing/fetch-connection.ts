import type { Environment } from "../environment.js";
import type { Connection } from "./connection.js";
import type { Core, ExchangeEnd } from "./core.js";
import { passGate } from "./faults.js";
import type { MockAnswer, MockRequest } from "./request.js";

/** Stands for a connection where the door sees only requests, so that a fault means the same there as on the wire. */
export interface FetchConnection {
  /** False after a fault that ends a connection: the next request takes another. */
  readonly usable: boolean;
  /** Sends one request. A broken connection rejects it as the built-in `fetch` does. */
  exchange(request: MockRequest, signal: AbortSignal | undefined): Promise<MockAnswer>;
}

export function openFetchConnection(core: Core, environment: Environment): FetchConnection {
  const gate = passGate(core.gate);
  if (gate === "refuse")
    return brokenConnection(() => Promise.reject(networkError("ECONNREFUSED", "connection refused")));
  if (gate === "stall") return brokenConnection(never);

  const inFlight = new Set<() => void>();
  let usable = true;
  let frozen: Promise<void> | undefined;
  let thaw = () => {};

  const retire = () => {
    usable = false;
    if (inFlight.size === 0 && frozen === undefined) core.disconnect(connection);
  };

  const cut = () => {
    for (const breakOff of inFlight) breakOff();
    inFlight.clear();
    retire();
  };

  const connection: Connection = core.connect(environment, false, {
    authenticated() {},
    streamLimit() {},
    cut,
    goaway: retire,
    freeze() {
      if (frozen === undefined) {
        frozen = new Promise(resolve => {
          thaw = resolve;
        });
      }
      retire();
    },
    thaw() {
      frozen = undefined;
      thaw();
      if (!usable) retire();
    },
  });

  const conclude = ({ ending, answer }: ExchangeEnd): MockAnswer | Promise<never> => {
    if (ending === "answer" && answer !== undefined) return answer;
    if (ending === "refuse")
      throw networkError("ERR_HTTP2_STREAM_ERROR", "Stream closed with error code NGHTTP2_REFUSED_STREAM");
    if (ending === "reset")
      throw networkError("ERR_HTTP2_STREAM_ERROR", "Stream closed with error code NGHTTP2_INTERNAL_ERROR");
    if (ending === "silence") return never();
    cut();
    throw networkError("ECONNRESET", "socket hang up");
  };

  return {
    get usable() {
      return usable;
    },
    async exchange(request, signal) {
      let broken = false;
      let breakOff = () => {};
      const breaking = new Promise<never>((_resolve, reject) => {
        breakOff = () => {
          broken = true;
          reject(networkError("ECONNRESET", "socket hang up"));
        };
      });
      inFlight.add(breakOff);
      const run = async () => {
        const exchange = core.begin(request, connection);
        const outcome = exchange.early ?? (await exchange.finish(request.body, () => !broken && !signal?.aborted));
        await frozen;
        return outcome === undefined ? never() : conclude(outcome);
      };
      try {
        return await Promise.race([run(), breaking, aborting(signal)]);
      } finally {
        inFlight.delete(breakOff);
        if (!usable) retire();
      }
    },
  };
}

const never = (): Promise<never> => new Promise(() => {});

function brokenConnection(answer: () => Promise<never>): FetchConnection {
  return { usable: false, exchange: (_request, signal) => Promise.race([answer(), aborting(signal)]) };
}

/** The error of the built-in `fetch`: a `TypeError` that says nothing, with the cause inside. */
function networkError(code: string, message: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

function aborting(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
