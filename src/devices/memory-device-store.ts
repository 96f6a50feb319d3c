import type { Device, DevicePushType, DeviceStore } from "./device.js";
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
  // Lets `list` find a user's devices without reading those of all users.
  const tokensOf = new Map<string, Set<string>>();

  function put(device: Device): void {
    byToken.set(device.token, device);
    const tokens = tokensOf.get(device.userId);
    if (tokens) tokens.add(device.token);
    else tokensOf.set(device.userId, new Set([device.token]));
  }

  function drop(device: Device): void {
    byToken.delete(device.token);
    const tokens = tokensOf.get(device.userId);
    tokens?.delete(device.token);
    if (tokens?.size === 0) tokensOf.delete(device.userId);
  }

  function devicesOf(userId: string, pushType: DevicePushType): Device[] {
    const devices: Device[] = [];
    for (const token of tokensOf.get(userId) ?? []) {
      const device = byToken.get(token)!;
      if (device.pushType === pushType) devices.push(device);
    }
    return devices;
  }

  return {
    async save(device) {
      const token = keyOfToken(device.token);
      const before = byToken.get(token);
      if (before) drop(before);
      for (const other of devicesOf(device.userId, device.pushType)) {
        if (isSamePhone(other, device)) drop(other);
      }
      put(copy({ ...device, token, environment: device.environment ?? before?.environment }));
    },

    async list(userId, pushType) {
      return devicesOf(userId, pushType)
        .sort((a, b) => b.registeredAt.getTime() - a.registeredAt.getTime())
        .map(copy);
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
      if (device) byToken.set(device.token, { ...device, environment });
    },
  };
}

/** Both devices are one user's, of one push type. Apps of one vendor share a device id, so the bundle id must agree too. */
function isSamePhone(a: Device, b: Device): boolean {
  return b.deviceId !== undefined && a.deviceId === b.deviceId && a.bundleId === b.bundleId;
}

/** A copy, because the caller may change its object, or the Date in it, later. */
function copy(device: Device): Device {
  return { ...device, registeredAt: new Date(device.registeredAt) };
}
