import type * as z from "zod/v4";
import type { UserId } from "../user-id.js";

/**
 * What the phone reads: exactly these six keys, always all of them.
 *
 * @example
 * ```json
 * { "type": "call.incoming", "callId": "11-10", "fromUserId": 11, "fromDisplayName": "User 11",
 *   "room": "p2p:11-10", "hasVideo": true }
 * ```
 */
export interface CallPayload {
  type: "call.incoming";
  /** Names the call. The app ignores a call id that it is already handling. */
  callId: string;
  /** A non-negative safe integer; any other id is text. */
  fromUserId: number | string;
  /** What the phone's screen shows. Never blank. */
  fromDisplayName: string;
  /** Where the two meet, `p2p:{callId}` by default. */
  room: string;
  hasVideo: boolean;
  /**
   * Only where the service has `receipts`: the phone sends it back with what became of the call. Opaque, at most 200
   * characters.
   */
  receipt?: string;
}

/** What {@link CallPayload} is made from. JSON `null` counts as absent, for every key. */
export interface CallPayloadInput {
  /** Only `"call.incoming"`: a VoIP push must announce a call. */
  readonly type?: "call.incoming" | null | undefined;
  /** Not empty; a finite number or a bigint is read as text. */
  readonly callId: string | number | bigint;
  /** A non-negative safe integer or text that is not empty; `"11"` becomes `11`, `"007"` and `"u_9f"` stay. */
  readonly fromUserId: UserId;
  /** Default, also for blank text: `User {fromUserId}`. */
  readonly fromDisplayName?: string | null | undefined;
  /** Default: `p2p:{callId}`. */
  readonly room?: string | null | undefined;
  /** Text in any case. Default: `false`. */
  readonly hasVideo?: boolean | 0 | 1 | "true" | "false" | "0" | "1" | null | undefined;
}

/**
 * A schema that makes call payloads: `callPayloadSchema`, one of `callPayloadSchemaWith`, a preset, or any other zod
 * schema whose output holds the six keys. `z.input` of it is what `sendCall` takes, besides `toUserId`.
 *
 * Parse once per call and send the result to all devices: what a schema draws at random (a preset's UUID) must be the
 * same on every phone of the user.
 */
export type CallPayloadSchema<Output extends CallPayload = CallPayload, Input = unknown> = z.ZodType<Output, Input>;

/** Characters of a receipt at most. No service makes a longer one, and a phone passes no longer one on. */
export const LONGEST_RECEIPT = 200;
