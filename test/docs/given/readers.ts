/*
 * How the apps of the common frameworks read a VoIP payload, for `createMockApns({ readCall })`: what they report to CallKit,
 * and what they crash on, so that iOS kills and then blocks them.
 */
import type { ReadCall } from "apns-voip/testing";

/** What `UUID(uuidString:)` and `NSUUID` take. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Nothing reaches CallKit: the app crashes, or gives up in silence. */
const DEAD = { call: undefined, announced: false };

/**
 * `react-native-voip-push-notification` hands these to `react-native-callkeep` as its sample AppDelegate does. CallKeep puts
 * `uuid` and `handle` into a dictionary, where nil crashes; a missing name shows as "(null)".
 */
export const readAsReactNative: ReadCall = payload => {
  const { uuid, callerName, handle } = payload as Record<string, unknown>;
  if (typeof uuid !== "string" || !UUID.test(uuid) || typeof handle !== "string") return DEAD;
  return report(uuid, `${callerName ?? "(null)"} (Connecting...)`, handle, false);
};

/** `flutter_callkit_incoming`, called as in its sample AppDelegate. An id that is no UUID crashes it, or is dropped. */
export const readAsFlutter: ReadCall = payload => {
  const { id, nameCaller, handle, isVideo } = payload as Record<string, unknown>;
  if (typeof id !== "string" || !UUID.test(id)) return DEAD;
  return report(id, text(nameCaller), text(handle), isVideo === true);
};

function report(callId: string, fromDisplayName: string, handle: string, hasVideo: boolean): ReturnType<ReadCall> {
  return {
    call: { type: "call.incoming", callId, fromUserId: handle, fromDisplayName, room: "", hasVideo },
    announced: true,
  };
}

/** As Swift's `as? String ?? ""`. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
