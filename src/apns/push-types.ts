/** What Apple asks of the pushes of one type, and what they get when their sender says nothing. */
export interface PushTypeRules {
  /** What the topic has behind the bundle id. Undefined: the topic is no bundle id at all. */
  readonly suffix: string | undefined;
  /** Bytes of JSON, in UTF-8, that Apple takes at most. */
  readonly mostBytes: number;
  readonly priority: 10 | 5;
  /** The one priority that Apple takes for this type. Absent: it takes any. */
  readonly onlyPriority?: 5;
  /** Milliseconds Apple may store the push; 0: it tries once; undefined: Apple's own policy. */
  readonly expiresIn: number | undefined;
}

const DAY = 24 * 3_600_000;

/**
 * Every push type there is. The client and the mock both read this table.
 *
 * @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export const PUSH_TYPES = {
  voip: { suffix: ".voip", mostBytes: 5120, priority: 10, expiresIn: 0 },
  alert: { suffix: "", mostBytes: 4096, priority: 10, expiresIn: DAY },
  background: { suffix: "", mostBytes: 4096, priority: 5, onlyPriority: 5, expiresIn: undefined },
  complication: { suffix: ".complication", mostBytes: 4096, priority: 10, expiresIn: undefined },
  controls: { suffix: ".push-type.controls", mostBytes: 4096, priority: 10, expiresIn: undefined },
  fileprovider: { suffix: ".pushkit.fileprovider", mostBytes: 4096, priority: 10, expiresIn: undefined },
  liveactivity: { suffix: ".push-type.liveactivity", mostBytes: 4096, priority: 10, expiresIn: undefined },
  location: { suffix: ".location-query", mostBytes: 4096, priority: 10, expiresIn: undefined },
  // Its topic is the UID in the subject of the MDM certificate.
  mdm: { suffix: undefined, mostBytes: 4096, priority: 10, expiresIn: undefined },
  // Tried once: a late one would join a conversation that is over.
  pushtotalk: { suffix: ".voip-ptt", mostBytes: 4096, priority: 10, expiresIn: 0 },
  widgets: { suffix: ".push-type.widgets", mostBytes: 4096, priority: 10, expiresIn: undefined },
} as const satisfies Record<string, PushTypeRules>;

/** Apple's push types. */
export type PushType = keyof typeof PUSH_TYPES;

export function isPushType(text: unknown): text is PushType {
  return typeof text === "string" && Object.hasOwn(PUSH_TYPES, text);
}

const SUFFIXES = Object.entries<PushTypeRules>(PUSH_TYPES).flatMap(([pushType, { suffix }]) =>
  suffix === undefined || suffix === "" ? [] : [{ suffix, pushType }],
);

/** What a topic adds to its bundle id; empty for the plain bundle id. */
export function suffixOf(topic: string): string {
  return SUFFIXES.find(({ suffix }) => topic.endsWith(suffix))?.suffix ?? "";
}

/** The push type to which a suffix belongs. */
export function ownerOf(suffix: string): string | undefined {
  return SUFFIXES.find(known => known.suffix === suffix)?.pushType;
}

/** The bundle id within a topic. */
export function bundleIdOf(topic: string): string {
  return topic.slice(0, topic.length - suffixOf(topic).length);
}
