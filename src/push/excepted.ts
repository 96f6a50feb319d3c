import type { Device } from "../devices/device.js";
import { describe } from "../internal/describe.js";

/** Phones by their `deviceId`, or why the list cannot be read. */
export type ExceptedReading =
  | { readonly deviceIds: ReadonlySet<string>; readonly problem?: undefined }
  | { readonly deviceIds?: undefined; readonly problem: string };

const NOBODY: ExceptedReading = { deviceIds: new Set() };

/** Reads the lists of phones that are not to be pushed; a phone in any of them is not. */
export function readExcepted(one: unknown, other: unknown): ExceptedReading {
  if ((one ?? other ?? undefined) === undefined) return NOBODY;
  const deviceIds = new Set<string>();
  for (const list of [one, other]) {
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) return wrong(list);
    for (const deviceId of list) {
      if (typeof deviceId !== "string") return wrong(deviceId, " in it");
      deviceIds.add(deviceId);
    }
  }
  return { deviceIds };
}

/** A phone that has said no `deviceId` can be excepted by nobody. */
export function withoutExcepted(devices: readonly Device[], excepted: ReadonlySet<string>): readonly Device[] {
  if (excepted.size === 0) return devices;
  return devices.filter(({ deviceId }) => deviceId === undefined || !excepted.has(deviceId));
}

function wrong(given: unknown, where = ""): ExceptedReading {
  return { problem: `exceptDeviceIds must be a list of device ids (text), or absent, not ${describe(given)}${where}` };
}
