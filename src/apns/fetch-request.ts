import { ApnsVoipError } from "../errors.js";
import { Expiring } from "../internal/expiry.js";
import { networkCause, neverLeft } from "../internal/network-cause.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
import type { ApnsFetch } from "./options.js";
import type { Carrier, Parcel } from "./parcel.js";
import { ownFields } from "./prepare-push.js";

type Response = Awaited<ReturnType<ApnsFetch>>;

/** One attempt through `fetch`. Ends its parcel exactly once. */
export class FetchRequest extends Expiring implements Carrier {
  readonly #parcel: Parcel;
  /** Hears of the end before the parcel does, and of the failure if no connection could be made. */
  readonly #onEnd: (failure: ApnsVoipError | undefined) => void;
  readonly #controller = new AbortController();
  #response: Response | undefined;
  #origin = "";
  #ended = false;

  constructor(parcel: Parcel, expiresAt: number, onEnd: (failure: ApnsVoipError | undefined) => void) {
    super(expiresAt);
    this.#parcel = parcel;
    this.#onEnd = onEnd;
  }

  run(fetch: ApnsFetch, origin: string, authorization: string): void {
    const { push } = this.#parcel;
    const { deviceToken, kind, body: json } = push;
    const url = `${origin}/3/device/${deviceToken}`;
    const headers = { authorization, ...Object.fromEntries(kind.fields), ...Object.fromEntries(ownFields(push)) };
    const body = Buffer.from(json);
    const { signal } = this.#controller;
    this.#origin = origin;
    this.#parcel.carrier = this;
    this.#parcel.left();
    this.#exchange(async () => fetch(url, { method: "POST", headers, body, redirect: "manual", signal }));
  }

  async #exchange(ask: () => Promise<Response>): Promise<void> {
    try {
      const response = await ask();
      const { status } = response;
      this.#response = response;
      this.#answer(status === 200 ? "" : await response.text().catch(() => ""));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Apple did not answer in time. */
  expire(): void {
    if (this.#response !== undefined) this.#answer("");
    else if (this.#end()) {
      const message = `${this.#origin} did not answer in time; the push may have been processed`;
      this.#parcel.unknown(new ApnsVoipError("TIMEOUT", message), 0);
    }
    this.#controller.abort();
  }

  /** Nobody waits any more. */
  abandoned(): void {
    if (this.#end()) this.#controller.abort();
  }

  /** A parcel here neither expires by itself nor has a stream. */
  expired(): void {}
  ended(): void {}

  /** The status alone is Apple's word already: a body that cannot be read takes only the reason away. */
  #answer(body: string): void {
    const { status, headers } = this.#response as Response;
    const header = (name: string) => headers.get(name) ?? undefined;
    const answer = status === 200 ? acceptedAnswer(header("apns-unique-id")) : readAnswer({ status, body, header });
    if (this.#end()) this.#parcel.answered(answer, 0);
  }

  #failed(cause: unknown): void {
    const why = networkCause(cause);
    if (speaksHttp1(cause)) {
      const error = new ApnsVoipError("CONNECTION_FAILED", `${this.#origin} speaks HTTP/2 only, and ${HTTP1_REMEDY}`, {
        cause,
      });
      if (this.#end(error)) this.#parcel.unsent(error, true);
    } else if (neverLeft(cause)) {
      const error = new ApnsVoipError("CONNECTION_FAILED", `could not connect to ${this.#origin}: ${why}`, { cause });
      if (this.#end(error)) this.#parcel.unsent(error, false);
    } else if (this.#end()) {
      const message = `fetch to ${this.#origin} failed: ${why}; the push may have been processed`;
      this.#parcel.unknown(new ApnsVoipError("CONNECTION_LOST", message, { cause }), 0);
    }
  }

  #end(failure?: ApnsVoipError): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#parcel.carrier = undefined;
    this.#onEnd(failure);
    return true;
  }
}

const HTTP1_REMEDY =
  "the `fetch` that was given speaks HTTP/1.1: leave the option out, or give one that speaks HTTP/2 (the built-in one of Node does not)";

/**
 * What runtimes say when HTTP/2 answers to HTTP/1.1. No HTTP/2 server can have read such a request, so it is certain that the push was
 * not processed.
 */
function speaksHttp1(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, name, cause } = error as { readonly code?: unknown; readonly name?: unknown; readonly cause?: unknown };
  // Newer versions of Node give the parser's error no code.
  if (name === "HTTPParserError") return true;
  return (typeof code === "string" && /^HPE_|^Malformed_HTTP_Response$/.test(code)) || speaksHttp1(cause, depth + 1);
}
