import { randomUUID } from "node:crypto";
import type { ApnsClient } from "../apns/client.js";
import type { ApnsResult } from "../apns/push.js";
import type { Device } from "../devices/device.js";
import { type Environment, otherEnvironment } from "../environment.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import type { Deadline } from "./deadline.js";
import { topicOf } from "./topic.js";

/** One push, as it goes to every device of a user. */
export interface Delivery {
  readonly payload: object;
  /** `undefined`: the client's default for the push type. */
  readonly expiration: Date | 0 | undefined;
  readonly onUnknown: "report" | "resend";
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
}

export interface Verdict {
  readonly result: ApnsResult;
  /** `BadDeviceToken` from production and from sandbox: the token is none of this app's. */
  readonly refusedEverywhere: boolean;
}

/**
 * Sends to one device, where it is known or supposed to belong, and on `BadDeviceToken` once more to Apple's other
 * environment. Rejects only for the caller's abort, and for a payload that no device could get.
 */
export async function sendToDevice(apns: ApnsClient, device: Device, delivery: Delivery): Promise<Verdict> {
  // The same id on both sides: it is one push, and one search finds it.
  const apnsId = randomUUID();
  const send = (environment: Environment) => sendOnce(apns, device, delivery, environment, apnsId);

  const first = await send(device.environment ?? apns.environment);
  if (!isBadDeviceToken(first)) return { result: first, refusedEverywhere: false };
  const other = otherEnvironment(first.environment);
  if (!apns.environments.includes(other)) return { result: first, refusedEverywhere: false };

  const trial = await send(other);
  if (isBadDeviceToken(trial)) return { result: first, refusedEverywhere: true };
  return { result: saysSomething(trial) ? trial : first, refusedEverywhere: false };
}

/** Whether the trial tells more than the first answer did: that it (perhaps) rang, or that the token belongs there. */
function saysSomething(trial: ApnsResult): boolean {
  if (trial.outcome !== "rejected") return trial.outcome !== "unsent";
  return trial.status === 410 || trial.reason === "DeviceTokenNotForTopic";
}

function isBadDeviceToken(result: ApnsResult): boolean {
  return result.outcome === "rejected" && result.reason === "BadDeviceToken";
}

async function sendOnce(
  apns: ApnsClient,
  device: Device,
  { payload, expiration, onUnknown, deadline, signal }: Delivery,
  environment: Environment,
  apnsId: string,
): Promise<ApnsResult> {
  const { token: deviceToken, pushType } = device;
  try {
    return await apns.send(
      { deviceToken, pushType, topic: topicOf(device, apns), payload, environment, expiration, apnsId },
      { deadline: deadline.epoch(), onUnknown, signal },
    );
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (!isApnsVoipError(error)) return { outcome: "unknown", ...lost(error), apnsId, environment, attempts: 0 };
    // The payload is the same for every device: the caller's mistake. All else is wrong with this one row.
    if (error.code === "PAYLOAD_TOO_LARGE") throw error;
    return { outcome: "unsent", error, apnsId, environment, attempts: 0 };
  }
}

/** A client that breaks its promise and throws has told nobody whether the push left. */
function lost(cause: unknown): { error: ApnsVoipError } {
  return { error: new ApnsVoipError("CONNECTION_LOST", "the APNs client threw an error of its own", { cause }) };
}
