import { isNoDeviceId } from "../../internal/nothing.js";
import { isStorable, type UserId, userKeyOf } from "./user-id.js";

/** One connection of a user's phone, as the signal server knows it. */
export interface Phone {
  /** Whose it is: what the login says, not the phone. */
  readonly userId: UserId;
  /** What emitting needs: a socket id or a room. Another one for each connection. */
  readonly id: string;
  /**
   * The app's own id of this phone, the same for every connection, and the one its tokens were registered with. Without it a
   * phone is a new one after each reconnect, and the user's other phones cannot be told from it when a push is sent.
   */
  readonly deviceId?: string | null | undefined;
}

/** A phone as the rules see it. */
export interface KnownPhone {
  readonly userId: string;
  readonly id: string;
  readonly deviceId?: string;
  /** By what it is known from one connection to the next: its `deviceId`, else the id of its connection. */
  readonly key: string;
}

const BARE = "id:";

/** Reads a phone; undefined for something that is none. A `deviceId` that cannot be read counts as absent. */
export function readPhone(phone: Phone): KnownPhone | undefined {
  if (typeof phone !== "object" || phone === null) return undefined;
  const { id, deviceId } = phone;
  const userId = userKeyOf(phone.userId);
  if (userId === undefined || typeof id !== "string" || id === "" || !isStorable(id)) return undefined;
  return isDeviceId(deviceId)
    ? { userId, id, deviceId, key: deviceKeyOf(deviceId) }
    : { userId, id, key: bareKeyOf(id) };
}

/** The key of a phone that has said its device id. */
export function deviceKeyOf(deviceId: string): string {
  return `device:${deviceId}`;
}

/** The key of a phone that has not said its device id. */
export function bareKeyOf(id: string): string {
  return `${BARE}${id}`;
}

/** True for the key of a phone that is known by its connection only. */
export function isBare(key: string): boolean {
  return key.startsWith(BARE);
}

function isDeviceId(given: unknown): given is string {
  return typeof given === "string" && !isNoDeviceId(given) && isStorable(given);
}
