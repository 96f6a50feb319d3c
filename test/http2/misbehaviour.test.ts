import { expect, test } from "vitest";
import { errorName } from "../../src/http2/error-codes.js";
import { GOAWAY, RST_STREAM } from "../../src/http2/frame-types.js";
import { answer, END_STREAM } from "./frames.js";
import { MISBEHAVIOUR } from "./misbehaviour.js";
import { pair } from "./raw-peer.js";

test.each(MISBEHAVIOUR)("RFC 9113 §$section: $what gets $gets", async ({ frames, gets, ends }) => {
  const { peer, client } = await pair();
  const pushes = [client.send(), client.send()];
  await peer.frame(({ id, flags }) => id === 3 && (flags & END_STREAM) !== 0);
  peer.write(...frames);

  const [what = "", name] = gets.split(" ");
  if (what === "GOAWAY") {
    const goaway = await peer.frame(({ type }) => type === GOAWAY);
    expect(errorName(goaway.payload.readUInt32BE(4))).toBe(name);
    expect(goaway.payload.readUInt32BE(0)).toBe(0);
    await peer.ended();
    expect(client.connection.isOpen).toBe(false);
    expect(client.connection.hasRoom).toBe(false);
    await client.closed;
  } else {
    if (what === "RST_STREAM") {
      const reset = await peer.frame(({ type, id }) => type === RST_STREAM && id === 1);
      expect(errorName(reset.payload.readUInt32BE(0))).toBe(name);
    }
    // All that is open still can be answered, and what is not is not disturbed.
    await peer.sync();
    for (const [place, push] of pushes.entries()) if (push.ends.length === 0) peer.write(answer(place * 2 + 1));
  }
  expect(await Promise.all(pushes.map(push => push.kind))).toEqual(ends);
  for (const push of pushes) expect(push.ends).toHaveLength(1);
  if (what !== "RST_STREAM") expect(peer.of(RST_STREAM)).toEqual([]);
  if (what !== "GOAWAY" && client.goodbyes.length === 0) expect(peer.of(GOAWAY)).toEqual([]);
});
