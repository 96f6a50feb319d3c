import { PUSH_TYPES } from "../apns/push-types.js";
import { type Clock, systemClock } from "../clock.js";
import type { DeviceStore } from "../devices/device.js";
import { memoryIdempotencyStore } from "../devices/memory-idempotency-store.js";
import type { OnEvent } from "../events.js";
import { emit } from "../internal/emit.js";
import type { CallPayload, CallPayloadSchema } from "../payload/call-payload.js";
import { droppableKeysOf } from "../payload/droppable.js";
import { RING_TIMEOUT } from "../payload/ring-timeout.js";
import { callPayloadSchema } from "../payload/schema.js";
import { readUserId, type UserId } from "../user-id.js";
import { type CallRequest, type ReadCallRequest, readCall } from "./call.js";
import { readCalled, readCancel } from "./cancel-request.js";
import { fitPayload } from "./fit-payload.js";
import { type MessageRequest, readMessage } from "./message.js";
import { messagePayload } from "./message-payload.js";
import { checkPushServiceOptions, type PushServiceOptions } from "./options.js";
import type { Receipts } from "./receipts/create-receipts.js";
import type { ReceiptReport, ReceivedReceipt } from "./receipts/receipt-desk.js";
import type { DeviceRegistration, DeviceTokens } from "./registration.js";
import { createRegistry } from "./registry.js";
import type { PushReport } from "./report.js";
import { createSender } from "./sender.js";
import { snapshotOf } from "./snapshot.js";

export interface SendOptions {
  /**
   * A repeat with the same key, for the same user, within the ring timeout is a `duplicate` and sends nothing. A key
   * whose push failed as a whole is free again, so that a retry can ring.
   */
  readonly idempotencyKey?: string | undefined;
  /** Your own abort: the promise rejects with its reason. What has left cannot be called back. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for which you wait: a deadline of its own, never later than the service's `ringTimeout`. Keys are
   * remembered as long as ever. Of identical requests that share one report the first one's counts. Default: the service's.
   */
  readonly ringTimeout?: number | undefined;
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
   * @throws `ApnsVoipError`: `INVALID_CALL` and `PAYLOAD_TOO_LARGE` for a mistake of your code, `STORE_FAILED` when the device
   * store does not answer. In all three cases nothing was sent.
   */
  sendCall(call: CallRequest<Schema>, options?: CallOptions): Promise<PushReport>;
  /**
   * Cancels a call by the `idempotencyKey` it was made with: what has not left for Apple does not leave, in any process that
   * shares the idempotency store, and the call's report is `cancelled`. True only if something waited and nothing of it had
   * left. A cancel that comes first is false, is remembered for the ring timeout, and makes that call `cancelled`. Of several
   * requests that share one report it ends only those with the key. Where another process has the call, this waits up to a
   * second for its word.
   *
   * @throws `ApnsVoipError`, code `INVALID_CALL`, for what is no user id or no key.
   */
  cancelCall(toUserId: UserId, idempotencyKey: string): Promise<{ cancelled: boolean }>;
  /**
   * Takes a receipt back from a phone, as the route does. Needs no login: the receipt is its own proof. `taken` also for a
   * repeat, which changes nothing; `expired` for one that is older than `keptFor`; `invalid` for what was not signed with the
   * secret, and where the service has no `receipts`.
   *
   * @throws `ApnsVoipError`: `INVALID_CALL` for an event that does not exist, `STORE_FAILED`.
   */
  takeReceipt(report: ReceiptReport): Promise<"taken" | "invalid" | "expired">;
  /**
   * What phones have reported of a call, the oldest first, for as long as receipts are kept. A call id that comes back has the
   * receipts of all its calls.
   *
   * @throws `ApnsVoipError`: `INVALID_CALL` for what is no user id or call id, `STORE_FAILED`.
   */
  readReceipts(toUserId: UserId, callId: string): Promise<readonly ReceivedReceipt[]>;
  /** The option `receipts`, for the routes. */
  readonly receipts: Receipts | undefined;
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
  registerDevice(userId: UserId, registration: DeviceRegistration): Promise<void>;
  /**
   * Removes the tokens that a phone gives back, as the route does: those of them that are this user's.
   *
   * @throws `ApnsVoipError`: `INVALID_REGISTRATION`, before anything is removed, or `STORE_FAILED`.
   */
  unregisterDevice(userId: UserId, tokens: DeviceTokens): Promise<void>;
  /**
   * Removes all devices of a user and says how many there were: for a logout everywhere, a ban, a deleted account.
   *
   * @throws `ApnsVoipError`: `INVALID_REGISTRATION` for what is no user id, or `STORE_FAILED`.
   */
  forgetUser(userId: UserId): Promise<number>;
  readonly devices: DeviceStore;
  /** Who hears what happens: the option's listener, else the client's. The routes tell the same one. */
  readonly onEvent: OnEvent | undefined;
  /** The option's clock, else the client's. The routes take it, too. */
  readonly clock: Clock;
}

const NOBODY: ReadonlySet<string> = new Set();

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
  checkPushServiceOptions(options);
  const {
    apns,
    devices,
    ringTimeout = RING_TIMEOUT,
    callExpiration = 0,
    onUnknown = "resend",
    removeDevices,
    receipts,
    fallback,
  } = options;
  // A client of the user's own, in a test for instance, may have no listener and no clock.
  const clock = options.clock ?? apns.clock ?? systemClock;
  const onEvent = options.onEvent ?? apns.onEvent;
  const schema: CallPayloadSchema = options.payload ?? callPayloadSchema;
  const idempotency = options.idempotency ?? memoryIdempotencyStore({ clock });
  const sender = createSender({
    apns,
    devices,
    idempotency,
    ringTimeout,
    removeDevices,
    receipts,
    fallback,
    onEvent,
    clock,
  });
  const registry = createRegistry({ devices, clock, onEvent, teamIds: apns.teamIds ?? [] });

  const droppable = droppableKeysOf(schema);

  function ring(
    { snapshot, toUserId, excepted, payload: read }: ReadCallRequest,
    request: object,
    { idempotencyKey, signal, ringTimeout }: CallOptions,
    cancel: AbortSignal | undefined,
  ): Promise<PushReport> {
    const payload = droppable.length === 0 ? read : fitted(read, toUserId);
    return sender.send(
      { snapshot, idempotencyKey, signal, ringTimeout, cancel },
      {
        kind: "call",
        request,
        pushType: "voip",
        toUserId,
        callId: String(payload.callId),
        excepted,
        payload,
        collapseId: undefined,
        expiration: callExpiration === 0 ? 0 : new Date(clock.now() + callExpiration),
        onUnknown,
      },
    );
  }

  function fitted(read: CallPayload, toUserId: string): CallPayload {
    const { mostBytes } = PUSH_TYPES.voip;
    const { payload, bytes, dropped: keys } = fitPayload(read, droppable, mostBytes);
    const callId = String(payload.callId);
    if (keys.length > 0) emit(onEvent, { type: "push.keys-dropped", toUserId, callId, keys, bytes, mostBytes });
    return payload;
  }

  return {
    devices,
    onEvent,
    clock,

    sendCall(call, options = {}) {
      try {
        // The call can be cancelled from here on, also while it is still being read.
        const { idempotencyKey } = options;
        return sender.cancellable(idempotencyKey && userIdOf(call), idempotencyKey, cancel => {
          const read = readCall(schema, call, options.exceptDeviceIds);
          if (!(read instanceof Promise)) return ring(read, call, options, cancel);
          return read.then(read => ring(read, call, options, cancel));
        });
      } catch (error) {
        return Promise.reject(error);
      }
    },

    cancelCall: async (toUserId, idempotencyKey) => {
      const call = readCancel(toUserId, idempotencyKey);
      return { cancelled: await sender.cancel(call.toUserId, call.idempotencyKey) };
    },

    async sendMessage(message, options = {}) {
      const read = readMessage(message);
      return sender.send(
        { ...options, snapshot: snapshotOf({ ...message }), cancel: undefined },
        {
          kind: "message",
          request: undefined,
          pushType: "alert",
          toUserId: read.toUserId,
          callId: undefined,
          excepted: NOBODY,
          payload: messagePayload(read),
          expiration: read.expiration,
          collapseId: read.collapseId,
          // A message that is resent may be shown twice, and one that is lost is seen when the app is opened.
          onUnknown: "report",
        },
      );
    },

    takeReceipt: async report => (await sender.desk?.take(report)) ?? "invalid",

    readReceipts: async (toUserId, callId) => {
      const called = readCalled(toUserId, callId);
      return (await sender.desk?.list(called)) ?? [];
    },

    receipts,

    registerDevice: registry.register,
    unregisterDevice: registry.unregister,
    forgetUser: registry.forget,
  };
}

/** The user id of a call that has not been read yet. Undefined where there is none. */
function userIdOf(call: unknown): string | undefined {
  return readUserId((call as { readonly toUserId?: unknown } | null | undefined)?.toUserId).userId;
}
