import type { CallPayload } from "../payload/call-payload.js";
import { jsonBytes } from "./json-bytes.js";

export interface FittedPayload {
  readonly payload: CallPayload;
  /** Bytes of JSON before anything was left out. */
  readonly bytes: number;
  /** The keys that were left out, the largest first. */
  readonly dropped: readonly string[];
}

/**
 * Leaves out of a payload what is not worth the ring, the largest first, until Apple takes it. One that would be too large
 * without all of them stays as it is: the error then names its real size.
 */
export function fitPayload(payload: CallPayload, droppable: readonly string[], mostBytes: number): FittedPayload {
  const bytes = jsonBytes(payload);
  const whole = { payload, bytes, dropped: [] };
  if (bytes <= mostBytes) return whole;
  const fitting: Record<string, unknown> = { ...payload };
  const dropped: string[] = [];
  const bySize = droppable
    .filter(key => fitting[key] !== undefined)
    .sort((a, b) => jsonBytes(fitting[b]) - jsonBytes(fitting[a]));
  for (const key of bySize) {
    delete fitting[key];
    dropped.push(key);
    if (jsonBytes(fitting) <= mostBytes) return { payload: fitting as unknown as CallPayload, bytes, dropped };
  }
  return whole;
}
