import { PUSH_TYPES } from "../apns/push-types.js";
import type { Device, DevicePushType } from "../devices/device.js";
import type { Environment } from "../environment.js";
import type { CallPayload } from "../payload/call-payload.js";
import { CallingApp, type ReadCall, type ReceivedPush } from "./calling-app.js";
import type { MockClock } from "./clock.js";
import type { MockDevice, MockDeviceOptions } from "./device.js";
import type { Strictness } from "./options.js";
import { remember } from "./remember.js";

interface Surroundings {
  readonly clock: MockClock;
  readonly readCall: ReadCall;
  readonly strictness: Pick<Strictness, "keep">;
  /** Something about the phone has changed. */
  changed(): void;
}

/** A virtual phone as the mock itself sees it; users see the `MockDevice` in it. */
export class Phone implements MockDevice {
  readonly token: string;
  readonly bundleId: string;
  readonly environment: Environment;
  readonly pushType: DevicePushType;
  readonly teamId: string;
  readonly notifications: object[] = [];
  userId: string;
  onCall: ((call: CallPayload) => void) | undefined;
  /** Why Apple answers 410, if it does. */
  inactive: { readonly reason: "Unregistered" | "ExpiredToken"; readonly since: number } | undefined;
  /** When the pushes of the last minute came. */
  recent: number[] = [];
  readonly #app: CallingApp;
  readonly #clock: MockClock;
  readonly #keep: number;
  readonly #changed: () => void;
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
      // Later, so that what the test's own listener throws fails the test and not the push.
      this.#app.receive(payload, at, call => queueMicrotask(() => this.onCall?.(call)));
    }
    this.#changed();
  }

  answer(callId?: string): void {
    this.#app.answer(callId);
    this.#changed();
  }

  decline(callId?: string): void {
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

  /** As it was made, but for who is logged in. */
  reset(): void {
    this.#stored = undefined;
    this.#offline = false;
    this.recent = [];
    this.onCall = undefined;
    this.notifications.length = 0;
    this.reinstall();
  }
}
