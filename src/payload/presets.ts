import type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./call-payload.js";
import { callPayloadSchema } from "./schema.js";
import { drawUuid, isUuid } from "./uuid.js";

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

export interface Presets {
  /** For servers that ring several kinds of app: the keys of all of them. */
  readonly portable: CallPayloadSchema<PortableCallPayload, CallPayloadInput>;
  /** For `react-native-voip-push-notification` with `react-native-callkeep`. */
  readonly reactNative: CallPayloadSchema<ReactNativeCallPayload, CallPayloadInput>;
  /** For `flutter_callkit_incoming`. */
  readonly flutter: CallPayloadSchema<FlutterCallPayload, CallPayloadInput>;
}

/**
 * Payload schemas for common clients: they take what `callPayloadSchema` takes and add the keys that the client reads.
 *
 * CallKit wants a UUID per call. A `callId` that is one becomes it, in lower case; for any other `callId` each parse draws
 * a new one, so two calls with the same `callId` get two. `sendCall` parses once: all phones of the user get the same.
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
};

function preset<Keys extends object>(
  keys: (call: CallPayload, uuid: string) => Keys,
): CallPayloadSchema<CallPayload & Keys, CallPayloadInput> {
  return callPayloadSchema.transform(call => ({
    ...call,
    ...keys(call, isUuid(call.callId) ? call.callId.toLowerCase() : drawUuid()),
  }));
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
