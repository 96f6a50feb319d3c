import { type Clock, systemClock } from "../clock.js";
import type { DevicePushType, DeviceStore } from "../devices/device.js";
import { memoryIdempotencyStore } from "../devices/memory-idempotency-store.js";
import type { OnEvent } from "../events.js";
import type { CallPayloadSchema } from "../payload/call-payload.js";
import { callPayloadSchema } from "../payload/schema.js";
import { type Announced, createAnnouncer } from "./announce.js";
import { type CallRequest, readCall } from "./call.js";
import { createClaims } from "./claims.js";
import { startDeadline } from "./deadline.js";
import { withoutExcepted } from "./excepted.js";
import { createFanOut } from "./fan-out.js";
import { createStoreGuard } from "./guarded-store.js";
import { createInFlight } from "./in-flight.js";
import { type MessageRequest, readMessage } from "./message.js";
import { messagePayload } from "./message-payload.js";
import { checkOptions, type PushServiceOptions } from "./options.js";
import type { DeviceRegistration, DeviceTokens } from "./registration.js";
import { createRegistry } from "./registry.js";
import { type PushReport, reportOf } from "./report.js";
import { snapshotOf } from "./snapshot.js";

export interface SendOptions {
  /**
   * A repeat with the same key, for the same user, within the ring timeout is a `duplicate` and sends nothing. A key
   * whose push failed as a whole is free again, so that a retry can ring.
   */
  readonly idempotencyKey?: string | undefined;
  /** The caller's own abort: the promise rejects with its reason. What has left cannot be called back. */
  readonly signal?: AbortSignal | undefined;
}

/** What `sendCall` takes besides the call. */
export interface CallOptions extends SendOptions {
  /**
   * Phones that are not pushed, by the `deviceId` they registered with: those that the call has reached by socket. When no
   * other phone of the user is left, the report is `no-devices`. Default: none.
   */
  readonly exceptDeviceIds?: readonly string[] | undefined;
}

/** Rings users and notifies them; made with `createPushService`. */
export interface PushService<Schema extends CallPayloadSchema = typeof callPayloadSchema> {
  /**
   * Rings all phones of a user at once, but those excepted. Two identical requests under way at the same time share one
   * report; requests that except different phones are not identical.
   *
   * @throws `ApnsVoipError`: `INVALID_CALL` and `PAYLOAD_TOO_LARGE` for a caller's mistake, `STORE_FAILED` when the device
   * store does not answer. In all three cases nothing was sent.
   */
  sendCall(call: CallRequest<Schema>, options?: CallOptions): Promise<PushReport>;
  /**
   * Shows a message on all phones of a user, as an alert push with `type: "chat.message"`. Never sent twice when its
   * outcome is unknown.
   *
   * @throws `ApnsVoipError`, as `sendCall`.
   */
  sendMessage(message: MessageRequest, options?: SendOptions): Promise<PushReport>;
  /**
   * Stores a phone's tokens, as the route does. A token that is absent is left as it was.
   *
   * @throws `ApnsVoipError`: `INVALID_REGISTRATION`, before anything is stored, or `STORE_FAILED`.
   */
  registerDevice(userId: string | number, registration: DeviceRegistration): Promise<void>;
  /**
   * Removes the tokens that a phone gives back, as the route does: those of them that are this user's.
   *
   * @throws `ApnsVoipError`: `INVALID_REGISTRATION`, before anything is removed, or `STORE_FAILED`.
   */
  unregisterDevice(userId: string | number, tokens: DeviceTokens): Promise<void>;
  /**
   * Removes all devices of a user and says how many there were: for a logout everywhere, a ban, a deleted account.
   *
   * @throws `ApnsVoipError`: `INVALID_REGISTRATION` for what is no user id, or `STORE_FAILED`.
   */
  forgetUser(userId: string | number): Promise<number>;
  readonly devices: DeviceStore;
  /** Who hears what happens: the option's listener, else the client's. The routes tell the same one. */
  readonly onEvent: OnEvent | undefined;
  /** The option's clock, else the client's. The routes take it, too. */
  readonly clock: Clock;
}

/** A push to a user, whatever its kind. */
interface Outgoing extends Announced {
  readonly pushType: DevicePushType;
  readonly excepted: ReadonlySet<string>;
  readonly payload: object;
  readonly expiration: Date | 0 | undefined;
  readonly onUnknown: "report" | "resend";
}

const NOBODY: ReadonlySet<string> = new Set();

/** Milliseconds. */
const RING_TIMEOUT = 30_000;

/**
 * Rings users: all devices at once, one deadline, the right Apple environment learned for each device, and devices that
 * Apple says are gone removed.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 * @example
 * ```ts
 * const push = createPushService({ apns: createApnsClient(apnsOptionsFromEnv()), devices: memoryDeviceStore() });
 * const { status } = await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11, hasVideo: true });
 * ```
 */
export function createPushService<Schema extends CallPayloadSchema = typeof callPayloadSchema>(
  options: PushServiceOptions<Schema>,
): PushService<Schema> {
  checkOptions(options);
  const {
    apns,
    devices,
    ringTimeout = RING_TIMEOUT,
    callExpiration = 0,
    onUnknown = "resend",
    removeDevices,
  } = options;
  // A client of somebody's own, in a test for instance, may have neither.
  const clock = options.clock ?? apns.clock ?? systemClock;
  const onEvent = options.onEvent ?? apns.onEvent;
  const schema: CallPayloadSchema = options.payload ?? callPayloadSchema;
  const announce = createAnnouncer(onEvent);
  const guard = createStoreGuard(clock, onEvent);
  const oncePerKey = createClaims(options.idempotency ?? memoryIdempotencyStore({ clock }), guard, ringTimeout, clock);
  const fanOut = createFanOut({ apns, devices, guard, removeDevices, onEvent });
  const underWay = { call: createInFlight<PushReport>(), message: createInFlight<PushReport>() };

  const registry = createRegistry({ devices, clock, onEvent });

  return {
    devices,
    onEvent,
    clock,

    async sendCall(call, options = {}) {
      const { snapshot, toUserId, excepted, payload } = await readCall(schema, call, options.exceptDeviceIds);
      return share(snapshot, options, {
        kind: "call",
        pushType: "voip",
        toUserId,
        callId: String(payload.callId),
        excepted,
        payload,
        expiration: callExpiration === 0 ? 0 : new Date(clock.now() + callExpiration),
        onUnknown,
      });
    },

    async sendMessage(message, options = {}) {
      const read = readMessage(message);
      return share(snapshotOf(message), options, {
        kind: "message",
        pushType: "alert",
        toUserId: read.toUserId,
        callId: undefined,
        excepted: NOBODY,
        payload: messagePayload(read),
        expiration: undefined,
        // A message that came twice is read twice; one that did not come is seen when the app is opened.
        onUnknown: "report",
      });
    },

    registerDevice: registry.register,
    unregisterDevice: registry.unregister,
    forgetUser: registry.forget,
  };

  /** The same request under way twice is one; and a key is used up also by a request that joined another. */
  function share(
    snapshot: object | undefined,
    { idempotencyKey, signal }: SendOptions,
    outgoing: Outgoing,
  ): Promise<PushReport> {
    // A caller may use one key for a call and for the message about it, or to ring two users.
    const { kind, toUserId } = outgoing;
    const key = idempotencyKey ? `${kind}:${toUserId}:${idempotencyKey}` : undefined;
    return underWay[kind].share(
      { toUserId, snapshot, key, signal },
      stop => deliver(outgoing, key, stop),
      (joined, stop) => oncePerKey({ key, onUnknown: outgoing.onUnknown, signal: stop }, joined),
    );
  }

  async function deliver(outgoing: Outgoing, key: string | undefined, signal?: AbortSignal): Promise<PushReport> {
    const { pushType, toUserId, excepted, payload, expiration, onUnknown } = outgoing;
    const deadline = startDeadline(clock, ringTimeout);
    announce.started(outgoing);

    const listed = await guard("list", ringTimeout, async () => [...(await devices.list(toUserId, pushType))]);
    signal?.throwIfAborted();
    if (listed.error !== undefined) {
      announce.failed(outgoing, listed.error.code);
      throw listed.error;
    }
    const found = withoutExcepted(listed.value, excepted);
    const spared = listed.value.length - found.length;
    announce.found(outgoing, found, spared);

    // The key is claimed only now, when something is about to leave: until here a repeat must be able to ring.
    const delivery = { payload, expiration, onUnknown, deadline, signal };
    const claim = { key, onUnknown, signal };
    const report = found.length === 0 ? reportOf([]) : await oncePerKey(claim, () => fanOut(found, delivery));
    announce.finished(outgoing, report, spared);
    return report;
  }
}
