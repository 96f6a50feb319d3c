import { readSentEnvironment } from "../../environment.js";
import type { Device, DevicePushType } from "../device.js";
import { textOf } from "./client.js";

/** What a token's key holds: the device, and the stamp of the save that wrote it, which no other save has. */
export interface DeviceRecord {
  readonly device: Device;
  readonly stamp: string;
}

/** The fields of a token's key, in the order in which scripts give their values. */
export const RECORD_FIELDS = [
  "userId",
  "pushType",
  "bundleId",
  "deviceId",
  "environment",
  "registeredAt",
  "stamp",
] as const;

type RecordField = (typeof RECORD_FIELDS)[number];

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
  return read(token, field => {
    const value: unknown = reply[RECORD_FIELDS.indexOf(field)];
    return value == null ? undefined : textOf(value);
  });
}

export function recordOf(token: string, fields: ReadonlyMap<string, string>): DeviceRecord | undefined {
  return read(token, field => fields.get(field));
}

/** `undefined` when the store has no such token. */
function read(token: string, field: (name: RecordField) => string | undefined): DeviceRecord | undefined {
  const userId = field("userId");
  if (userId === undefined) return undefined;
  return {
    device: {
      userId,
      token,
      pushType: field("pushType") as DevicePushType,
      bundleId: field("bundleId"),
      platform: "ios",
      deviceId: field("deviceId"),
      environment: readSentEnvironment(field("environment")),
      registeredAt: new Date(Number(field("registeredAt"))),
    },
    stamp: field("stamp") ?? "",
  };
}
