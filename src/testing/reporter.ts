import type { ReceiptEvent } from "../devices/receipt-store.js";
import { checkOptions, type OptionChecks, wants, wantsThing } from "../internal/options.js";
import { DEFAULT_PATHS } from "../internal/route-paths.js";
import type { Activity } from "./clock.js";

/** Where the phones report. */
export interface MockReceiptOptions {
  /** The API's origin, and what its routes are mounted below: `http://api:3000`. Default: `http://api.test`. */
  readonly url?: string | undefined;
  /** What the reports are sent with: the routes' own `fetch`, for a test without sockets. Default: `globalThis.fetch`. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

/** What a phone has reported, and what the API said to it. */
export interface SentReceipt {
  readonly callId: string;
  readonly event: ReceiptEvent;
  readonly at: Date;
  /** The answer's; undefined while there is none, and where none came. */
  readonly status?: number;
  /** Why none came. */
  readonly error?: string;
}

/** Sends one report; resolves with what became of it. */
export type Report = (receipt: string, event: ReceiptEvent) => Promise<Pick<SentReceipt, "status" | "error">>;

/** Milliseconds of real time that a report waits for its answer. */
const LONGEST_WAIT = 5_000;

const CHECKS: OptionChecks<MockReceiptOptions> = {
  url: wants(
    "an http or https URL such as http://api:3000",
    given => typeof given === "string" && /^https?:/.test(given) && URL.canParse(given),
  ),
  fetch: wantsThing("a function that takes a Request", given => typeof given === "function"),
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`. */
export function createReporter(options: MockReceiptOptions, activity: Activity): Report {
  checkOptions("mock.receipts", options, CHECKS);
  const { url = "http://api.test", fetch = (request: Request) => globalThis.fetch(request) } = options;
  const target = `${url.replace(/\/+$/, "")}${DEFAULT_PATHS.receipts}`;
  return async (receipt, event) => {
    activity.count += 1;
    try {
      const response = await fetch(
        new Request(target, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ receipt, event }),
          signal: AbortSignal.timeout(LONGEST_WAIT),
        }),
      );
      await response.arrayBuffer();
      return { status: response.status };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    } finally {
      activity.count += 1;
    }
  };
}
