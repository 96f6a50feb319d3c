import { sdpHasVideo } from "apns-voip/signal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const session = ["v=0", "o=- 46117 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"];
const audio = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", "a=rtpmap:111 opus/48000/2"];
const video = (port: string | number) => [`m=video ${port} UDP/TLS/RTP/SAVPF 96`, "c=IN IP4 0.0.0.0", "a=mid:1"];
const sdp = (...sections: readonly (readonly string[])[]) => `${[session, ...sections].flat().join("\r\n")}\r\n`;

describe("a call has video", () => {
  test("when there is an m=video line", () => {
    expect(sdpHasVideo(sdp(audio, video(9)))).toBe(true);
    expect(sdpHasVideo(sdp(video(9), audio))).toBe(true);
  });

  test.each(["\r\n", "\n", "\r"])("with lines that end in %j", end => {
    expect(sdpHasVideo(sdp(audio, video(9)).replaceAll("\r\n", end))).toBe(true);
  });

  test.each(["49170", "49170/2", "1", "65535", "010"])("on port %s", port => {
    expect(sdpHasVideo(sdp(audio, video(port)))).toBe(true);
  });

  test("when one of several video tracks is not refused", () => {
    expect(sdpHasVideo(sdp(audio, video(0), video(9)))).toBe(true);
  });

  test("in any case, and in a description that is only that line", () => {
    expect(sdpHasVideo("M=VIDEO 9 RTP/AVP 96")).toBe(true);
    expect(sdpHasVideo("m=video\t9 RTP/AVP 96")).toBe(true);
  });

  test("when its section shares the port of an earlier one, where 0 refuses nothing", () => {
    expect(sdpHasVideo(sdp(audio, [...video(0), "a=bundle-only"]))).toBe(true);
    expect(sdpHasVideo(sdp(audio, [...video(0), "a=bundle-only"]).trimEnd())).toBe(true);
  });
});

describe("a call has no video", () => {
  test("with audio alone", () => {
    expect(sdpHasVideo(sdp(audio))).toBe(false);
  });

  test.each(["0", "00", "0/2"])("when the track is refused by port %s", port => {
    expect(sdpHasVideo(sdp(audio, video(port)))).toBe(false);
  });

  test("when the words stand anywhere else than at the beginning of a line", () => {
    expect(sdpHasVideo(sdp(audio, ["a=tool: m=video 9 RTP/AVP 96"]))).toBe(false);
    expect(sdpHasVideo(sdp(["s=m=video 9", " m=video 9"], audio))).toBe(false);
    expect(sdpHasVideo(sdp(audio, ["m=videos 9", "m=audio/video 9", "m=video", "m=video x", "xm=video 9"]))).toBe(
      false,
    );
  });

  test("when another section is the one that shares a port", () => {
    expect(sdpHasVideo(sdp([...audio, "a=bundle-only"], video(0)))).toBe(false);
    expect(sdpHasVideo(sdp(video(0), [...audio, "a=bundle-only"]))).toBe(false);
    expect(sdpHasVideo(sdp(audio, [...video(0), "a=bundle-only-not", "a=x:a=bundle-only"]))).toBe(false);
  });

  test.each(["", "\r\n", "m=", "m=video", "null"])("when there is none in %j", text => {
    expect(sdpHasVideo(text)).toBe(false);
  });

  test.each([undefined, null, 5, {}, [], { sdp: "m=video 9" }, Symbol("m=video 9")])(
    "case %#: when it is no text",
    value => {
      expect(sdpHasVideo(value as string)).toBe(false);
    },
  );
});

test.each(["\r\n", "\n", " ", "m=video 0\n", "m=", "m=video ", "0", "\na=bundle-only"])(
  "a hostile million of %j is read, in time that grows with its length",
  part => {
    expect(typeof sdpHasVideo(`m=video 0${part.repeat(1_000_000)}`)).toBe("boolean");
  },
);

test("the line ends in use change nothing, nor do lines around it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string().filter(line => !/[\r\n]/.test(line) && !/^m=|^a=bundle-only/i.test(line))),
      fc.nat({ max: 65_535 }),
      fc.constantFrom("\r\n", "\n", "\r"),
      (lines, port, end) => {
        expect(sdpHasVideo([...lines, `m=video ${port} RTP/AVP 96`, ...lines].join(end))).toBe(port !== 0);
        expect(sdpHasVideo(lines.join(end))).toBe(false);
      },
    ),
  );
});
