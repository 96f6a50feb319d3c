import { ApnsVoipError } from "../errors.js";
import { Expiring } from "../internal/expiry.js";
import { networkCause, neverLeft } from "../internal/network-cause.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
import type { ApnsFetch } from "./options.js";
import type { Parcel } from "./transport.js";

type Response = Awaited<ReturnType<ApnsFetch>>;

/** One attempt through `fetch`. Ends its parcel exactly once. */
export class FetchRequest extends Expiring {
  readonly #parcel: Parcel;
  /** Hears of the end before the parcel does, and of the failure if no connection could be made. */
  readonly #onEnd: (failure: ApnsVoipError | undefined) => void;
  readonly #controller = new AbortController();
  #response: Response | undefined;
  #ended = false;

  constructor(parcel: Parcel, expiresAt: number, onEnd: (failure: ApnsVoipError | undefined) => void) {
    super(expiresAt);
    this.#parcel = parcel;
    this.#onEnd = onEnd;
  }

  run(fetch: ApnsFetch, origin: string, authorization: string): void {
    const { path, headers, body } = this.#parcel.push;
    headers[1] = authorization;
    const named: Record<string, string> = {};
    for (let i = 0; i < headers.length; i += 2) named[headers[i] as string] = headers[i + 1] as string;
    const { signal } = this.#controller;
    this.#parcel.left();
    this.#exchange(async () =>
      fetch(`${origin}${path}`, { method: "POST", headers: named, body, redirect: "manual", signal }),
    );
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
      const message = "Apple did not answer in time; the push may have been processed";
      this.#parcel.unknown(new ApnsVoipError("TIMEOUT", message), 0);
    }
    this.#controller.abort();
  }

  /** The caller gave up. */
  abandon(): void {
    if (this.#end()) this.#controller.abort();
  }

  /** The status alone is Apple's word already: a body that cannot be read takes only the reason away. */
  #answer(body: string): void {
    const { status, headers } = this.#response as Response;
    const header = (name: string) => headers.get(name) ?? undefined;
    const answer = status === 200 ? acceptedAnswer(header("apns-unique-id")) : readAnswer({ status, body, header });
    if (this.#end()) this.#parcel.answered(answer, 0);
  }

  #failed(cause: unknown): void {
    const why = networkCause(cause);
    if (neverLeft(cause)) {
      const error = new ApnsVoipError("CONNECTION_FAILED", `could not connect to Apple: ${why}`, { cause });
      if (this.#end(error)) this.#parcel.unsent(error, false);
    } else if (this.#end()) {
      const message = `fetch failed: ${why}; the push may have been processed`;
      this.#parcel.unknown(new ApnsVoipError("CONNECTION_LOST", message, { cause }), 0);
    }
  }

  #end(failure?: ApnsVoipError): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#onEnd(failure);
    return true;
  }
}
