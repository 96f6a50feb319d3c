import { newApnsId } from "../apns/apns-id.js";
import type { ApnsClient } from "../apns/client.js";
import type { ApnsResult } from "../apns/push.js";
import type { Device } from "../devices/device.js";
import { type Environment, otherEnvironment } from "../environment.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import type { Deadline } from "./deadline.js";
import type { CallReceipts } from "./receipts/receipt-desk.js";

/** One push, as it goes to every device of a user. */
export interface DevicePush {
  readonly payload: object;
  /** Whose push it is, for the events. */
  readonly about: { readonly toUserId: string; readonly callId: string | undefined };
  /** The receipts of this call. Each phone gets one in its payload. */
  readonly receipts: CallReceipts | undefined;
  /** `undefined`: the client's default for the push type. */
  readonly expiration: Date | 0 | undefined;
  readonly collapseId: string | undefined;
  readonly onUnknown: "report" | "resend";
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  /** Fires when the push is cancelled: what has not left must not leave. */
  readonly cancel: AbortSignal | undefined;
  /** Called when something leaves. */
  readonly left: () => void;
}

export interface DeviceOutcome {
  readonly result: ApnsResult;
  /** `BadDeviceToken` from production and from sandbox: the token is none of this app's. */
  readonly refusedEverywhere: boolean;
}

/**
 * Sends to one device, where it is known or supposed to belong, and on `BadDeviceToken` once more to Apple's other
 * environment. Gives what `made` makes of the outcome. Rejects only for your own abort, and for a payload that no device could
 * get.
 */
export function sendToDevice<Made>(
  apns: ApnsClient,
  device: Device,
  topic: string | undefined,
  push: DevicePush,
  made: (outcome: DeviceOutcome) => Made | Promise<Made>,
): Promise<Made> {
  const { receipts, about, expiration, collapseId, onUnknown, deadline, signal, cancel, left } = push;
  const { token: deviceToken, pushType } = device;
  const payload = receipts?.payloadFor(device) ?? push.payload;
  // The trial in the other environment has the same id, so that one search finds both.
  const apnsId = newApnsId();

  return attempt(device.environment ?? apns.environment, result => {
    const other = otherEnvironment(result.environment);
    if (!isBadDeviceToken(result) || !apns.environments.includes(other)) {
      return made({ result, refusedEverywhere: false });
    }
    return attempt(other, trial => made(afterTrial(result, trial)));
  });

  function attempt(environment: Environment, judge: (result: ApnsResult) => Made | Promise<Made>): Promise<Made> {
    let sent: Promise<ApnsResult>;
    try {
      sent = apns.send(
        { deviceToken, pushType, topic, payload, environment, expiration, collapseId, apnsId },
        { deadline: deadline.epoch(), onUnknown, signal, cancel, about, onLeft: left },
      );
    } catch (error) {
      sent = Promise.reject(error);
    }
    return sent.then(judge, error => {
      if (signal?.aborted) throw signal.reason;
      return judge(resultOf(error, apnsId, environment));
    });
  }
}

function afterTrial(refusal: ApnsResult, trial: ApnsResult): DeviceOutcome {
  if (isBadDeviceToken(trial)) return { result: refusal, refusedEverywhere: true };
  // While the key is refused nobody can tell where the token belongs, so the fault of the key is what is reported.
  if (
    trial.outcome === "rejected" &&
    (trial.status === 403 || trial.status === 429) &&
    refusal.outcome === "rejected"
  ) {
    return { result: { ...trial, firstReason: refusal.reason }, refusedEverywhere: false };
  }
  return { result: saysSomething(trial) ? trial : refusal, refusedEverywhere: false };
}

/** True when the trial tells more than the first answer: that it (perhaps) rang, or that the token belongs there. */
function saysSomething(trial: ApnsResult): boolean {
  if (trial.outcome !== "rejected") return trial.outcome !== "unsent";
  return trial.status === 410 || trial.reason === "DeviceTokenNotForTopic";
}

function isBadDeviceToken(result: ApnsResult): boolean {
  return result.outcome === "rejected" && result.reason === "BadDeviceToken";
}

/** The result of a push that the client refused to begin. */
function resultOf(error: unknown, apnsId: string, environment: Environment): ApnsResult {
  if (!isApnsVoipError(error)) return { outcome: "unknown", ...lost(error), apnsId, environment, attempts: 0 };
  // The payload is the same for every device, so one that is too large is your code's mistake. Any other error is about
  // this device alone.
  if (error.code === "PAYLOAD_TOO_LARGE") throw error;
  return { outcome: "unsent", error, apnsId, environment, attempts: 0 };
}

/** The error of a push about which the client threw something else: it has not said whether the push left. */
function lost(cause: unknown): { error: ApnsVoipError } {
  return { error: new ApnsVoipError("CONNECTION_LOST", "the APNs client threw an error of its own", { cause }) };
}
