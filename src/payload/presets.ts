import type * as z from "zod/v4";
import { ApnsVoipError } from "../errors.js";
import type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./call-payload.js";
import { droppableKeysIn, withDroppableKeys } from "./droppable.js";
import { RING_TIMEOUT } from "./ring-timeout.js";
import { type CallPayloadShape, callPayloadSchemaWith, type Join } from "./schema.js";
import { drawUuid, isUuid, uuidOfCallId } from "./uuid.js";

/** What `react-native-voip-push-notification` with `react-native-callkeep` reads besides the six keys. */
export interface ReactNativeCallPayload extends CallPayload {
  /** Names the call for CallKit. Lower case. */
  uuid: string;
  callerName: string;
  /** Never empty: callkeep puts it into a dictionary unchecked, and the app crashes without it. */
  handle: string;
}

/** What `flutter_callkit_incoming` reads besides the six keys. */
export interface FlutterCallPayload extends CallPayload {
  /** Names the call for CallKit. Lower case. The plugin reports no call when it is no UUID, and iOS kills the app. */
  id: string;
  nameCaller: string;
  /** Never empty. */
  handle: string;
  isVideo: boolean;
}

/** What any of the common clients reads, and the keys of Apple's own sample, in one payload of about 400 bytes. */
export interface PortableCallPayload extends ReactNativeCallPayload, FlutterCallPayload {
  /** The same UUID as `uuid` and `id`, under the name in Apple's sample. */
  callUUID: string;
  aps: Record<string, never>;
}

/** The six keys, and two by which a phone tells a call that is over when the push comes late. */
export interface TimedCallPayload extends CallPayload {
  /** Epoch milliseconds by the server's clock. */
  sentAt: number;
  /** Epoch milliseconds: from then on nobody rings any more. */
  expiresAt: number;
}

/** A schema for a common client, and ways to fit it to an app. */
export interface Preset<Output extends CallPayload, Input = CallPayloadInput> extends CallPayloadSchema<Output, Input> {
  /**
   * The same with keys of the app's own, as `callPayloadSchemaWith` takes them; `droppable` ones, too.
   *
   * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, for a key that is filled already.
   * @example
   * ```ts
   * const payload = presets.flutter.plus({ avatar: droppable(z.string().optional()), extra: z.object({}).loose().optional() });
   * ```
   */
  plus<Shape extends CallPayloadShape>(
    shape: Shape,
  ): Preset<Join<Output, Shape, z.output<z.ZodObject<Shape>>>, Join<Input, Shape, z.input<z.ZodObject<Shape>>>>;
  /**
   * The same with a UUID that is made from the call id (version 5), so that a call which two servers push is one call on the
   * phone. Only for apps whose call ids are unique: `11-10` comes back for every call between two people, and CallKit takes the
   * second for the first.
   */
  uuidFromCallId(): Preset<Output, Input>;
}

export interface Presets {
  /** For servers that ring several kinds of app: the keys of all of them. */
  readonly portable: Preset<PortableCallPayload>;
  /** For `react-native-voip-push-notification` with `react-native-callkeep`. */
  readonly reactNative: Preset<ReactNativeCallPayload>;
  /** For `flutter_callkit_incoming`. */
  readonly flutter: Preset<FlutterCallPayload>;
  /** For apps that ask for the time: a push that Apple held back, or a phone that was off, must not ring for a call that is over. */
  readonly timed: TimedPreset;
}

export interface TimedPreset extends Preset<TimedCallPayload> {
  /** For a service with another `ringTimeout`: milliseconds until the call is over. Default: 30000. */
  ringsFor(milliseconds: number): TimedPreset;
}

/** Makes the keys of a preset. */
type Keys<Own extends object> = (call: CallPayload, uuid: string) => Own;

/**
 * Payload schemas for common clients: they take what `callPayloadSchema` takes and add the keys that the client reads.
 *
 * CallKit wants a UUID per call. A `callId` that is one becomes it, in lower case; for any other `callId` each parse draws
 * a new one, so two calls with the same `callId` get two, unless `uuidFromCallId()` says that call ids are unique. `sendCall`
 * parses once: all phones of the user get the same, and it is in the report.
 *
 * @example
 * ```ts
 * const push = createPushService({ apns, devices, payload: presets.reactNative });
 * ```
 * @see https://developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit
 */
export const presets: Presets = {
  portable: preset((call, uuid) => ({
    ...reactNativeKeys(call, uuid),
    ...flutterKeys(call, uuid),
    callUUID: uuid,
    aps: {},
  })),
  reactNative: preset(reactNativeKeys),
  flutter: preset(flutterKeys),
  timed: timedPreset(RING_TIMEOUT),
};

function preset<Own extends object>(keys: Keys<Own>, shape: CallPayloadShape = {}, uuidOf = drawUuid as UuidOf) {
  const schema = callPayloadSchemaWith(shape).transform(call => ({
    ...call,
    ...keys(call, isUuid(call.callId) ? call.callId.toLowerCase() : uuidOf(call.callId)),
  }));
  return Object.assign(withDroppableKeys(schema, droppableKeysIn(shape)), {
    plus: (more: CallPayloadShape) => preset(keys, { ...shape, ...withoutTaken(more, keys) }, uuidOf),
    uuidFromCallId: () => preset(keys, shape, uuidOfCallId),
  }) as unknown as Preset<CallPayload & Own>;
}

type UuidOf = (callId: string) => string;

function timedPreset(milliseconds: number): TimedPreset {
  if (!(milliseconds > 0)) throw new ApnsVoipError("INVALID_OPTIONS", "ringsFor takes milliseconds above 0");
  const timed = preset(() => {
    const sentAt = Date.now();
    return { sentAt, expiresAt: sentAt + Math.ceil(milliseconds) };
  });
  return Object.assign(timed, { ringsFor: timedPreset });
}

/** A call from which a preset's keys are read. */
const SAMPLE: CallPayload = {
  type: "call.incoming",
  callId: "c",
  fromUserId: 0,
  fromDisplayName: "n",
  room: "r",
  hasVideo: false,
};

function withoutTaken(shape: CallPayloadShape, keys: Keys<object>): CallPayloadShape {
  const filled = Object.keys(keys(SAMPLE, drawUuid()));
  const taken = Object.keys(shape ?? {}).filter(key => filled.includes(key));
  if (taken.length === 0) return shape;
  throw new ApnsVoipError(
    "INVALID_OPTIONS",
    `plus takes keys that the preset does not fill, but was given ${taken.join(", ")}`,
  );
}

function reactNativeKeys(call: CallPayload, uuid: string) {
  return { uuid, callerName: call.fromDisplayName, handle: handleOf(call) };
}

function flutterKeys(call: CallPayload, uuid: string) {
  return { id: uuid, nameCaller: call.fromDisplayName, handle: handleOf(call), isVideo: call.hasVideo };
}

/** What CallKit shows under the name and keeps in the list of recent calls. */
function handleOf({ fromUserId, fromDisplayName }: CallPayload): string {
  return String(fromUserId).trim() || fromDisplayName;
}
