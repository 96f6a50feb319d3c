import type { ApnsClient } from "../apns/client.js";
import type { Clock } from "../clock.js";
import type { Device, DeviceStore } from "../devices/device.js";
import type { Environment } from "../environment.js";
import type { OnEvent } from "../events.js";
import { tokenPrefix } from "../internal/describe.js";
import { emit, isListening } from "../internal/emit.js";
import type { StoreGuard } from "./guarded-store.js";
import { oncePerHour } from "./kept-devices.js";
import { condemnedBefore, mayRemove, type RemoveDevices } from "./removal.js";
import { type DeviceReport, type PushReport, reportOf } from "./report.js";
import { type DeviceOutcome, type DevicePush, sendToDevice } from "./send-to-device.js";
import { topicOf } from "./topic.js";

export interface FanOutOptions {
  readonly apns: ApnsClient;
  readonly devices: DeviceStore;
  readonly guard: StoreGuard;
  readonly removeDevices: RemoveDevices | undefined;
  readonly onEvent: OnEvent | undefined;
  readonly clock: Clock;
}

/** Sends one push to all devices at once, and keeps the store true to what Apple says about each. */
export type FanOut = (devices: readonly Device[], push: DevicePush) => Promise<PushReport>;

/** Milliseconds that the report of a ring waits for the store to take what was learned. */
const PATIENCE = 2_000;

export function createFanOut({ apns, devices: store, guard, removeDevices, onEvent, clock }: FanOutOptions): FanOut {
  // Topics for which this process has seen Apple accept a push: see `condemnedBefore`.
  const provenTopics = new Set<string>();
  const isTimeToTell = oncePerHour(clock);

  return (devices, push) => {
    const [first, second] = devices;
    // Nearly every user has one phone, and waiting for several takes longer than everything else here.
    if (first !== undefined && second === undefined) return ring(first, push, reportOfOne);
    return Promise.all(devices.map(device => ring(device, push, itself))).then(reportOf);
  };

  /** Gives what `made` makes of the report. */
  function ring<Made>(device: Device, push: DevicePush, made: (report: DeviceReport) => Made): Promise<Made> {
    const topic = topicOf(device, apns);
    return sendToDevice(apns, device, topic, push, outcome => {
      const { result } = outcome;
      if (result.outcome !== "accepted") return refused(device, topic, outcome, push).then(made);
      push.receipts?.accepted(device);
      if (topic !== undefined) provenTopics.add(topic);
      const report = { device, result, removed: false };
      if (result.environment === device.environment) return made(report);
      return learn(device, result.environment, push, report).then(made);
    });
  }

  async function refused(
    device: Device,
    topic: string | undefined,
    outcome: DeviceOutcome,
    push: DevicePush,
  ): Promise<DeviceReport> {
    const isProven = topic !== undefined && provenTopics.has(topic);
    return { device, result: outcome.result, removed: await remove(device, outcome, isProven, push) };
  }

  /** Stores where the token belongs. */
  async function learn(
    { token, userId }: Device,
    environment: Environment,
    push: DevicePush,
    report: DeviceReport,
  ): Promise<DeviceReport> {
    const done = await guard("setEnvironment", patience(push), () => store.setEnvironment(token, environment));
    if (done.error !== undefined) return report;
    const about = { userId, ...callOf(push), tokenPrefix: tokenPrefix(token) };
    emit(onEvent, { type: "push.environment-learned", ...about, environment });
    return report;
  }

  /** Removes a device, unless it was registered again in the meantime. */
  async function remove(
    device: Device,
    outcome: DeviceOutcome,
    topicProven: boolean,
    push: DevicePush,
  ): Promise<boolean> {
    const { token, userId } = device;
    const { result } = outcome;
    const registeredBefore = condemnedBefore(device, outcome, topicProven);
    if (!mayRemove(removeDevices, device, result)) return kept(device, outcome, push, "removeDevices says so");
    if (registeredBefore === undefined) return kept(device, outcome, push, NO_DATE);
    const done = await guard("remove", patience(push), () => store.remove(token, { userId, registeredBefore }));
    if (done.error !== undefined) return kept(device, outcome, push, "the store did not remove it");
    if (!done.value) return kept(device, outcome, push, `it was registered again after that, or ${NO_DATE}`);
    const reason = result.outcome === "rejected" ? result.reason : result.outcome;
    emit(onEvent, { type: "push.device-removed", userId, ...callOf(push), tokenPrefix: tokenPrefix(token), reason });
    return true;
  }

  /** Tells of a device that Apple says is gone and that stays in the store, because every further call tries it. */
  function kept({ token, userId }: Device, { result }: DeviceOutcome, push: DevicePush, why: string): false {
    const isGone = result.outcome === "rejected" && result.disposition === "remove-device";
    if (!isGone || !isListening(onEvent) || !isTimeToTell(token)) return false;
    const about = { userId, ...callOf(push), tokenPrefix: tokenPrefix(token), reason: result.reason };
    emit(onEvent, { type: "push.device-kept", ...about, why });
    return false;
  }
}

function reportOfOne(report: DeviceReport): PushReport {
  return reportOf([report]);
}

function itself(report: DeviceReport): DeviceReport {
  return report;
}

const NO_DATE = "the store does not know when it was registered (registeredAtColumn)";

function callOf({ about: { callId } }: DevicePush) {
  return callId !== undefined && { callId };
}

function patience({ deadline }: DevicePush): number {
  return Math.min(PATIENCE, deadline.remaining());
}
