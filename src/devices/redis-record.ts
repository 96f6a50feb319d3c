import { readEnvironment } from "../environment.js";
import type { Device, DevicePushType } from "./device.js";

/** What a token's key holds: the device, and the stamp of the save that wrote it, which no other save has. */
export interface DeviceRecord {
  readonly device: Device;
  readonly stamp: string;
}

/** Pairs of field and value; what is absent has none. */
export function recordFields({ device, stamp }: DeviceRecord): string[] {
  const { userId, pushType, platform, bundleId, deviceId, environment, registeredAt } = device;
  const fields = { userId, pushType, platform, bundleId, deviceId, environment };
  return [
    ...Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field, value])),
    ...["registeredAt", String(registeredAt.getTime())],
    ...["stamp", stamp],
  ];
}

/** `undefined` when there is no such token. */
export function recordOf(token: string, fields: ReadonlyMap<string, string>): DeviceRecord | undefined {
  const userId = fields.get("userId");
  if (userId === undefined) return undefined;
  return {
    device: {
      userId,
      token,
      pushType: fields.get("pushType") as DevicePushType,
      bundleId: fields.get("bundleId"),
      platform: "ios",
      deviceId: fields.get("deviceId"),
      environment: readEnvironment(fields.get("environment")),
      registeredAt: new Date(Number(fields.get("registeredAt"))),
    },
    stamp: fields.get("stamp") ?? "",
  };
}
