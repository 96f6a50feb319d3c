import type { ApnsClient } from "../apns/client.js";
import { PUSH_TYPES } from "../apns/push-types.js";
import type { Clock } from "../clock.js";
import type { Device, DevicePushType, DeviceStore } from "../devices/device.js";
import type { IdempotencyStore } from "../devices/idempotency-store.js";
import type { OnEvent } from "../events.js";
import type { CallPayload } from "../payload/call-payload.js";
import { type Announced, createAnnouncer } from "./announce.js";
import { createCancellations } from "./cancellations.js";
import { CANCELLED, createClaims } from "./claims.js";
import { type Deadline, startDeadline } from "./deadline.js";
import { withoutExcepted } from "./excepted.js";
import { type Alert, type CallUnderWay, createAlerts, type Fallback, mayAlert } from "./fallback.js";
import { createFanOut } from "./fan-out.js";
import { createStoreGuard } from "./guarded-store.js";
import { type Control, createInFlight } from "./in-flight.js";
import type { Receipts } from "./receipts/create-receipts.js";
import { type CallReceipts, createReceiptDesk, type ReceiptDesk } from "./receipts/receipt-desk.js";
import type { SilenceOf } from "./receipts/silence.js";
import type { RemoveDevices } from "./removal.js";
import { type PushReport, reportOf } from "./report.js";
import type { DevicePush } from "./send-to-device.js";

/** A push to a user, whatever its kind. */
export interface Outgoing extends Announced {
  /** The request of a call, as your code gave it. */
  readonly request: object | undefined;
  readonly pushType: DevicePushType;
  readonly excepted: ReadonlySet<string>;
  readonly payload: object;
  readonly expiration: Date | 0 | undefined;
  readonly collapseId: string | undefined;
  readonly onUnknown: "report" | "resend";
}

/** Who asks for a push, and how long they wait. */
export interface Asking {
  /** Of the request: see `snapshotOf`. */
  readonly snapshot: object | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly cancel: AbortSignal | undefined;
  /** Milliseconds for this request, where they are fewer than the service's. */
  readonly ringTimeout?: number | undefined;
}

export interface SenderOptions {
  readonly apns: ApnsClient;
  readonly devices: DeviceStore;
  readonly idempotency: IdempotencyStore;
  readonly ringTimeout: number;
  readonly removeDevices: RemoveDevices | undefined;
  readonly receipts: Receipts | undefined;
  readonly fallback: Fallback<never> | undefined;
  readonly onEvent: OnEvent | undefined;
  readonly clock: Clock;
}

/** Sends a push to all devices of a user: once where it is asked for twice, within its deadline, unless it is cancelled. */
export interface Sender {
  send(asking: Asking, outgoing: Outgoing): Promise<PushReport>;
  /** Runs what sends a call; its signal is aborted when the call is cancelled. Without user or key it cannot be. */
  cancellable(
    toUserId: string | undefined,
    idempotencyKey: string | undefined,
    work: (cancel: AbortSignal | undefined) => Promise<PushReport>,
  ): Promise<PushReport>;
  readonly desk: ReceiptDesk | undefined;
  /** True if a call waited and nothing of it had left. */
  cancel(toUserId: string, idempotencyKey: string): Promise<boolean>;
}

/** A push to a user whose devices are known, and all that the steps from there need. */
interface UserPush {
  readonly outgoing: Outgoing;
  readonly key: string | undefined;
  readonly control: Control;
  readonly deadline: Deadline;
  /** Only of a call, and only where the service has `receipts` or a `fallback`. */
  readonly call: CallUnderWay | undefined;
  readonly alertSoon: Promise<Alert | undefined> | undefined;
}

export function createSender(options: SenderOptions): Sender {
  const { apns, devices, ringTimeout, removeDevices, onEvent, clock } = options;
  const announce = createAnnouncer(onEvent);
  const guard = createStoreGuard(clock, onEvent);
  const cancellations = createCancellations();
  const claims = createClaims({ store: options.idempotency, guard, ringTimeout, clock, cancellations });
  const fanOut = createFanOut({ apns, devices, guard, removeDevices, onEvent, clock });
  const underWay = { call: createInFlight(CANCELLED), message: createInFlight<PushReport>() };

  const { receipts, fallback } = options;
  const alerts = fallback && createAlerts({ fallback, devices, guard, fanOut, announce, clock, onEvent });
  const onSilent = (silence: SilenceOf, desk: ReceiptDesk) => void alerts?.silent(silence, desk);
  const desk = receipts && createReceiptDesk({ receipts, clock, onEvent, guard, ringTimeout, onSilent });

  return {
    desk,

    /** The same request under way twice is sent once. A key counts as used also when its request joined another. */
    send({ snapshot, idempotencyKey, signal, cancel, ringTimeout }, outgoing) {
      const { kind, toUserId, onUnknown } = outgoing;
      const key = keyOf(kind, toUserId, idempotencyKey);
      return underWay[kind].share(
        { toUserId, snapshot, key, signal, cancel },
        control => deliver(outgoing, key, control, ringTimeout),
        (joined, stop) => claims.once({ key, onUnknown, signal: stop, cancel }, joined),
      );
    },

    cancellable(toUserId, idempotencyKey, work) {
      const key = toUserId === undefined ? undefined : keyOf("call", toUserId, idempotencyKey);
      return key === undefined ? work(undefined) : cancellations.during(key, work);
    },

    cancel(toUserId, idempotencyKey) {
      const key = keyOf("call", toUserId, idempotencyKey) as string;
      desk?.quiet(key);
      return claims.cancel(key);
    },
  };

  function deliver(
    outgoing: Outgoing,
    key: string | undefined,
    control: Control,
    most: number | undefined,
  ): Promise<PushReport> {
    const { pushType, toUserId } = outgoing;
    const deadline = startDeadline(clock, Math.min(ringTimeout, most ?? ringTimeout));
    announce.started(outgoing);
    const call = desk || alerts ? callOf(outgoing, deadline) : undefined;
    const alertable = call && alerts?.devicesOf(toUserId);
    const list = () => devices.list(toUserId, pushType);
    return guard("list", deadline.remaining(), list, readList).then(listed => {
      control.signal?.throwIfAborted();
      if (listed.error !== undefined) {
        announce.failed(outgoing, listed.error.code);
        throw listed.error;
      }
      const found = withoutExcepted(listed.value, outgoing.excepted);
      const spared = listed.value.length - found.length;
      announce.found(outgoing, found, spared);
      const alertSoon = call && alertable?.then(alertable => alerts?.without(listed.value, alertable, call));
      // Where nobody waits for it, nobody is told that it failed.
      alertSoon?.catch(() => {});
      return toAll(found, spared, { outgoing, key, control, deadline, call, alertSoon });
    });
  }

  function toAll(found: readonly Device[], spared: number, push: UserPush): Promise<PushReport> {
    const { outgoing, control, alertSoon } = push;
    // A call that rings somewhere does not wait to learn which phones need an alert.
    if (found.length > 0) return pushClaimed(found, push).then(report => finished(outgoing, report, spared));
    return Promise.resolve(alertSoon).then(async instead => {
      if (instead !== undefined) return finished(outgoing, await pushClaimed(found, push), spared, "alert");
      return finished(outgoing, asCancelled(reportOf([]), control.cancel), spared);
    });
  }

  /** The key is claimed only now that something is about to leave. Before this a repeat must be able to ring. */
  function pushClaimed(found: readonly Device[], push: UserPush): Promise<PushReport> {
    const { key, outgoing, control } = push;
    const { signal, cancel } = control;
    return claims.once({ key, onUnknown: outgoing.onUnknown, signal, cancel }, () => {
      const rung = push.call === undefined ? fanOut(found, devicePush(push)) : watched(found, push.call, push);
      return cancel === undefined ? rung : rung.then(report => asCancelled(report, cancel));
    });
  }

  async function watched(found: readonly Device[], call: CallUnderWay, push: UserPush): Promise<PushReport> {
    const { outgoing, key, control, alertSoon } = push;
    const receipts = desk && found.length > 0 ? await receiptsOf(desk, outgoing, call, key) : undefined;
    const rung = fanOut(found, devicePush(push, receipts));
    return alertSoon ? withAlerts(rung, alertSoon, receipts, call, control) : rung;
  }

  function finished(outgoing: Outgoing, report: PushReport, spared: number, instead?: "alert"): PushReport {
    announce.finished(outgoing, report, spared, instead);
    if (outgoing.callId === undefined || report.devices.length === 0) return report;
    return { status: report.status, payload: outgoing.payload as CallPayload, devices: report.devices };
  }

  function callOf({ toUserId, callId, request, excepted }: Outgoing, deadline: Deadline): CallUnderWay | undefined {
    if (callId === undefined || request === undefined) return undefined;
    return { toUserId, callId, request, excepted, deadline, endsAt: clock.now() + ringTimeout };
  }

  /** The phones that ring decide how a call ended; where there are none, those that are notified. */
  async function withAlerts(
    rung: Promise<PushReport>,
    alertSoon: Promise<Alert | undefined>,
    receipts: CallReceipts | undefined,
    call: CallUnderWay,
    control: Control,
  ): Promise<PushReport> {
    const mayBeAlerted = async (device: Device) =>
      desk === undefined || receipts === undefined || mayAlert(desk, call, receipts.attempt, device);
    const alerted = alertSoon.then(alert => alert?.send(control, mayBeAlerted) ?? []);
    const [{ status, devices }, notified] = await Promise.all([rung, alerted]);
    return { status: devices.length > 0 ? status : reportOf(notified).status, devices: [...devices, ...notified] };
  }

  async function receiptsOf(desk: ReceiptDesk, outgoing: Outgoing, call: CallUnderWay, request: string | undefined) {
    const { payload } = outgoing;
    const { toUserId, callId } = call;
    const silent = (device: Device, attempt: string) => alerts?.context(call, device, attempt);
    return desk.begin({ toUserId, callId, payload, mostBytes: PUSH_TYPES.voip.mostBytes, request, silent });
  }
}

/** The push as it goes to every phone. */
function devicePush({ outgoing, control, deadline }: UserPush, receipts?: CallReceipts): DevicePush {
  const { toUserId, callId, payload, expiration, collapseId, onUnknown } = outgoing;
  const { signal, cancel, left } = control;
  const about = { toUserId, callId };
  return { payload, about, receipts, expiration, collapseId, onUnknown, deadline, signal, cancel, left };
}

/** Throws where a store of the user's own gives no list: that is the store's failure. */
function readList(answer: readonly Device[]): readonly Device[] {
  return Array.isArray(answer) ? answer : [...answer];
}

/** The report of a cancelled call: `cancelled` if it rang nowhere. */
function asCancelled(report: PushReport, cancel: AbortSignal | undefined): PushReport {
  if (!cancel?.aborted) return report;
  const hasLeft = report.devices.some(({ result }) => result.outcome === "accepted" || result.outcome === "unknown");
  return hasLeft ? report : CANCELLED;
}

/** The key in the store. Your code may use one key for a call and for the message about it, or to ring two users. */
function keyOf(kind: "call" | "message", toUserId: string, idempotencyKey: string | undefined): string | undefined {
  return idempotencyKey ? `${kind}:${toUserId}:${idempotencyKey}` : undefined;
}
