/**
 * What the other side can make a connection hold or do at most. Each number is far above what a server needs for answers to
 * small requests, and small enough to be held a thousand times.
 */
export interface Limits {
  /** Streams that are open at once, where the other side sets no limit, or a higher one. */
  readonly openStreams: number;
  /** Octets of an answer's body that are kept; the rest is read and dropped. */
  readonly keptBody: number;
  /** Octets of a body beyond which we cut the answer off; its status counts. Less than a stream's window, never renewed. */
  readonly longestBody: number;
  /** Octets of fields in one answer, counted as RFC 9113 §6.5.2 counts; announced as SETTINGS_MAX_HEADER_LIST_SIZE. */
  readonly fieldsSize: number;
  /** Octets of one field block as it is on the wire, all its frames together. */
  readonly fieldBlock: number;
  /** CONTINUATION frames of one field block, which may all be empty. */
  readonly continuations: number;
  /** Octets of a GOAWAY's debug data that are kept. */
  readonly debugData: number;
  /** Frames that ask for work and bring nothing: so many may come at once. */
  readonly idleFrames: number;
  /** How many more of such frames are forgiven each second. */
  readonly idleFramesPerSecond: number;
  /** Such frames that each new stream makes up for: a server may send a few for each request. */
  readonly idleFramesPerStream: number;
  /** Octets of frames that wait for a socket which does not drain. Above this no stream is opened. */
  readonly backlog: number;
  /** The same, above which the connection is given up: only answers to the other side's own frames can make so many wait. */
  readonly longestBacklog: number;
  /** Streams that we reset and remember, because frames for them may be on their way. */
  readonly resetStreams: number;
  /** The id of the first stream. */
  readonly firstStreamId: number;
  /** The clock, in monotonic milliseconds. */
  readonly now: () => number;
}

export const LIMITS: Limits = {
  openStreams: 10_000,
  keptBody: 4096,
  longestBody: 32_768,
  fieldsSize: 16_384,
  fieldBlock: 32_768,
  continuations: 32,
  debugData: 1024,
  idleFrames: 1000,
  idleFramesPerSecond: 100,
  idleFramesPerStream: 8,
  backlog: 65_536,
  longestBacklog: 1_048_576,
  resetStreams: 2000,
  firstStreamId: 1,
  now: () => performance.now(),
};
