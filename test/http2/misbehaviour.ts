import { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE } from "../../src/http2/frame-types.ts";
import {
  ACK,
  answer,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  fields,
  frame,
  goaway,
  headers,
  PADDED,
  ping,
  pushPromise,
  reset,
  settings,
  settingsAck,
  WITH_PRIORITY,
  windowUpdate,
} from "./frames.ts";

/** What a server does with two requests of ours, streams 1 and 3, which it has wholly; and what must come of it. */
export interface Misbehaviour {
  /** Of RFC 9113. */
  readonly section: string;
  readonly what: string;
  readonly frames: readonly Buffer[];
  /** What it gets for it: GOAWAY, RST_STREAM on stream 1, or nothing, and then it answers all that is open with 200. */
  readonly gets: `GOAWAY ${string}` | `RST_STREAM ${string}` | "nothing";
  /** How stream 1 ends, and stream 3. */
  readonly ends: readonly [string, string];
}

const OK = fields([":status", "200"]);
const NOTHING = Buffer.alloc(0);

/** Put into the dynamic table (RFC 7541 §6.2.1), where one octet, 0xbe, has it again: 4000 octets each time. */
const LARGE_FIELD = Buffer.from(fields(["a", "x".repeat(3960)])).fill(0x40, 0, 1);

const LOST = ["lost", "lost"] as const;
const BOTH = ["answered 200", "answered 200"] as const;
const FIRST_LOST = ["lost", "answered 200"] as const;

type Row = readonly [section: string, what: string, frames: readonly Buffer[], ends?: readonly [string, string]];

const group = (gets: Misbehaviour["gets"], ends: Misbehaviour["ends"], rows: readonly Row[]): Misbehaviour[] =>
  rows.map(([section, what, frames, own]) => ({ section, what, frames, gets, ends: own ?? ends }));

/** One of the fields is what is wrong with the answer. */
const withField = (name: string, value: string): Buffer[] => [
  headers(1, fields([":status", "200"], [name, value]), END_HEADERS | END_STREAM),
];
const withList = (...list: [string, string][]): Buffer[] => [headers(1, fields(...list), END_HEADERS | END_STREAM)];

const times = (count: number, each: Buffer): Buffer[] => [Buffer.concat(Array<Buffer>(count).fill(each))];

export const MISBEHAVIOUR: readonly Misbehaviour[] = [
  ...group("GOAWAY PROTOCOL_ERROR", LOST, [
    ["5.1", "DATA on a stream that was never opened", [data(5, "x")]],
    ["5.1", "HEADERS on a stream that was never opened", [answer(5)]],
    ["5.1", "RST_STREAM on a stream that was never opened", [reset(5, 8)]],
    ["5.1", "WINDOW_UPDATE on a stream that was never opened", [windowUpdate(5, 1)]],
    ["5.1.1", "HEADERS on a stream of its own, which no promise opened", [answer(2)]],
    ["5.1.1", "DATA on a stream of its own", [data(2, "x")]],
    ["5.1.1", "WINDOW_UPDATE on a stream of its own", [windowUpdate(2, 1)]],
    ["5.5", "an unknown frame within a field block", [headers(1, OK, 0), frame(0x42, 0, 1)]],
    ["6.1", "DATA on stream 0", [data(0, "x")]],
    [
      "6.1",
      "DATA with as much padding as payload",
      [headers(1, OK), frame(DATA, PADDED, 1, [3, 0, 0])],
      ["answered 200", "lost"],
    ],
    [
      "6.1",
      "DATA with more padding than payload",
      [headers(1, OK), frame(DATA, PADDED, 1, [200, 0])],
      ["answered 200", "lost"],
    ],
    ["6.2", "HEADERS on stream 0", [answer(0)]],
    ["6.2", "HEADERS with more padding than payload", [frame(HEADERS, PADDED | END_HEADERS, 1, [9, 0x88])]],
    ["6.3", "PRIORITY on stream 0", [frame(PRIORITY, 0, 0, [0, 0, 0, 0, 1])]],
    ["6.4", "RST_STREAM on stream 0", [reset(0, 8)]],
    ["6.5", "SETTINGS on a stream", [frame(SETTINGS, 0, 1)]],
    ["6.5.2", "ENABLE_PUSH 1 from a server", [settings([2, 1])]],
    ["6.5.2", "ENABLE_PUSH 2", [settings([2, 2])]],
    ["6.5.2", "MAX_FRAME_SIZE below 2^14", [settings([5, 16_383])]],
    ["6.5.2", "MAX_FRAME_SIZE above 2^24-1", [settings([5, 16_777_216])]],
    ["6.6, 8.4", "PUSH_PROMISE, which our SETTINGS forbid", [pushPromise(1, 2)]],
    ["6.6", "PUSH_PROMISE on stream 0", [pushPromise(0, 2)]],
    ["6.6", "PUSH_PROMISE on a stream that was never opened", [pushPromise(5, 2)]],
    ["6.7", "PING on a stream", [frame(0x6, 0, 1, Buffer.alloc(8))]],
    ["6.8", "GOAWAY on a stream", [frame(0x7, 0, 1, Buffer.alloc(8))]],
    ["6.8", "a GOAWAY with a higher last id than the one before", [goaway(1), goaway(3)], ["lost", "refused"]],
    ["6.9", "WINDOW_UPDATE of 0 for the connection", [windowUpdate(0, 0)]],
    ["6.10", "CONTINUATION without HEADERS", [continuation(1, OK)]],
    ["6.10", "CONTINUATION after END_HEADERS", [headers(1, OK), continuation(1, NOTHING)], ["answered 200", "lost"]],
    ["6.10", "CONTINUATION on stream 0", [headers(1, OK, 0), continuation(0, NOTHING)]],
    ["6.10", "CONTINUATION on another stream", [headers(1, OK, 0), continuation(3, NOTHING)]],
    ["6.2, 6.10", "HEADERS of another stream within a field block", [headers(1, OK, 0), answer(3)]],
    ["6.10", "HEADERS of the same stream within a field block", [headers(1, OK, 0), answer(1)]],
    ["6.10", "DATA within a field block", [headers(1, OK, 0), data(3, "x")]],
    ["6.10", "PING within a field block", [headers(1, OK, 0), ping()]],
    ["6.10", "SETTINGS within a field block", [headers(1, OK, 0), settings()]],
    ["6.10", "WINDOW_UPDATE within a field block", [headers(1, OK, 0), windowUpdate(0, 1)]],
    ["6.10", "RST_STREAM within a field block", [headers(1, OK, 0), reset(1, 8)]],
    ["6.10", "GOAWAY within a field block", [headers(1, OK, 0), goaway(0)]],
  ]),

  ...group("GOAWAY FRAME_SIZE_ERROR", LOST, [
    ["4.2", "DATA longer than we allow", [headers(1, OK), data(1, Buffer.alloc(16_385))], ["answered 200", "lost"]],
    ["4.2", "an unknown frame longer than we allow", [frame(0x42, 0, 0, Buffer.alloc(16_385))]],
    ["4.2", "a frame of 2^24-1 octets, of which only the beginning comes", [Buffer.from("ffffff000000000001", "hex")]],
    [
      "6.1",
      "padded DATA without the length of its padding",
      [headers(1, OK), frame(DATA, PADDED, 1)],
      ["answered 200", "lost"],
    ],
    ["6.2", "padded HEADERS without the length of the padding", [frame(HEADERS, PADDED | END_HEADERS, 1)]],
    ["6.2", "HEADERS too short for their priority", [frame(HEADERS, WITH_PRIORITY | END_HEADERS, 1, [0, 0, 0, 0])]],
    ["6.3", "PRIORITY of 4 octets", [frame(PRIORITY, 0, 1, [0, 0, 0, 0])]],
    ["6.4", "RST_STREAM of 3 octets", [frame(RST_STREAM, 0, 1, [0, 0, 8])]],
    ["6.4", "RST_STREAM of 5 octets", [frame(RST_STREAM, 0, 1, [0, 0, 0, 8, 0])]],
    ["6.5", "SETTINGS of 5 octets", [frame(SETTINGS, 0, 0, [0, 3, 0, 0, 0])]],
    ["6.5", "SETTINGS with ACK that have settings, too", [frame(SETTINGS, ACK, 0, [0, 3, 0, 0, 0, 1])]],
    ["6.7", "PING of 7 octets", [frame(0x6, 0, 0, Buffer.alloc(7))]],
    ["6.7", "PING of 9 octets", [frame(0x6, 0, 0, Buffer.alloc(9))]],
    ["6.8", "GOAWAY of 7 octets", [frame(0x7, 0, 0, Buffer.alloc(7))]],
    ["6.9", "WINDOW_UPDATE of 3 octets", [frame(WINDOW_UPDATE, 0, 0, [0, 0, 1])]],
    ["6.9", "WINDOW_UPDATE of 5 octets", [frame(WINDOW_UPDATE, 0, 1, [0, 0, 0, 1, 0])]],
  ]),

  ...group("GOAWAY FLOW_CONTROL_ERROR", LOST, [
    ["6.5.2", "INITIAL_WINDOW_SIZE above 2^31-1", [settings([4, 2 ** 31])]],
    ["6.9.1", "the connection's window made wider than 2^31-1", [windowUpdate(0, 2 ** 31 - 1)]],
    [
      "6.9.2",
      "SETTINGS that make a stream's window wider than 2^31-1",
      [windowUpdate(1, 2 ** 31 - 1 - 65_535), settings([4, 65_600])],
    ],
  ]),

  ...group("GOAWAY COMPRESSION_ERROR", LOST, [
    ["4.3", "a field block with an index that no table has", [headers(1, Buffer.of(0xff, 0x20))]],
    ["4.3", "a field block with index 0", [headers(1, Buffer.of(0x80))]],
    ["4.3", "a field block that is cut short", [headers(1, OK.subarray(0, -1))]],
    [
      "4.3",
      "a field block that is cut short, in CONTINUATION frames",
      [headers(1, OK.subarray(0, 4), 0), continuation(1, OK.subarray(4, -1))],
    ],
    ["4.3.1", "a dynamic table larger than we allow", [headers(1, Buffer.concat([Buffer.of(0x3f, 0xe2, 0x1f), OK]))]],
    ["4.3", "three table size updates in one block", [headers(1, Buffer.concat([Buffer.of(0x20, 0x20, 0x20), OK]))]],
    ["4.3", "a table size update behind a field", [headers(1, Buffer.concat([OK, Buffer.of(0x20)]))]],
    [
      "4.3",
      "trailers that cannot be decoded",
      [headers(1, OK), headers(1, Buffer.of(0x80), END_HEADERS | END_STREAM)],
      ["answered 200", "lost"],
    ],
  ]),

  ...group(
    "GOAWAY STREAM_CLOSED",
    ["answered 200", "lost"],
    [
      ["5.1", "HEADERS after END_STREAM", [answer(1), answer(1)]],
      ["5.1", "DATA after END_STREAM", [answer(1), data(1, "x")]],
      ["5.1", "DATA after RST_STREAM", [headers(1, OK), reset(1, 0), data(1, "x")]],
      ["5.1", "HEADERS after RST_STREAM", [reset(1, 7), answer(1)], ["refused", "lost"]],
    ],
  ),

  ...group("GOAWAY ENHANCE_YOUR_CALM", LOST, [
    ["10.5", "a flood of PING", times(1500, ping())],
    ["10.5", "a flood of PING answers to nothing", times(1500, ping("01234567", ACK))],
    ["10.5", "a flood of SETTINGS", times(1500, settings([3, 100]))],
    ["10.5", "a flood of SETTINGS with ACK", times(1500, settingsAck())],
    [
      "10.5",
      "SETTINGS that change everything a thousand times",
      times(60, settings(...Array.from({ length: 2000 }, (_, n): [number, number] => [4, n]))),
    ],
    ["10.5", "a flood of empty DATA", [headers(1, OK), ...times(1500, data(1, ""))], ["answered 200", "lost"]],
    [
      "10.5",
      "a flood of DATA that is all padding",
      [headers(1, OK), ...times(1500, frame(DATA, PADDED, 1, [0]))],
      ["answered 200", "lost"],
    ],
    ["10.5", "a flood of PRIORITY", times(1500, frame(PRIORITY, 0, 1, [0, 0, 0, 0, 1]))],
    ["10.5", "a flood of unknown frames", times(1500, frame(0x42, 0, 1))],
    ["10.5", "a flood of windows that nothing waits for", times(1500, windowUpdate(0, 1))],
    ["10.5", "a flood of RST_STREAM", [answer(1), ...times(1500, reset(1, 8))], ["answered 200", "lost"]],
    ["10.5", "a flood of GOAWAY", times(1500, goaway(2 ** 31 - 1))],
    ["10.5", "a flood of informational answers", times(1500, headers(1, fields([":status", "103"])))],
    ["10.5", "a flood of empty CONTINUATION", [headers(1, OK, 0), ...times(1500, continuation(1, NOTHING, 0))]],
    [
      "10.5",
      "a field block without end",
      [headers(1, OK, 0), ...times(10, continuation(1, fields(["x", "y".repeat(5000)]), 0))],
    ],
  ]),

  ...group("RST_STREAM PROTOCOL_ERROR", FIRST_LOST, [
    ["8.1", "DATA before the answer's fields", [data(1, "x")]],
    ["8.1", "a second block of fields that does not end the stream", [headers(1, OK), headers(1, fields(["x", "y"]))]],
    ["8.1", "an informational answer with END_STREAM", [answer(1, "103")]],
    ["8.1", "DATA after an informational answer", [headers(1, fields([":status", "103"])), data(1, "x")]],
    ["8.1", "trailers with a pseudo-field", [headers(1, OK), answer(1)]],
    [
      "8.1",
      "trailers with an upper-case name",
      [headers(1, OK), headers(1, fields(["X", "y"]), END_HEADERS | END_STREAM)],
    ],
    [
      "8.1.1",
      "a body shorter than its content-length",
      [headers(1, fields([":status", "200"], ["content-length", "2"])), data(1, "x", END_STREAM)],
    ],
    [
      "8.1.1",
      "a body longer than its content-length",
      [headers(1, fields([":status", "200"], ["content-length", "2"])), data(1, "xyz")],
    ],
    ["8.1.1", "a content-length without a body", withField("content-length", "2")],
    ["8.1.1", "a content-length that is none", withField("content-length", "two")],
    [
      "8.1.1",
      "two values of content-length",
      withList([":status", "200"], ["content-length", "0"], ["content-length", "1"]),
    ],
    ["8.2", "a field name in upper case", withField("Server", "x")],
    ["8.2.1", "a field name with a blank", withField("a b", "x")],
    ["8.2.1", "a field name with a control character", withField("a\x01", "x")],
    ["8.2.1", "a field name beyond ASCII", withField("\xe4", "x")],
    ["8.2.1", "a field name with DEL", withField("a\x7f", "x")],
    ["8.2.1", "a field name with a colon inside", withField("a:b", "x")],
    ["8.2.1", "a field without a name", withField("", "x")],
    ["8.2.1", "a field value with NUL", withField("a", "x\0y")],
    ["8.2.1", "a field value with CR", withField("a", "x\ry")],
    ["8.2.1", "a field value with LF", withField("a", "x\ny")],
    ["8.2.1", "a field value with a blank in front", withField("a", " x")],
    ["8.2.1", "a field value with a tab behind", withField("a", "x\t")],
    ["8.2.2", "the field connection", withField("connection", "close")],
    ["8.2.2", "the field keep-alive", withField("keep-alive", "timeout=5")],
    ["8.2.2", "the field proxy-connection", withField("proxy-connection", "close")],
    ["8.2.2", "the field transfer-encoding", withField("transfer-encoding", "chunked")],
    ["8.2.2", "the field upgrade", withField("upgrade", "h2c")],
    ["8.3", "a pseudo-field behind another field", withList(["a", "b"], [":status", "200"])],
    ["8.3", "a pseudo-field that does not exist", withList([":status", "200"], [":reason", "OK"])],
    ["8.3", "a request's pseudo-field", withList([":status", "200"], [":path", "/"])],
    ["8.3.2", "an answer without a status", withList(["a", "b"])],
    ["8.3.2", "an answer without any field", [headers(1, NOTHING, END_HEADERS | END_STREAM)]],
    ["8.3", "an answer with two statuses", withList([":status", "200"], [":status", "200"])],
    ["8.3.2", "a status of two digits", [answer(1, "20")]],
    ["8.3.2", "a status of four digits", [answer(1, "2000")]],
    ["8.3.2", "a status that is no number", [answer(1, "abc")]],
    ["8.6", "status 101", [headers(1, fields([":status", "101"]))]],
    ["6.9", "WINDOW_UPDATE of 0 for a stream", [windowUpdate(1, 0)]],
  ]),

  ...group("RST_STREAM FLOW_CONTROL_ERROR", FIRST_LOST, [
    [
      "6.9.1",
      "more DATA than the stream's window has",
      [headers(1, OK), ...times(257, frame(DATA, PADDED, 1, [254, ...Array<number>(255).fill(0)]))],
    ],
    ["6.9.1", "a stream's window made wider than 2^31-1", [windowUpdate(1, 2 ** 31 - 1)]],
  ]),

  ...group("RST_STREAM CANCEL", FIRST_LOST, [
    [
      "6.5.2, 10.5.1",
      "more fields than we announced to take",
      [headers(1, Buffer.concat([OK, LARGE_FIELD, ...Array<Buffer>(4).fill(Buffer.of(0xbe))]))],
    ],
  ]),

  ...group("nothing", BOTH, [
    ["4.1", "the reserved bit in front of the stream id", [frame(HEADERS, END_HEADERS | END_STREAM, 2 ** 31 + 1, OK)]],
    ["4.1", "flags that do not exist", [frame(HEADERS, 0xd2 | END_HEADERS | END_STREAM, 1, OK)]],
    ["5.1", "PRIORITY on a stream that was never opened", [frame(PRIORITY, 0, 7, [0, 0, 0, 0, 1])]],
    [
      "5.1",
      "WINDOW_UPDATE, RST_STREAM and PRIORITY after END_STREAM",
      [answer(1), windowUpdate(1, 1), reset(1, 0), frame(PRIORITY, 0, 1, [0, 0, 0, 0, 1])],
    ],
    ["5.3.2", "a stream that depends on itself", [frame(PRIORITY, 0, 1, [0, 0, 0, 1, 1])]],
    ["5.5", "frames that do not exist", [frame(0x42, 0xff, 0, [1, 2, 3]), frame(0xff, 0, 1), frame(0x10, 0, 77)]],
    ["6.1", "padded DATA", [headers(1, OK), frame(DATA, PADDED | END_STREAM, 1, [2, 0x78, 0, 0])]],
    [
      "6.2",
      "padded HEADERS with a priority",
      [frame(HEADERS, PADDED | WITH_PRIORITY | END_HEADERS | END_STREAM, 1, [2, 0, 0, 0, 0, 9, 0x88, 0, 0])],
    ],
    ["6.5.2", "settings that do not exist", [settings([0x42, 7], [0, 0], [0xffff, 2 ** 32 - 1])]],
    ["6.5.3", "SETTINGS with ACK more often than we sent any", [settingsAck(), settingsAck(), settingsAck()]],
    ["6.7", "an answer to a ping that nobody sent", [ping("abcdefgh", ACK)]],
    [
      "6.10",
      "an answer in many frames",
      [
        headers(1, OK.subarray(0, 3), END_STREAM),
        continuation(1, OK.subarray(3, 3), 0),
        continuation(1, OK.subarray(3, 7), 0),
        continuation(1, OK.subarray(7)),
      ],
    ],
    [
      "8.1",
      "several informational answers",
      [headers(1, fields([":status", "100"])), headers(1, fields([":status", "103"], ["link", "x"]))],
    ],
    ["8.1", "trailers", [headers(1, OK), data(1, "x"), headers(1, fields(["a", "b"]), END_HEADERS | END_STREAM)]],
    ["8.1", "trailers without any field", [headers(1, OK), headers(1, NOTHING, END_HEADERS | END_STREAM)]],
    [
      "8.1.1",
      "content-length where the status has no body",
      withList([":status", "204"], ["content-length", "5"]),
      ["answered 204", "answered 200"],
    ],
  ]),

  ...group("nothing", BOTH, [
    ["8.1", "RST_STREAM with NO_ERROR after a complete answer", [answer(1), reset(1, 0)]],
    ["6.4", "RST_STREAM after the answer's fields: its status counts", [headers(1, OK), reset(1, 2)]],
    ["6.4, 7", "RST_STREAM before an answer", [reset(1, 2)], FIRST_LOST],
    ["6.4, 7", "RST_STREAM with a code that does not exist", [reset(1, 0xbad)], FIRST_LOST],
    ["6.4, 8.1", "RST_STREAM with NO_ERROR before an answer", [reset(1, 0)], FIRST_LOST],
    [
      "6.4",
      "RST_STREAM after an informational answer only",
      [headers(1, fields([":status", "103"])), reset(1, 2)],
      FIRST_LOST,
    ],
    ["8.7", "RST_STREAM with REFUSED_STREAM", [reset(1, 7)], ["refused", "answered 200"]],
    ["8.7", "REFUSED_STREAM after the answer's fields: they say that it was processed", [headers(1, OK), reset(1, 7)]],
    ["6.8", "GOAWAY that excludes a stream", [goaway(1)], ["answered 200", "refused"]],
    [
      "6.8",
      "GOAWAY that excludes nothing yet, then one that does",
      [goaway(2 ** 31 - 1), goaway(1)],
      ["answered 200", "refused"],
    ],
    ["6.8", "several GOAWAY with the same id", [goaway(3), goaway(3), goaway(3, 11, "again")]],
    ["6.8, 7", "GOAWAY with a code that does not exist", [goaway(1, 0xbad, "{}")], ["answered 200", "refused"]],
    ["6.8", "frames for a stream that its GOAWAY has excluded", [goaway(1), answer(3)], ["answered 200", "refused"]],
  ]),
];
