import fc from "fast-check";
import {
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

/** Ids of streams that may be open, may have been, and can never be. */
const id = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 8 }).map(n => n * 2 + 1) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0, 2, 4, 99, 2 ** 31 - 1) },
);
const code = fc.constantFrom(0, 1, 2, 5, 7, 7, 8, 11, 77);
const octets = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes));
const window = fc.constantFrom(0, 1, 5, 1000, 65_535, 2 ** 31 - 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1);
const statusText = fc.constantFrom("100", "103", "200", "200", "204", "400", "410", "503", "101", "20", "");
const field = fc.tuple(
  fc.constantFrom("apns-id", "content-length", "date", "Server", "connection", ":path", "a b", ""),
  fc.constantFrom("x", "0", "2", " x", "x\n", "", "y".repeat(300)),
);
const block = fc.oneof(
  { weight: 4, arbitrary: statusText.map(status => fields([":status", status])) },
  { weight: 2, arbitrary: fc.tuple(statusText, field).map(([status, each]) => fields([":status", status], each)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(Buffer.of(0x88), Buffer.of(0x20, 0x88), Buffer.of(0x88, 0x80), Buffer.of(0xbe)),
  },
  { weight: 1, arbitrary: octets },
  // What the dynamic table remembers.
  { weight: 1, arbitrary: field.map(each => Buffer.concat([Buffer.of(0x88), fields(each).fill(0x40, 0, 1)])) },
);
const setting = fc.tuple(
  fc.constantFrom(1, 2, 3, 4, 5, 6, 9),
  fc.constantFrom(0, 1, 2, 50, 4096, 16_384, 65_535, 2 ** 24 - 1, 2 ** 31 - 1, 2 ** 31),
);
const headersFlags = fc.constantFrom(END_HEADERS, END_HEADERS | END_STREAM, END_STREAM, 0);
const padding = fc.integer({ min: 0, max: 9 });

/** A frame that has its form, and that may be wrong here and now. */
export const wellFormed: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(id, statusText).map(([stream, status]) => answer(stream, status)) },
  {
    weight: 6,
    arbitrary: fc.tuple(id, block, headersFlags).map(([stream, part, flags]) => headers(stream, part, flags)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(id, block, headersFlags, padding).map(([stream, part, flags, pad]) => {
      const payload = Buffer.concat([Buffer.of(pad, 0, 0, 0, 0, 9), part, Buffer.alloc(pad)]);
      return frame(0x1, flags | PADDED | WITH_PRIORITY, stream, payload);
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(id, block, headersFlags).map(([stream, part, flags]) => continuation(stream, part, flags)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, block)
      .chain(([stream, whole]) =>
        fc
          .nat({ max: whole.length })
          .map(at =>
            Buffer.concat([headers(stream, whole.subarray(0, at), 0), continuation(stream, whole.subarray(at))]),
          ),
      ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(id, octets, fc.constantFrom(0, END_STREAM))
      .map(([stream, body, flags]) => data(stream, body, flags)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(id, padding, octets)
      .map(([stream, pad, body]) => data(stream, Buffer.concat([Buffer.of(pad), body]), PADDED)),
  },
  { weight: 1, arbitrary: id.map(stream => data(stream, Buffer.alloc(16_384, 120))) },
  { weight: 4, arbitrary: fc.tuple(id, window).map(([stream, by]) => windowUpdate(stream, by)) },
  { weight: 4, arbitrary: fc.array(setting, { maxLength: 4 }).map(list => settings(...list)) },
  { weight: 1, arbitrary: fc.constant(settingsAck()) },
  { weight: 2, arbitrary: fc.constantFrom(ping(), ping("\0\0\0\0\0\0\0\x01", 1), ping("unasked!", 1)) },
  { weight: 4, arbitrary: fc.tuple(id, code).map(([stream, why]) => reset(stream, why)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, code, fc.constantFrom("", "{}", "x".repeat(2000)))
      .map(([last, why, text]) => goaway(last, why, text)),
  },
  { weight: 1, arbitrary: id.map(stream => pushPromise(stream, 2)) },
  { weight: 1, arbitrary: id.map(stream => frame(0x2, 0, stream, [0, 0, 0, 1, 9])) },
);

/** Any type, flags and payload. */
const anything: fc.Arbitrary<Buffer> = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 255 }), id, octets)
  .map(([type, flags, stream, payload]) => frame(type, flags, stream, payload));

/** A frame of which some octets are others, or missing. */
const mutated: fc.Arbitrary<Buffer> = fc
  .tuple(
    wellFormed,
    fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 255 })), { maxLength: 3 }),
    fc.nat({ max: 3 }),
  )
  .map(([octetsOf, changes, missing]) => {
    const changed = Buffer.from(octetsOf.subarray(0, Math.max(0, octetsOf.length - missing)));
    for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
    return changed;
  });

/** What a server may send that is right, wrong, or nonsense. */
export const someFrame: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 20, arbitrary: wellFormed },
  { weight: 2, arbitrary: mutated },
  { weight: 1, arbitrary: anything },
);
