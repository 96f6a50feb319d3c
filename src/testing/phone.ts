import { PUSH_TYPES } from "../apns/push-types.js";
import type { Device, DevicePushType } from "../devices/device.js";
import type { ReceiptEvent } from "../devices/receipt-store.js";
import type { Environment } from "../environment.js";
import type { CallPayload } from "../payload/call-payload.js";
import { CallingApp, type PushEffect, type ReadCall, type ReceivedPush } from "./calling-app.js";
import type { MockClock } from "./clock.js";
import type { MockDevice, MockDeviceOptions } from "./device.js";
import type { Strictness } from "./options.js";
import { remember } from "./remember.js";
import type { Report, SentReceipt } from "./reporter.js";

interface Surroundings {
  readonly clock: MockClock;
  readonly readCall: ReadCall;
  readonly strictness: Pick<Strictness, "keep">;
  /** Where phones report to; undefined: they report nothing. */
  readonly reporter: { readonly report: Report | undefined };
  /** Something about the phone has changed. */
  changed(): void;
}

/** A virtual phone as the mock itself sees it; users see the `MockDevice` in it. */
export class VirtualPhone implements MockDevice {
  readonly token: string;
  readonly bundleId: string;
  readonly environment: Environment;
  readonly pushType: DevicePushType;
  readonly teamId: string;
  readonly notifications: object[] = [];
  readonly receipts: SentReceipt[] = [];
  userId: string;
  silent = false;
  onCall: ((call: CallPayload) => void) | undefined;
  /** Why Apple answers 410, if it does. */
  inactive: { readonly reason: "Unregistered" | "ExpiredToken"; readonly since: number } | undefined;
  /** When the pushes of the last minute came. */
  recent: number[] = [];
  readonly #app: CallingApp;
  readonly #clock: MockClock;
  readonly #keep: number;
  readonly #reporter: Surroundings["reporter"];
  readonly #changed: () => void;
  /** The receipts of the calls that the app is handling, by call id. */
  readonly #receiptOf = new Map<string, string>();
  #lastReport: Promise<void> = Promise.resolve();
  #offline = false;
  #stored: { readonly payload: unknown; readonly expires: number } | undefined;

  constructor(options: MockDeviceOptions & { readonly token: string; readonly teamId: string }, around: Surroundings) {
    this.token = options.token.toLowerCase();
    this.bundleId = options.bundleId ?? "com.example.app";
    this.environment = options.environment ?? "production";
    this.pushType = options.pushType ?? "voip";
    this.teamId = options.teamId;
    this.userId = String(options.userId ?? 10);
    this.#app = new CallingApp(around.readCall, around.strictness.keep);
    this.#clock = around.clock;
    this.#keep = around.strictness.keep;
    this.#reporter = around.reporter;
    this.#changed = around.changed;
  }

  get topic(): string {
    return this.bundleId + PUSH_TYPES[this.pushType].suffix;
  }

  get calls(): readonly CallPayload[] {
    return this.#app.calls;
  }

  get received(): readonly ReceivedPush[] {
    return this.#app.received;
  }

  get ringing(): CallPayload | undefined {
    return this.#app.ringing;
  }

  get unannounced(): number {
    return this.#app.unannounced;
  }

  get blocked(): boolean {
    return this.#app.blocked;
  }

  get offline(): boolean {
    return this.#offline;
  }

  set offline(offline: boolean) {
    this.#offline = offline;
    this.#changed();
    const stored = this.#stored;
    if (offline || stored === undefined) return;
    this.#stored = undefined;
    if (stored.expires > this.#clock.now()) this.#receive(stored.payload);
  }

  /** Apple took a push. `expiration` is that header's number, `undefined` when it was absent. */
  deliver(payload: unknown, expiration: number | undefined): void {
    const expires = expiration === undefined ? Number.POSITIVE_INFINITY : expiration * 1000;
    if (!this.#offline) this.#receive(payload);
    else if (expires > this.#clock.now()) this.#stored = { payload, expires };
  }

  #receive(payload: unknown): void {
    const at = new Date(this.#clock.now());
    if (this.pushType === "alert") {
      remember(this.#app.received, { payload, at, effect: "shown" }, this.#keep);
      remember(this.notifications, payload as object, this.#keep);
    } else {
      // Called later, so that an error of the test's own listener fails the test and not the push.
      this.#app.receive(payload, at, call => queueMicrotask(() => this.onCall?.(call)));
      this.#tell(payload, this.#app.received.at(-1)?.effect);
    }
    this.#changed();
  }

  /**
   * Reports as an app does: first that the push is here, then that CallKit took the call. An app that iOS has blocked
   * gets no push.
   */
  #tell(payload: unknown, effect: PushEffect | undefined): void {
    const { receipt, callId } = (payload ?? {}) as { readonly receipt?: unknown; readonly callId?: unknown };
    if (effect === "blocked" || typeof receipt !== "string") return;
    this.#receiptOf.set(String(callId), receipt);
    this.#report(String(callId), "received");
    if (effect === "rang") this.#report(String(callId), "ringing");
  }

  /** Reports are sent one after the other, so that they arrive in order. */
  #report(callId: string | undefined, event: ReceiptEvent): void {
    const receipt = this.#receiptOf.get(callId ?? "");
    const { report } = this.#reporter;
    if (receipt === undefined || callId === undefined || report === undefined || this.silent) return;
    const at = new Date(this.#clock.now());
    this.#lastReport = this.#lastReport.then(async () => {
      remember(this.receipts, { callId, event, at, ...(await report(receipt, event)) }, this.#keep);
      this.#changed();
    });
  }

  answer(callId?: string): void {
    this.#report(callId ?? this.ringing?.callId, "answered");
    this.#app.answer(callId);
    this.#changed();
  }

  decline(callId?: string): void {
    this.#report(callId ?? this.ringing?.callId, "declined");
    this.#app.end(callId ?? this.ringing?.callId);
    this.#changed();
  }

  end(callId?: string): void {
    this.#app.end(callId);
    this.#changed();
  }

  uninstall(at: Date | number = this.#clock.now()): void {
    this.#deactivate("Unregistered", at);
  }

  expireToken(at: Date | number = this.#clock.now()): void {
    this.#deactivate("ExpiredToken", at);
  }

  #deactivate(reason: "Unregistered" | "ExpiredToken", at: Date | number): void {
    this.inactive = { reason, since: Number(at) };
    this.#changed();
  }

  reinstall(): void {
    this.inactive = undefined;
    this.#app.reset();
    this.#changed();
  }

  device(userId: string | number = this.userId): Device {
    return {
      userId: String(userId),
      token: this.token,
      pushType: this.pushType,
      bundleId: this.bundleId,
      platform: "ios",
      registeredAt: new Date(this.#clock.now()),
    };
  }

  /** As it was made. Who is logged in stays. */
  reset(): void {
    this.#stored = undefined;
    this.#offline = false;
    this.recent = [];
    this.onCall = undefined;
    this.notifications.length = 0;
    this.silent = false;
    this.receipts.length = 0;
    this.#receiptOf.clear();
    this.reinstall();
  }
}
