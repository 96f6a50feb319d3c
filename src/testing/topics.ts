/**
 * Apple's push types and what each adds to the bundle id to make its topic. `mdm` has a topic of its own kind.
 *
 * @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export const TOPIC_SUFFIXES = {
  alert: "",
  background: "",
  complication: ".complication",
  controls: ".push-type.controls",
  fileprovider: ".pushkit.fileprovider",
  liveactivity: ".push-type.liveactivity",
  location: ".location-query",
  mdm: undefined,
  pushtotalk: ".voip-ptt",
  voip: ".voip",
  widgets: ".push-type.widgets",
} as const satisfies Record<string, string | undefined>;

export type PushType = keyof typeof TOPIC_SUFFIXES;

const SUFFIXES = Object.values(TOPIC_SUFFIXES).filter(suffix => suffix !== undefined && suffix !== "");

export const isPushType = (text: string): text is PushType => Object.hasOwn(TOPIC_SUFFIXES, text);

/** What a topic adds to its bundle id; empty for the plain bundle id. */
export const suffixOf = (topic: string): string => SUFFIXES.find(suffix => topic.endsWith(suffix)) ?? "";

/** The bundle id within a topic. */
export const bundleIdOf = (topic: string): string => topic.slice(0, topic.length - suffixOf(topic).length);

/** Letters, digits, dots and hyphens, with at most one suffix. */
export const isTopic = (text: string): boolean =>
  /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text) && suffixOf(bundleIdOf(text)) === "";
