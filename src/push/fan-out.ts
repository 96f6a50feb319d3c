import type { ApnsClient } from "../apns/client.js";
import type { Device, DeviceStore } from "../devices/device.js";
import type { Environment } from "../environment.js";
import type { OnEvent } from "../events.js";
import { tokenPrefix } from "../internal/device-token.js";
import { emit } from "../internal/emit.js";
import type { StoreGuard } from "./guarded-store.js";
import { condemnedBefore, mayRemove, type RemoveDevices } from "./removal.js";
import { type DeviceReport, type PushReport, reportOf } from "./report.js";
import { type Delivery, sendToDevice, type Verdict } from "./send-to-device.js";
import { topicOf } from "./topic.js";

export interface FanOutOptions {
  readonly apns: ApnsClient;
  readonly devices: DeviceStore;
  readonly guard: StoreGuard;
  readonly removeDevices: RemoveDevices | undefined;
  readonly onEvent: OnEvent | undefined;
}

/** Sends one push to all devices at once, and keeps the store true to what Apple says about each. */
export type FanOut = (devices: readonly Device[], delivery: Delivery) => Promise<PushReport>;

/** Milliseconds. What was learned is worth storing, but the report of a ring does not wait longer for it. */
const PATIENCE = 2_000;

export function createFanOut({ apns, devices: store, guard, removeDevices, onEvent }: FanOutOptions): FanOut {
  // Of this process: see `condemnedBefore`.
  const provenTopics = new Set<string>();

  return (devices, delivery) => {
    const [first, second] = devices;
    // Nearly every user has one phone, and to wait for several takes longer than all else that is done here.
    if (first !== undefined && second === undefined) return ring(first, delivery).then(report => reportOf([report]));
    return Promise.all(devices.map(device => ring(device, delivery))).then(reportOf);
  };

  async function ring(device: Device, delivery: Delivery): Promise<DeviceReport> {
    const topic = topicOf(device, apns);
    const verdict = await sendToDevice(apns, device, topic, delivery);
    const { result } = verdict;
    if (result.outcome === "accepted") {
      if (topic !== undefined) provenTopics.add(topic);
      if (result.environment !== device.environment) await learn(device, result.environment, delivery);
      return { device, result, removed: false };
    }
    const isProven = topic !== undefined && provenTopics.has(topic);
    return { device, result, removed: await remove(device, verdict, isProven, delivery) };
  }

  /** Stores where the token belongs. */
  async function learn({ token, userId }: Device, environment: Environment, delivery: Delivery): Promise<void> {
    const done = await guard("setEnvironment", patience(delivery), () => store.setEnvironment(token, environment));
    if (done.error !== undefined) return;
    emit(onEvent, { type: "push.environment-learned", userId, tokenPrefix: tokenPrefix(token), environment });
  }

  /** Compare-and-clear: what was registered again in the meantime stays. */
  async function remove(device: Device, verdict: Verdict, topicProven: boolean, delivery: Delivery): Promise<boolean> {
    const { token, userId } = device;
    const { result } = verdict;
    const registeredBefore = condemnedBefore(device, verdict, topicProven);
    if (registeredBefore === undefined || !mayRemove(removeDevices, device, result)) return false;
    const done = await guard("remove", patience(delivery), () => store.remove(token, { userId, registeredBefore }));
    if (done.error !== undefined || !done.value) return false;
    const reason = result.outcome === "rejected" ? result.reason : result.outcome;
    emit(onEvent, { type: "push.device-removed", userId, tokenPrefix: tokenPrefix(token), reason });
    return true;
  }
}

function patience({ deadline }: Delivery): number {
  return Math.min(PATIENCE, deadline.remaining());
}
