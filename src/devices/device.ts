import type { Environment } from "../environment.js";

/** The two kinds of token a phone has: PushKit's, for calls, and the one for notifications. */
export type DevicePushType = "voip" | "alert";

/** One token of a user. A phone has two, one per push type. */
export interface Device {
  readonly userId: string;
  /** Lower-case hex. */
  readonly token: string;
  readonly pushType: DevicePushType;
  /** The app's bundle id, without `.voip`. Absent: the client's default. */
  readonly bundleId?: string | undefined;
  readonly platform: "ios";
  /** The app's own id of the phone. If it is given, a new token of the phone replaces the old one. */
  readonly deviceId?: string | undefined;
  /** Where the token belongs. Absent until the first accepted push shows it. */
  readonly environment?: Environment | undefined;
  /** When the app last registered this token. A 410 older than this does not remove it. */
  readonly registeredAt: Date;
}

/**
 * Keeps device tokens. Four operations, so that a store for another database is a page of code;
 * `deviceStoreConformance()` from `apns-voip/testing/conformance` checks one.
 *
 * A store treats `AB` and `ab` as the same token and hands out lower case.
 */
export interface DeviceStore {
  /**
   * Saves by token. A token belongs to one user: saving it for another moves it. An unchanged token gets its
   * `registeredAt` refreshed and, when the new row has no `environment`, keeps the learned one. With a `deviceId`, older
   * tokens of the same user, push type, bundle id and `deviceId` are replaced; nobody else's ever are.
   */
  save(device: Device): Promise<void>;
  /** The user's devices of that push type, the newest registration first. */
  list(userId: string, pushType: DevicePushType): Promise<Device[]>;
  /**
   * Removes a token if it (still) belongs to `userId` and was registered strictly before `registeredBefore`, where
   * those are given. True if something was removed.
   */
  remove(
    token: string,
    only?: { readonly userId?: string | undefined; readonly registeredBefore?: Date | undefined },
  ): Promise<boolean>;
  /** Stores where a token was found to belong. Does nothing for a token that the store does not have. */
  setEnvironment(token: string, environment: Environment): Promise<void>;
}
