import { errorCode, errorWords } from "./error-code.js";
import type { PatientOptions } from "./patient.js";
import { timeLimit } from "./time-limit.js";

/** What an HTTP server answered, or why it did not. */
export type ApiAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly text: string;
      readonly json: Readonly<Record<string, unknown>> | undefined;
      readonly location: string;
    }
  | { readonly ok: false; readonly reason: string | undefined; readonly words: string };

interface ApiRequest {
  readonly url: string;
  readonly method: "GET" | "PUT" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Milliseconds; default: the doctor's own. */
  readonly timeout?: number;
}

/** One request to a server of the app. Follows no redirect: what is behind one is another server. */
export async function askApi(patient: PatientOptions, request: ApiRequest): Promise<ApiAnswer> {
  const limit = timeLimit(patient.world.clock, request.timeout ?? patient.timeout, patient.signal);
  try {
    const response = await patient.world.fetch(request.url, {
      method: request.method,
      redirect: "manual",
      signal: limit.signal,
      headers: {
        accept: "application/json",
        ...(request.body && { "content-type": "application/json" }),
        ...request.headers,
      },
      ...(request.body && { body: JSON.stringify(request.body) }),
    });
    const text = await response.text();
    return {
      ok: true,
      status: response.status,
      text,
      json: readObject(text),
      location: response.headers.get("location") ?? "",
    };
  } catch (error) {
    patient.signal?.throwIfAborted();
    return { ok: false, reason: errorCode(error), words: errorWords(error) };
  } finally {
    limit.clear();
  }
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
