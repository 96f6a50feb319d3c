import type { ApnsReason } from "../apns/reasons.js";

/** A request as a door hands it to the core. */
export interface MockRequest {
  readonly method: string;
  readonly path: string;
  /** As they came: names in lower case, a repeated name more than once. Pseudo-headers left out. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Everything of a request that comes before its body. */
export type RequestHead = Omit<MockRequest, "body">;

/** An answer of the mock's, as every door sends it. */
export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or empty. */
  readonly body: string;
}

/** Why a request is refused. */
export interface PushRefusal {
  readonly status: number;
  readonly reason: ApnsReason;
  /** With 410: since when the token is inactive, epoch milliseconds. */
  readonly timestamp?: number | undefined;
}

/** The first value of a header. */
export function header(head: RequestHead, name: string): string | undefined {
  return head.headers.find(([key]) => key === name)?.[1];
}

/** The device token of the path in lower case: `/3/device/<token>`. Empty: none is named. `undefined`: another path. */
export function deviceTokenOf(path: string): string | undefined {
  return /^\/3\/device(?:\/([^/?#]*))?$/
    .exec(path)
    ?.slice(1)
    .map(token => (token ?? "").toLowerCase())[0];
}
