import type { Environment } from "../environment.js";
import { tokenPrefix } from "../internal/describe.js";
import type { Connection } from "./connection.js";
import type { MockPush } from "./push.js";

/** Each rule that a well-behaved sender keeps, and why it matters. */
const WHY = {
  "call-missing":
    "iOS kills an app that gets a VoIP push and reports no call, and after a few of them delivers no more. To stop a ring, use the app's own connection.",
  "expiration-missing":
    "Without apns-expiration Apple stores the push, and the phone may ring long after the caller has gone. Send 0, or a few seconds ahead.",
  "provider-tokens":
    "Apple wants one provider token used for close to an hour by all servers of a team, and answers 429 TooManyProviderTokenUpdates when it changes within 20 minutes.",
  "connection-per-push":
    "Apple may take connections that open and close again and again for an attack. Keep one open for hours.",
  "push-after-410":
    "Apple said that the token is not active any more. Remove the device; if the app registers again, it is a new registration.",
  "retry-after-ignored": "The answer before said how long to wait.",
  "stream-limit-exceeded":
    "Apple allows one stream until the first valid provider token, and after that what its SETTINGS say; it closes connections that open more.",
  "stream-after-goaway": "The connection was said to be closing: new pushes belong on a new one. These may be ignored.",
} as const;

export type MockViolationRule = keyof typeof WHY;

/** Something that a well-behaved sender would not do. */
export interface MockViolation {
  readonly rule: MockViolationRule;
  /** What was done, where, and why it matters. */
  readonly message: string;
  /** On the mock's clock. */
  readonly at: Date;
  readonly environment: Environment;
  readonly connection: number;
  /** The start of the device token, where there is one. */
  readonly tokenPrefix?: string;
  readonly apnsId?: string;
}

/** Makes a violation; `at` is epoch milliseconds. */
export function violation(
  rule: MockViolationRule,
  what: string,
  at: number,
  { id, environment }: Connection,
  push?: Pick<MockPush, "token" | "apnsId">,
): MockViolation {
  const device = push && { tokenPrefix: tokenPrefix(push.token), apnsId: push.apnsId };
  const where = [
    `${environment}, connection ${id}`,
    device && `device ${device.tokenPrefix}, apns-id ${device.apnsId}`,
  ];
  return {
    rule,
    message: `${what} (${where.filter(Boolean).join(", ")}). ${WHY[rule]}`,
    at: new Date(at),
    environment,
    connection: id,
    ...device,
  };
}
