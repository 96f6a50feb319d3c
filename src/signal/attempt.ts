import type { Clock } from "../clock.js";
import { networkCause, neverLeft } from "../internal/network-cause.js";
import { waitFor } from "../internal/wait.js";
import type { PushApiFetch } from "./push-api-options.js";

/** The API answered. */
export interface ApiAnswer {
  readonly httpStatus: number;
  /** The JSON of the body; `undefined` when it is none. */
  readonly body: unknown;
  readonly contentType: string;
  readonly location: string;
}

/** The API did not answer, or its answer was cut short. */
export interface NoAnswer {
  readonly httpStatus?: undefined;
  readonly cause: string;
  /** False when the request provably never left. */
  readonly mayHaveLeft: boolean;
}

export interface Attempt {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly fetch: PushApiFetch;
  /** Milliseconds until the attempt is given up. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Sends the request once. Always resolves, at the latest when its time is up or your code's `signal` says so. */
export async function attempt({ timeout, clock, signal, ...request }: Attempt): Promise<ApiAnswer | NoAnswer> {
  const controller = new AbortController();
  // The wait has a limit of its own, because not every `fetch` heeds its signal.
  const limit = { clock, milliseconds: timeout, signals: [signal] };
  const waited = await waitFor(exchange(request, controller.signal), limit);
  controller.abort();
  if (waited.gaveUp === undefined) return waited.value;
  const cause = waited.gaveUp === "late" ? `no answer within ${Math.round(timeout)} ms` : "aborted by your code";
  return { cause, mayHaveLeft: true };
}

async function exchange(
  { url, headers, body, fetch }: Pick<Attempt, "url" | "headers" | "body" | "fetch">,
  signal: AbortSignal,
): Promise<ApiAnswer | NoAnswer> {
  try {
    // A redirect is not followed, because that would hand the admin token to another server.
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    return {
      httpStatus: response.status,
      contentType: response.headers.get("content-type") ?? "",
      location: response.headers.get("location") ?? "",
      body: json(await response.text()),
    };
  } catch (error) {
    return { cause: networkCause(error), mayHaveLeft: !neverLeft(error) };
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
