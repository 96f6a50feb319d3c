import assert from "node:assert/strict";
import type { Device, DevicePushType, DeviceStore } from "../../devices/device.js";

/**
 * What a store may lack and still be useful.
 *
 * | feature | a store without it |
 * | --- | --- |
 * | `manyDevices` | keeps one token per user and push type, the one saved last |
 * | `alertTokens` | keeps `voip` tokens only |
 * | `bundleId` | does not keep the bundle id |
 * | `deviceId` | does not keep the device id, so a phone's old token stays until Apple refuses it |
 * | `environment` | does not keep the environment, so it is learned anew at every push |
 * | `registeredAt` | does not keep the date, so `registeredBefore` never removes |
 * | `anyUserId` | takes user ids of one form only, such as integers |
 */
export type DeviceStoreFeature =
  | "manyDevices"
  | "alertTokens"
  | "bundleId"
  | "deviceId"
  | "environment"
  | "registeredAt"
  | "anyUserId";

/** Gives an empty store. Called once per case. */
export type MakeDeviceStore = () => DeviceStore | Promise<DeviceStore>;

export interface Case {
  readonly name: string;
  readonly needs: readonly DeviceStoreFeature[];
  readonly check: (store: DeviceStore) => Promise<void>;
}

/** `needs` names the features without which the case says nothing about a store. */
export function storeCase(name: string, needs: readonly DeviceStoreFeature[], check: Case["check"]): Case {
  return { name, needs, check };
}

/** A token like Apple's: 64 lower-case hex digits; `n` is at both ends, so that cutting either end mixes tokens up. */
export function token(n: number): string {
  const digits = n.toString(16).padStart(4, "0");
  return `${digits}${"c0ffee00".repeat(7)}${digits}`;
}

/** `AT` and later: `at(1)` is a millisecond after `at(0)`. The odd milliseconds show stores that round to seconds. */
export function at(milliseconds: number): Date {
  return new Date(Date.UTC(2031, 4, 6, 7, 8, 9, 123) + milliseconds);
}

/** A phone's row with only what every row has. User ids are numbers in text, so that integer columns take them too. */
export function device(n: number, given: Partial<Device> = {}): Device {
  return { userId: "10", token: token(n), pushType: "voip", platform: "ios", registeredAt: at(0), ...given };
}

/** The tokens that `list` gives, in its order. */
export async function listed(
  store: DeviceStore,
  userId = "10",
  pushType: DevicePushType = "voip",
): Promise<readonly string[]> {
  return (await store.list(userId, pushType)).map(({ token }) => token);
}

/** The one device of user 10, or of another. */
export async function only(store: DeviceStore, userId = "10", pushType: DevicePushType = "voip"): Promise<Device> {
  const devices = await store.list(userId, pushType);
  assert.equal(devices.length, 1, `list("${userId}", "${pushType}") must give one device, not ${devices.length}`);
  return devices[0]!;
}
