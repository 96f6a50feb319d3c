import type { Fields, Http2Request, Http2Stream, StreamEnd, StreamHandler } from "../../src/http2/port.ts";

const SHARED: Fields = [
  ["apns-topic", "com.example.app.voip"],
  ["apns-push-type", "voip"],
  ["apns-priority", "10"],
  ["apns-expiration", "0"],
];

export const request = (given: Partial<Http2Request> = {}): Http2Request => ({
  path: "/3/device/00aa",
  authorization: "bearer abc.def.ghi",
  shared: SHARED,
  own: [["apns-id", "3f1e0000-0000-4000-8000-000000000000"]],
  body: '{"callId":"11-10"}',
  ...given,
});

/** One request of a test, and what became of it. */
export class Sent implements StreamHandler {
  hasLeft = false;
  readonly ends: StreamEnd[] = [];
  stream: Http2Stream | undefined;
  #onEnd: (() => void) | undefined;
  readonly #ended = Promise.withResolvers<StreamEnd>();

  left(): void {
    this.hasLeft = true;
  }

  ended(end: StreamEnd): void {
    this.ends.push(end);
    this.#onEnd?.();
    this.#ended.resolve(end);
  }

  /** Calls within `ended`. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  get end(): Promise<StreamEnd> {
    return this.#ended.promise;
  }

  /** `"answered 200"`, `"lost"`, … */
  get kind(): Promise<string> {
    return this.end.then(end => (end.kind === "answered" ? `answered ${end.status}` : end.kind));
  }
}
