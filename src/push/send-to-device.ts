import { randomUUID } from "node:crypto";
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
  /** For the events. */
  readonly about: { readonly toUserId: string; readonly callId: string | undefined };
  /** What each phone gets in its own payload, and hears of. */
  readonly receipts: CallReceipts | undefined;
  /** `undefined`: the client's default for the push type. */
  readonly expiration: Date | 0 | undefined;
  readonly collapseId: string | undefined;
  readonly onUnknown: "report" | "resend";
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  /** Aborted when nobody wants it any more: what has not left does not leave. */
  readonly cancel: AbortSignal | undefined;
  /** Something of it leaves. */
  readonly left: () => void;
}

export interface DeviceOutcome {
  readonly result: ApnsResult;
  /** `BadDeviceToken` from production and from sandbox: the token is none of this app's. */
  readonly refusedEverywhere: boolean;
}

/**
 * Sends to one device, where it is known or supposed to belong, and on `BadDeviceToken` once more to Apple's other
 * environment. Rejects only for your own abort, and for a payload that no device could get.
 */
export function sendToDevice(
  apns: ApnsClient,
  device: Device,
  topic: string | undefined,
  push: DevicePush,
): Promise<DeviceOutcome> {
  const { receipts, about, expiration, collapseId, onUnknown, deadline, signal, cancel, left } = push;
  const { token: deviceToken, pushType } = device;
  const payload = receipts?.payloadFor(device) ?? push.payload;
  // The same id on both sides: it is one push, and one search finds it.
  const apnsId = randomUUID();

  return attempt(device.environment ?? apns.environment, result => {
    const other = otherEnvironment(result.environment);
    if (!isBadDeviceToken(result) || !apns.environments.includes(other)) return { result, refusedEverywhere: false };
    return attempt(other, trial => afterTrial(result, trial));
  });

  function attempt(
    environment: Environment,
    judge: (result: ApnsResult) => DeviceOutcome | Promise<DeviceOutcome>,
  ): Promise<DeviceOutcome> {
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
  // Nobody can tell where the token belongs before the key is in order: that is what is to be told.
  if (
    trial.outcome === "rejected" &&
    (trial.status === 403 || trial.status === 429) &&
    refusal.outcome === "rejected"
  ) {
    return { result: { ...trial, firstReason: refusal.reason }, refusedEverywhere: false };
  }
  return { result: saysSomething(trial) ? trial : refusal, refusedEverywhere: false };
}

/** Whether the trial tells more than the first answer did: that it (perhaps) rang, or that the token belongs there. */
function saysSomething(trial: ApnsResult): boolean {
  if (trial.outcome !== "rejected") return trial.outcome !== "unsent";
  return trial.status === 410 || trial.reason === "DeviceTokenNotForTopic";
}

function isBadDeviceToken(result: ApnsResult): boolean {
  return result.outcome === "rejected" && result.reason === "BadDeviceToken";
}

/** What became of a push that the client would not even begin. */
function resultOf(error: unknown, apnsId: string, environment: Environment): ApnsResult {
  if (!isApnsVoipError(error)) return { outcome: "unknown", ...lost(error), apnsId, environment, attempts: 0 };
  // The payload is the same for every device: your code's mistake. All else is wrong with this one row.
  if (error.code === "PAYLOAD_TOO_LARGE") throw error;
  return { outcome: "unsent", error, apnsId, environment, attempts: 0 };
}

/** A client that breaks its promise and throws has told nobody whether the push left. */
function lost(cause: unknown): { error: ApnsVoipError } {
  return { error: new ApnsVoipError("CONNECTION_LOST", "the APNs client threw an error of its own", { cause }) };
}
