import type { DevicePushType } from "../../devices/device.js";
import type { Environment } from "../../environment.js";
import { tokenPrefix } from "../../internal/describe.js";
import type { CallPayload } from "../../payload/call-payload.js";
import type { ReceivedPush } from "../calling-app.js";
import type { SentReceipt } from "../reporter.js";
import type { Handset, Inactivity } from "./handset.js";

/** Notifications that a phone's screen has room for. */
const NOTIFICATIONS_SHOWN = 3;
/** Receipts of a phone that are shown at most. */
const RECEIPTS_SHOWN = 4;

/** A phone as the control API and the page show it. */
export interface PhoneView {
  /** Whole: the mock made it up, and a server under test needs it. */
  readonly token: string;
  readonly tokenPrefix: string;
  readonly userId: string;
  readonly bundleId: string;
  /** What Apple wants as `apns-topic`. */
  readonly topic: string;
  readonly environment: Environment;
  readonly pushType: DevicePushType;
  readonly offline: boolean;
  /** The reason of Apple's 410, if it gives one. */
  readonly inactive: Inactivity | null;
  /** VoIP pushes that announced no call. After three, iOS delivers no more: `blocked`. */
  readonly unannounced: number;
  readonly blocked: boolean;
  readonly ringing: CallPayload | null;
  readonly talking: CallPayload | null;
  /** Calls that rang. */
  readonly callCount: number;
  /** Calls that rang and were not taken in time. */
  readonly missed: number;
  /** The last push that reached it, and what the app made of it. */
  readonly last: ReceivedPush | null;
  /** What it has reported last of a call, oldest first, and how the API answered. */
  readonly receipts: readonly SentReceipt[];
  /** The app says nothing of calls. */
  readonly silent: boolean;
  /** An alert token's last notifications, oldest first. */
  readonly notifications: readonly object[];
}

/** A phone with everything it has received. */
export interface PhoneDetails extends PhoneView {
  /** Every call that rang, as the app read it, oldest first. */
  readonly calls: readonly CallPayload[];
  /** Every push that reached it, oldest first. */
  readonly received: readonly ReceivedPush[];
}

export function viewPhone({ device, ...hand }: Handset): PhoneView {
  const { token, userId, bundleId, topic, environment, pushType, offline, unannounced, blocked } = device;
  return {
    ...{ token, tokenPrefix: tokenPrefix(token), userId, bundleId, topic, environment, pushType, offline },
    ...{ inactive: hand.inactive ?? null, unannounced, blocked },
    ...{ ringing: hand.ringing ?? null, talking: hand.talking ?? null },
    ...{ callCount: device.calls.length, missed: hand.missed },
    last: device.received.at(-1) ?? null,
    receipts: device.receipts.slice(-RECEIPTS_SHOWN),
    silent: device.silent,
    notifications: device.notifications.slice(-NOTIFICATIONS_SHOWN),
  };
}

export function viewPhoneDetails(handset: Handset): PhoneDetails {
  const { calls, received } = handset.device;
  return { ...viewPhone(handset), calls, received };
}
