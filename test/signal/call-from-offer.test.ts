import { callPayloadSchema } from "apns-voip/payload";
import { callFromOffer, type Offer } from "apns-voip/signal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const audio = "v=0\r\nm=audio 9 RTP/AVP 0\r\n";
const video = `${audio}m=video 9 RTP/AVP 96\r\n`;
const offer = (changes: object = {}): Offer => ({ to: 10, sdp: video, displayName: "Ann", ...changes });

describe("the call request for an offer", () => {
  test("has every field", () => {
    expect(callFromOffer(11, offer())).toStrictEqual({
      toUserId: 10,
      callId: "11-10",
      fromUserId: 11,
      fromDisplayName: "Ann",
      room: "p2p:11-10",
      hasVideo: true,
    });
  });

  test("has the call id that the phone sends", () => {
    expect(callFromOffer(11, offer({ callId: "c-7" }))).toMatchObject({ callId: "c-7", room: "p2p:c-7" });
    expect(callFromOffer(11, offer({ callId: 7 }))).toMatchObject({ callId: 7, room: "p2p:7" });
  });

  test.each([undefined, null, "", Number.NaN, {}, true])("makes a call id of the two users instead of %j", callId => {
    expect(callFromOffer(11, offer({ callId }))).toMatchObject({ callId: "11-10" });
  });

  test.each([undefined, null, "", "  ", 5, {}])("makes a name of the caller's id instead of %j", displayName => {
    expect(callFromOffer(11, offer({ displayName }))).toMatchObject({ fromDisplayName: "User 11" });
  });

  test("has a name of 300 characters at most, and no half of one", () => {
    const nameOf = (displayName: string) => callFromOffer(11, offer({ displayName }))?.fromDisplayName;
    expect(nameOf("x".repeat(300))).toBe("x".repeat(300));
    expect(nameOf("x".repeat(100_000))).toBe("x".repeat(300));
    expect(nameOf(`${"x".repeat(299)}😀`)).toBe("x".repeat(299));
  });

  test.each([
    [true, audio, true],
    [false, video, false],
    ["true", audio, true],
    ["FALSE", video, false],
    [undefined, video, true],
    [undefined, audio, false],
    [null, video, true],
    ["yes", video, true],
    [1, audio, false],
    [undefined, undefined, false],
    [undefined, { type: "offer", sdp: video }, true],
    [undefined, { type: "offer", sdp: audio }, false],
    [false, { type: "offer", sdp: video }, false],
    [undefined, { sdp: { sdp: video } }, false],
    [undefined, {}, false],
  ])("case %#: hasVideo %j and the SDP tell whether there is video", (hasVideo, sdp, expected) => {
    expect(callFromOffer(11, offer({ hasVideo, sdp }))).toMatchObject({ hasVideo: expected });
  });

  test("takes the description as WebRTC's types have it", () => {
    const description: { type: "offer" | "answer" | "pranswer" | "rollback"; sdp: string } = {
      type: "offer",
      sdp: video,
    };
    expect(callFromOffer(11, { to: 10, sdp: description })).toMatchObject({ hasVideo: true });
  });

  test.each([[undefined], [null], [""], [Number.NaN], [{}], [[]], [true], [{ toString: 5, valueOf: 5 }]])(
    "is undefined when the offer does not say for whom: %j",
    to => {
      expect(callFromOffer(11, offer({ to }))).toBeUndefined();
    },
  );

  test.each([undefined, null, "offer", 5, []])("is undefined when the body is %j", body => {
    expect(callFromOffer(11, body as unknown as Offer)).toBeUndefined();
  });

  test("fits the payload's schema as it is, whatever a client sent", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(), fc.string({ minLength: 1 })),
        fc.record(
          {
            to: fc.anything(),
            sdp: fc.anything(),
            displayName: fc.anything(),
            hasVideo: fc.anything(),
            callId: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        (from, body) => {
          const call = callFromOffer(from, body as Offer);
          if (call)
            expect(callPayloadSchema.safeParse(call)).toMatchObject({
              success: true,
              data: { hasVideo: call.hasVideo },
            });
        },
      ),
    );
  });
});
