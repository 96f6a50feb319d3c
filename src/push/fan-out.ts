import type { ApnsClient } from "../apns/client.js";
import type { Device, DeviceStore } from "../devices/device.js";
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

  return async (devices, delivery) =>
    reportOf(
      await Promise.all(
        devices.map(async (device): Promise<DeviceReport> => {
          const verdict = await sendToDevice(apns, device, delivery);
          const { result } = verdict;
          const topic = topicOf(device, apns);
          if (result.outcome === "accepted" && topic !== undefined) provenTopics.add(topic);
          await learn(device, verdict, delivery);
          const removed = await remove(device, verdict, topic !== undefined && provenTopics.has(topic), delivery);
          return { device, result, removed };
        }),
      ),
    );

  /** Stores where the token belongs, if Apple's answer tells something new. */
  async function learn(device: Device, { result }: Verdict, delivery: Delivery): Promise<void> {
    const { token, userId } = device;
    const { outcome, environment } = result;
    if (outcome !== "accepted" || environment === device.environment) return;
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
