import type { Device, DeviceStore } from "./device.js";
import { keyOfToken } from "./plain-token.js";

/**
 * Devices in this process's memory: for tests, demos and a first try. They are gone when the process ends, and no other
 * process sees them.
 *
 * @example
 * const push = createPushService({ apns, devices: memoryDeviceStore() });
 */
export function memoryDeviceStore(): DeviceStore {
  const byToken = new Map<string, Device>();
  // Lets `list` find a user's devices without reading those of all users. The newest first.
  const devicesOf = new Map<string, readonly Device[]>();

  function put(device: Device): void {
    byToken.set(device.token, device);
    const others = devicesOf.get(device.userId) ?? [];
    const place = others.findIndex(other => other.registeredAt < device.registeredAt);
    devicesOf.set(device.userId, others.toSpliced(place < 0 ? others.length : place, 0, device));
  }

  function drop(device: Device): void {
    byToken.delete(device.token);
    const others = devicesOf.get(device.userId)?.filter(other => other !== device) ?? [];
    if (others.length > 0) devicesOf.set(device.userId, others);
    else devicesOf.delete(device.userId);
  }

  return {
    async save(device) {
      const token = keyOfToken(device.token);
      const before = byToken.get(token);
      if (before) drop(before);
      for (const other of devicesOf.get(device.userId) ?? []) if (isSamePhone(other, device)) drop(other);
      put(copy({ ...device, token, environment: device.environment ?? before?.environment }));
    },

    async list(userId, pushType) {
      const devices: Device[] = [];
      for (const device of devicesOf.get(userId) ?? []) if (device.pushType === pushType) devices.push(copy(device));
      return devices;
    },

    async remove(token, only = {}) {
      const device = byToken.get(keyOfToken(token));
      if (device === undefined) return false;
      if (only.userId !== undefined && only.userId !== device.userId) return false;
      if (only.registeredBefore !== undefined && device.registeredAt >= only.registeredBefore) return false;
      drop(device);
      return true;
    },

    async setEnvironment(token, environment) {
      const device = byToken.get(keyOfToken(token));
      if (device === undefined) return;
      const changed = { ...device, environment };
      byToken.set(device.token, changed);
      const all = devicesOf.get(device.userId) ?? [];
      devicesOf.set(device.userId, all.with(all.indexOf(device), changed));
    },
  };
}

/** Both devices are one user's. Apps of one vendor share a device id, so the bundle id must agree too. */
function isSamePhone(a: Device, b: Device): boolean {
  if (b.deviceId === undefined || a.deviceId !== b.deviceId) return false;
  return a.pushType === b.pushType && a.bundleId === b.bundleId;
}

/** A copy, because your code may change its object, or the Date in it, later. */
function copy(device: Device): Device {
  return { ...device, registeredAt: new Date(device.registeredAt) };
}
