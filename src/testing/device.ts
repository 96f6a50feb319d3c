import type { Device, DevicePushType } from "../devices/device.js";
import { type Environment, readEnvironment } from "../environment.js";
import { checkOptions, type OptionCheck, type OptionChecks, oneOf, wants, wrong } from "../internal/options.js";
import type { CallPayload } from "../payload/call-payload.js";
import type { ReceivedPush } from "./calling-app.js";
import type { SentReceipt } from "./reporter.js";

/** Which app, and which of its two tokens. */
export interface MockDeviceOptions {
  /** Hex. Default: 64 random digits. */
  readonly token?: string | undefined;
  /** Default `com.example.app`. */
  readonly bundleId?: string | undefined;
  /** Where the token belongs. Default `production`. */
  readonly environment?: Environment | undefined;
  /** Default `voip`. */
  readonly pushType?: DevicePushType | undefined;
  /** Who is logged in. Default `10`. */
  readonly userId?: string | number | undefined;
  /** The developer team that the app belongs to. Default: that of `mock.key`. */
  readonly teamId?: string | undefined;
}

/**
 * A virtual phone: one token of one app, and the app behind it. A call push rings; a call id that the app is already
 * handling is ignored until the call has ended; after three VoIP pushes that announced no call nothing rings any more,
 * and Apple keeps answering 200.
 *
 * @see https://developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit
 */
export interface MockDevice {
  /** Lower-case hex. */
  readonly token: string;
  readonly bundleId: string;
  readonly environment: Environment;
  readonly pushType: DevicePushType;
  readonly teamId: string;
  /** What Apple wants as `apns-topic` for this token. */
  readonly topic: string;
  /** Who is logged in. Set it to let somebody else log in on this phone; the token stays. */
  userId: string;
  /**
   * Out of reach, default false. Apple keeps one push, the newest, as long as its expiration allows, and delivers it when
   * this is false again. (Apple: one per app. Whether `.voip` has a place of its own is contested; here each token has.)
   */
  offline: boolean;

  /**
   * The push arrives and the app says nothing of it, default false: as from an app that sends no receipts, or one that iOS has
   * stopped. Only where `mock.receipts` has phones report at all.
   */
  silent: boolean;
  /** What it has reported, and what the API said to it, oldest first. */
  readonly receipts: readonly SentReceipt[];

  /** Every call that rang, as the app read it, oldest first. */
  readonly calls: readonly CallPayload[];
  /** The payloads of an alert token's pushes. */
  readonly notifications: readonly object[];
  /** Every push that reached the phone, and what the app made of it. */
  readonly received: readonly ReceivedPush[];
  /** The call that rings now. */
  readonly ringing: CallPayload | undefined;
  /** VoIP pushes that announced no call. */
  readonly unannounced: number;
  /** True once iOS has stopped delivering VoIP pushes to the app. */
  readonly blocked: boolean;
  /** Called for each call that rings. */
  onCall: ((call: CallPayload) => void) | undefined;

  /** Takes a call, by default the one that rings. */
  answer(callId?: string): void;
  /** Refuses a call, by default the one that rings; its id can ring again. */
  decline(callId?: string): void;
  /** Ends a call, by default the last; its id can ring again. */
  end(callId?: string): void;

  /** From now on Apple answers 410 `Unregistered`. `at`: since when, as a date or epoch milliseconds; default now. */
  uninstall(at?: Date | number): void;
  /** From now on Apple answers 410 `ExpiredToken`. */
  expireToken(at?: Date | number): void;
  /** The app is there again with the same token, and not blocked any more. */
  reinstall(): void;
  /**
   * The row to save in a device store, by default for who is logged in. Without the environment: an app does not know its
   * own, the server learns it.
   */
  device(userId?: string | number): Device;
}

const isText = (given: unknown) => typeof given === "string" && given !== "";

const CHECKS: OptionChecks<MockDeviceOptions> = {
  token: checkToken,
  bundleId: wants("a bundle id", isText),
  environment: wants('"production" or "sandbox"', given => readEnvironment(given) !== undefined),
  pushType: oneOf("voip", "alert"),
  userId: wants("text or a number", given => ["string", "number", "bigint"].includes(typeof given)),
  teamId: wants("text", isText),
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`. */
export function checkDeviceOptions(options: unknown): void {
  checkOptions("mock.device", options, CHECKS);
}

/** The message does not quote the token, which may be a real phone's. */
function checkToken(...[given, path]: Parameters<OptionCheck>): ReturnType<OptionCheck> {
  if (given === undefined || (typeof given === "string" && /^([0-9a-f]{2})+$/i.test(given))) return [];
  const shown = typeof given === "string" ? `these ${given.length} characters` : undefined;
  return [wrong(path, "hex, two digits for each byte", given, shown)];
}
