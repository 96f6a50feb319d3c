import { createHash } from "node:crypto";
import { isCollapseId } from "../apns/collapse-id.js";
import type { Clock } from "../clock.js";
import type { Device, DeviceStore } from "../devices/device.js";
import type { OnEvent } from "../events.js";
import { emit } from "../internal/emit.js";
import type { Announcer } from "./announce.js";
import { type Deadline, startDeadline } from "./deadline.js";
import { withoutExcepted } from "./excepted.js";
import type { FanOut } from "./fan-out.js";
import type { StoreGuard } from "./guarded-store.js";
import type { Control } from "./in-flight.js";
import { type MessageRequest, readMessage } from "./message.js";
import { messagePayload } from "./message-payload.js";
import type { ReceiptDesk } from "./receipts/receipt-desk.js";
import type { CalledUser } from "./receipts/receipt-text.js";
import type { SilenceOf } from "./receipts/silence.js";
import type { DeviceReport } from "./report.js";

/** Why an alert takes the place of a ring, or comes after one that nobody heard. */
export type FallbackReason = "silent" | "no-voip-token";

/** What the alert says; whom it goes to is known. */
export type FallbackMessage = Omit<MessageRequest, "toUserId"> & { readonly toUserId?: MessageRequest["toUserId"] };

/**
 * Says which alert a phone gets that stays silent, or has no VoIP token; undefined: none. `call` is the request as it was given
 * to `sendCall`.
 */
export type Fallback<Call> = (call: Call, why: FallbackReason) => FallbackMessage | undefined;

/** A call while it is being pushed. */
export interface CallUnderWay extends CalledUser {
  /** The request as given. */
  readonly request: object;
  readonly excepted: ReadonlySet<string>;
  readonly deadline: Deadline;
  /** When the ring ends: epoch milliseconds. */
  readonly endsAt: number;
}

/** What a process must know to alert for a call that another one pushed. It goes through JSON. */
interface SilentContext {
  readonly request: object;
  readonly excepted: readonly string[];
  readonly endsAt: number;
  readonly attempt: string;
  readonly deviceId: string | undefined;
  readonly bundleId: string | undefined;
}

export interface FallbackOptions {
  readonly fallback: Fallback<never>;
  readonly devices: DeviceStore;
  readonly guard: StoreGuard;
  readonly fanOut: FanOut;
  readonly announce: Announcer;
  readonly clock: Clock;
  readonly onEvent: OnEvent | undefined;
}

export interface Alerts {
  /** The user's devices for alerts: asked for beside those that ring, so that no ring waits. Never rejects. */
  devicesOf(toUserId: string): Promise<readonly Device[]>;
  /** The alert for those of them that certainly have no VoIP token. Undefined: none. */
  without(voip: readonly Device[], alertable: readonly Device[], call: CallUnderWay): Alert | undefined;
  /** What the process that finds this phone silent must know. */
  context(call: CallUnderWay, device: Device, attempt: string): unknown;
  /**
   * Alerts a phone that stayed silent, if the ring still lasts: by its own alert token, or else by every one that may
   * be its own.
   */
  silent(silence: SilenceOf, desk: ReceiptDesk): Promise<void>;
}

/** An alert about to leave. */
export interface Alert {
  /** `mayAlert` says false for a device that has had an alert for this call. */
  send(control: Control, mayAlert: (device: Device) => Promise<boolean>): Promise<readonly DeviceReport[]>;
}

/** Milliseconds that a ring waits at most to learn whom else to alert. */
const PATIENCE = 2_000;

export function createAlerts(options: FallbackOptions): Alerts {
  const { fallback, devices, guard, fanOut, announce, clock, onEvent } = options;

  return {
    devicesOf: toUserId => list(toUserId, "alert"),

    without(voip, alertable, call) {
      const uncovered = alertable.filter(device => !mayBeAmong(voip, device));
      return alertFor(withoutExcepted(uncovered, call.excepted), call, "no-voip-token");
    },

    context: ({ request, excepted, endsAt }, { deviceId, bundleId }, attempt): SilentContext => ({
      request: readable(request),
      excepted: [...excepted],
      endsAt,
      attempt,
      deviceId,
      bundleId,
    }),

    async silent({ toUserId, callId, context }, desk) {
      const { request, excepted, endsAt, attempt, ...phone } = context as SilentContext;
      const milliseconds = endsAt - clock.now();
      const called = { toUserId, callId };
      if (milliseconds <= 0 || (await desk.isOver(called, attempt))) return;
      const [voip, alertable] = await Promise.all([list(toUserId, "voip"), list(toUserId, "alert")]);
      const except = new Set(excepted);
      const others = withoutExcepted(alertable, except);
      const own = others.filter(device => mayBeSamePhone(phone, device));
      const targets =
        own.length > 0 ? own : others.filter(device => !voip.some(other => mayBeSamePhone(other, device)));
      const deadline = startDeadline(clock, milliseconds);
      const call = { ...called, request, excepted: except, endsAt, deadline };
      const alert = alertFor(targets, call, "silent");
      await alert?.send({ signal: undefined, cancel: undefined, left() {} }, device =>
        mayAlert(desk, call, attempt, device),
      );
    },
  };

  async function list(userId: string, pushType: Device["pushType"]): Promise<readonly Device[]> {
    const listed = await guard("list", PATIENCE, async () => [...(await devices.list(userId, pushType))]);
    return listed.value ?? [];
  }

  function alertFor(targets: readonly Device[], call: CallUnderWay, why: FallbackReason): Alert | undefined {
    if (targets.length === 0) return undefined;
    const message = messageFor(call, why);
    if (message === undefined) return undefined;
    const { toUserId, callId, deadline } = call;
    const about = { kind: "message", toUserId, callId } as const;
    return {
      async send(control, mayAlert) {
        const allowed = await Promise.all(targets.map(mayAlert));
        const found = targets.filter((_, n) => allowed[n]);
        if (found.length === 0) return [];
        announce.started(about);
        announce.found(about, found, 0);
        const { payload, expiration, collapseId } = message;
        // An alert replaces an earlier one of the same call, by its collapse id. One whose outcome is unknown is not
        // sent again.
        const rules = { payload, expiration, collapseId, receipts: undefined, onUnknown: "report" } as const;
        const report = await fanOut(found, { ...rules, about: { toUserId, callId }, deadline, ...control });
        announce.finished(about, report, 0);
        return report.devices;
      },
    };
  }

  function messageFor(call: CallUnderWay, why: FallbackReason) {
    const { toUserId, callId, request, endsAt } = call;
    try {
      const said = fallback(request as never, why);
      if (said === undefined || said === null) return undefined;
      const read = readMessage({
        ...said,
        toUserId,
        interruptionLevel: said.interruptionLevel ?? "time-sensitive",
        collapseId: said.collapseId ?? collapseIdOf(callId),
        expiration: said.expiration ?? new Date(endsAt),
      });
      return { payload: messagePayload(read), expiration: read.expiration, collapseId: read.collapseId };
    } catch (error) {
      emit(onEvent, { type: "push.fallback-failed", toUserId, callId, why, error });
      return undefined;
    }
  }
}

/** True the first time for each alert token and attempt to ring. */
export function mayAlert(desk: ReceiptDesk, called: CalledUser, attempt: string, device: Device): Promise<boolean> {
  return desk.once(called, `${attempt} alert ${device.token}`);
}

/**
 * True when one of the VoIP tokens may be of the same phone as this alert token: that phone rings, so it gets no alert
 * as well.
 */
function mayBeAmong(voip: readonly Device[], alert: Device): boolean {
  if (alert.deviceId === undefined) return voip.length > 0;
  return voip.some(device => device.deviceId === undefined || mayBeSamePhone(device, alert));
}

/** Apps of one vendor share a device id, so the bundle ids must agree, where both are known. */
function mayBeSamePhone(a: Pick<Device, "deviceId" | "bundleId">, b: Pick<Device, "deviceId" | "bundleId">): boolean {
  if (a.deviceId === undefined || a.deviceId !== b.deviceId) return false;
  return a.bundleId === undefined || b.bundleId === undefined || a.bundleId === b.bundleId;
}

/** A call id that cannot be one, because it is long for instance, is hashed. */
function collapseIdOf(callId: string): string {
  return isCollapseId(callId) ? callId : createHash("sha256").update(callId).digest("hex");
}

/** The request as JSON can hold it: a bigint becomes its text. */
function readable(request: object): object {
  try {
    return JSON.parse(JSON.stringify(request, (_, value) => (typeof value === "bigint" ? String(value) : value)));
  } catch {
    return {};
  }
}
