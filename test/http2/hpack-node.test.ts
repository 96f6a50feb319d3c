import http2 from "node:http2";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "../../src/http2/hpack/decoder.js";
import { HpackEncoder } from "../../src/http2/hpack/encoder.js";
import type { Fields, Http2Request } from "../../src/http2/port.js";
import { HpackPeer } from "./hpack-peer.js";

const name = fc.stringMatching(/^x-[a-z0-9-]{1,30}$/);
/** RFC 9113 §8.2.1: no control characters, no blanks at the ends. */
const value = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, fc.integer({ min: 0xa1, max: 0xff })),
    { maxLength: 200 },
  )
  .map(codes => String.fromCharCode(...codes).trim());
const fields = fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([one]) => one });
const size = fc.oneof(fc.constantFrom(0, 31, 32, 64, 4096, 65_536), fc.nat(5000));

const request = (shared: Fields, own: Fields, path: string): Http2Request => ({
  path: `/3/device/${path}`,
  authorization: `bearer ${path}`,
  shared,
  own,
  body: "",
});

const sent = ({ path, authorization, shared, own }: Http2Request): Fields => [
  [":method", "POST"],
  [":scheme", "https"],
  [":authority", "apns.test"],
  [":path", path],
  ["authorization", authorization],
  ...shared,
  ...own,
  ["content-length", "0"],
];

async function withPeer(run: (peer: HpackPeer) => Promise<void>): Promise<void> {
  const peer = await HpackPeer.open();
  try {
    await run(peer);
  } finally {
    peer.close();
  }
}

describe("Node's own HPACK and ours understand each other", () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ shared: fc.nat(4), own: fields, path: fc.stringMatching(/^[0-9a-f]{1,200}$/) }),
    },
    { weight: 1, arbitrary: fc.record({ allow: size }) },
  );

  test("in requests whose groups of fields come back, while the table changes its size at any time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fields, { minLength: 5, maxLength: 5 }),
        fc.array(step, { maxLength: 30 }),
        (groups, steps) =>
          withPeer(async peer => {
            const encoder = new HpackEncoder("apns.test");
            for (const one of steps) {
              if ("allow" in one) {
                await peer.allowTable(one.allow);
                encoder.limitTable(one.allow);
                continue;
              }
              const wanted = request(groups[one.shared] as Fields, one.own, one.path);
              const { read } = await peer.exchange(encoder.encode(wanted), { ":status": 200 });
              expect(read).toEqual(sent(wanted));
            }
          }),
      ),
      { numRuns: 150 },
    );
  });

  test("in answers whose fields are indexed, new or sensitive, while the table changes its size at any time", async () => {
    const answer = fc.record({ status: fc.integer({ min: 200, max: 599 }), fields, sensitive: fc.boolean() });
    const reply = fc.oneof({ weight: 8, arbitrary: answer }, { weight: 1, arbitrary: fc.record({ limit: size }) });
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { maxLength: 30 }), replies =>
        withPeer(async peer => {
          const encoder = new HpackEncoder("apns.test");
          const decoder = new HpackDecoder({ maxListSize: 65_536 });
          for (const one of replies) {
            if ("limit" in one) {
              await peer.limitTable(one.limit);
              decoder.limitTable(one.limit);
              continue;
            }
            const headers: http2.OutgoingHttpHeaders = { ":status": one.status, ...Object.fromEntries(one.fields) };
            if (one.sensitive)
              headers[http2.sensitiveHeaders as unknown as string] = one.fields.map(([known]) => known);
            const { block } = await peer.exchange(encoder.encode(request([], [], "ab")), headers);
            const list = decoder.decode(block) as Fields;
            expect(list.filter(([field]) => field !== "date")).toEqual([
              [":status", String(one.status)],
              ...one.fields,
            ]);
          }
        }),
      ),
      { numRuns: 150 },
    );
  });
});
