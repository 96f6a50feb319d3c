import { oneLine } from "../internal/network-cause.js";
import type { ApiAnswer, NoAnswer } from "./attempt.js";
import type { PushApiResult } from "./push-api-client.js";

/** What an attempt came to. */
export interface Conclusion {
  readonly result: PushApiResult;
  /** Whether another attempt may do better. Safe, because it carries the same idempotency key. */
  readonly retry: boolean;
  /** Whether the API has said what became of the call; if not, an earlier attempt may still have rung. */
  readonly settled: boolean;
}

/** Answers that come from something in front of the API, and whether the API may have got the request all the same. */
const GATEWAY_ERRORS: Readonly<Record<number, { readonly mayHaveRung: boolean }>> = {
  502: { mayHaveRung: true },
  503: { mayHaveRung: false },
  504: { mayHaveRung: true },
};

const NO_DEVICES: readonly unknown[] = ["VoIP token not found", "APNs token not found"];

/** Says what the API's answer means, or what it means that there was none. `url` is where the request went, for the messages. */
export function conclusionOf(answer: ApiAnswer | NoAnswer, url: string): Conclusion {
  if (answer.httpStatus === undefined)
    return open({ status: answer.mayHaveLeft ? "unknown" : "failed", message: answer.cause });

  const { httpStatus, contentType } = answer;
  const body = fieldsOf(answer.body);
  const failed = (detail?: string): PushApiResult => ({
    status: "failed",
    httpStatus,
    message: `Request failed with status code ${httpStatus}${detail ? `: ${oneLine(detail)}` : ""}`,
  });

  if (httpStatus === 200 && body.success === true) return settled({ status: successOf(body), httpStatus });
  if (httpStatus === 200) {
    const message = `${url} answered 200, but not as the push API does (${contentType || "no content type"}); check apiUrl`;
    return settled({ status: "failed", httpStatus, message: oneLine(message) });
  }
  if (httpStatus === 404 && NO_DEVICES.includes(body.error))
    return settled({ ...failed(String(body.error)), status: "no-devices" });
  if (httpStatus in GATEWAY_ERRORS)
    return open({ ...failed(), status: GATEWAY_ERRORS[httpStatus]?.mayHaveRung ? "unknown" : "failed" });
  if (httpStatus === 500) {
    const reasons = textsOf(body.reasons);
    const status = body.status === "unknown" ? "unknown" : "failed";
    const result = { ...failed(reasons.join(", ")), status, ...(reasons.length > 0 && { reasons }) } as const;
    return { result, retry: body.retryable === true, settled: true };
  }
  return settled(failed(detailOf(answer, body, url)));
}

function successOf(body: Record<string, unknown>): PushApiResult["status"] {
  if (body.cancelled === true) return "cancelled";
  return body.duplicate === true ? "duplicate" : "accepted";
}

function settled(result: PushApiResult): Conclusion {
  return { result, retry: false, settled: true };
}

function open(result: PushApiResult): Conclusion {
  return { result, retry: true, settled: false };
}

/** What the message says besides the status. A 401 says enough by itself. */
function detailOf(
  { httpStatus, location }: ApiAnswer,
  { issues }: Record<string, unknown>,
  url: string,
): string | undefined {
  if (httpStatus < 400) return `${url} redirects${originOf(location)}; set apiUrl to where the API is`;
  if (httpStatus === 404 || httpStatus === 405) return `${url} is not a route of the push API; check apiUrl`;
  return textsOf(Array.isArray(issues) ? issues.map(issue => fieldsOf(issue).message) : []).join("; ");
}

/** The origin of a redirect's address. The rest may hold something that must not get into a log. */
function originOf(location: string): string {
  return URL.canParse(location) ? ` to ${new URL(location).origin}` : "";
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(text => typeof text === "string").map(oneLine) : [];
}
