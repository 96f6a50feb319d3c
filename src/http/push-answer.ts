import { isApnsVoipError } from "../errors.js";
import { tokenPrefix } from "../internal/describe.js";
import { type DeviceReport, failuresOf, type PushReport, reasonsOf } from "../push/report.js";
import type { RouteAnswer } from "./answer.js";

/** The error texts of a kind of push. Signal servers compare them to the letter. */
export interface PushWords {
  readonly noDevices: string;
  readonly failed: string;
}

export const CALL_WORDS: PushWords = { noDevices: "VoIP token not found", failed: "Failed to send VoIP push" };
export const MESSAGE_WORDS: PushWords = { noDevices: "APNs token not found", failed: "Failed to send push" };

export function answerFor({ status, devices }: PushReport, words: PushWords): RouteAnswer {
  switch (status) {
    case "accepted":
      return { status: 200, push: status, body: { success: true, devices: devices.map(shown) } };
    case "duplicate":
      return { status: 200, push: status, body: { success: true, duplicate: true, devices: [] } };
    case "cancelled":
      return { status: 200, push: status, body: { success: true, cancelled: true, devices: [] } };
    case "no-devices":
      return { status: 404, push: status, body: { error: words.noDevices } };
    default: {
      const retryable = status === "failed" && devices.some(mayRingYet);
      const reasons = reasonsOf(failuresOf(devices));
      return { status: 500, push: status, body: { error: words.failed, status, reasons, retryable } };
    }
  }
}

/** The answer to an error that left nothing sent because the store failed: a retry can ring. */
export function answerForStore(error: unknown, words: PushWords): RouteAnswer | undefined {
  if (!isApnsVoipError(error) || error.code !== "STORE_FAILED") return undefined;
  const body = { error: words.failed, status: "failed", reasons: [error.code], retryable: true };
  return { status: 500, body, detail: error.message };
}

function shown({ device, result }: DeviceReport) {
  const { environment, outcome, apnsId } = result;
  const reason = outcome === "rejected" ? result.reason : outcome === "accepted" ? undefined : result.error.code;
  // Of use in the sandbox only: Apple's console finds a push by it.
  const apnsUniqueId = outcome === "accepted" ? result.apnsUniqueId : undefined;
  return {
    token: tokenPrefix(device.token),
    environment,
    outcome,
    ...(reason !== undefined && { reason }),
    apnsId,
    ...(apnsUniqueId !== undefined && { apnsUniqueId }),
  };
}

/** Whether the same push may reach this device when it is sent again. */
function mayRingYet({ result }: DeviceReport): boolean {
  if (result.outcome === "rejected") return result.disposition === "retry-later";
  return result.outcome === "unsent" && !result.error.code.startsWith("INVALID_");
}
