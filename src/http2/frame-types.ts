/** RFC 9113 §6: what a frame is. Types that are not here are ignored (§5.5). */
export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PUSH_PROMISE = 0x5;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;

/** Of DATA and HEADERS: the last that its sender says on this stream. */
export const END_STREAM = 0x1;
/** Of SETTINGS and PING: an answer to the other side's. */
export const ACK = 0x1;
/** Of HEADERS and CONTINUATION: no CONTINUATION follows. */
export const END_HEADERS = 0x4;
/** Of DATA and HEADERS: a length, and so many octets at the end that mean nothing. */
export const PADDED = 0x8;
/** Of HEADERS: five octets of a priority, which RFC 9113 no longer has a use for (§5.3.2). */
export const HAS_PRIORITY = 0x20;

/** Octets of a frame's header: length, type, flags, stream id (RFC 9113 §4.1). */
export const FRAME_HEADER = 9;

/** Octets of the largest payload that everybody must take (RFC 9113 §4.2), and the largest that we take. */
export const DEFAULT_FRAME_SIZE = 16_384;

/** RFC 9113 §5.1.1: ids have 31 bits, and are never used twice. */
export const LAST_STREAM_ID = 2 ** 31 - 1;

/** Octets beyond which no window grows (RFC 9113 §6.9.1). */
export const LARGEST_WINDOW = 2 ** 31 - 1;

/** Octets of a window at first: the connection's, and each stream's until SETTINGS say otherwise (RFC 9113 §6.9.2). */
export const DEFAULT_WINDOW = 65_535;
