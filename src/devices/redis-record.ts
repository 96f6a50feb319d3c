import { readEnvironment } from "../environment.js";
import type { Device, DevicePushType } from "./device.js";
import { textOf } from "./redis-client.js";

/** What a token's key holds: the device, and the stamp of the save that wrote it, which no other save has. */
export interface DeviceRecord {
  readonly device: Device;
  readonly stamp: string;
}

/** The fields of a token's key, in the order in which scripts give their values. */
export const RECORD_FIELDS = ["userId", "pushType", "bundleId", "deviceId", "environment", "registeredAt", "stamp"];

/** Pairs of field and value; what is absent has none. */
export function recordFields({ device, stamp }: DeviceRecord): string[] {
  const { userId, pushType, platform, bundleId, deviceId, environment, registeredAt } = device;
  const fields = ["userId", userId, "pushType", pushType, "platform", platform, "stamp", stamp];
  fields.push("registeredAt", String(registeredAt.getTime()));
  if (bundleId !== undefined) fields.push("bundleId", bundleId);
  if (deviceId !== undefined) fields.push("deviceId", deviceId);
  if (environment !== undefined) fields.push("environment", environment);
  return fields;
}

/** From the values that a script gives, in the order of `RECORD_FIELDS`. */
export function recordOfValues(token: string, reply: unknown): DeviceRecord | undefined {
  if (!Array.isArray(reply)) return undefined;
  const pairs = RECORD_FIELDS.map((field, n) => [field, reply[n]] as const).filter(([, value]) => value != null);
  return recordOf(token, new Map(pairs.map(([field, value]) => [field, textOf(value)])));
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
