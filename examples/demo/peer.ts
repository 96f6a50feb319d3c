/**
 * One end of a WebRTC connection, with a camera that films one shade of grey and a screen that says what it sees. A process
 * of its own: it is native code, and what happens in it must not end the demo.
 */
import { createRequire } from "node:module";
import { answerQuestions } from "./conversation.ts";

/** The part of WebRTC that is used. The package's own types are those of a browser. */
interface WebRtc {
  readonly RTCPeerConnection: new () => PeerConnection;
  readonly nonstandard: {
    readonly RTCVideoSource: new () => { createTrack(): object; onFrame(frame: Frame): void };
    readonly RTCVideoSink: new (track: object) => { onframe: (event: { readonly frame: Frame }) => void };
  };
}
interface PeerConnection {
  onicecandidate: (event: { readonly candidate: { toJSON(): object } | null }) => void;
  ontrack: (event: { readonly track: { readonly kind: string } }) => void;
  readonly localDescription: { readonly sdp: string };
  addTrack(track: object): void;
  createOffer(): Promise<object>;
  createAnswer(): Promise<object>;
  setLocalDescription(description: object): Promise<void>;
  setRemoteDescription(description: object): Promise<void>;
  addIceCandidate(candidate: object): Promise<void>;
}
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

const WIDTH = 320;
const HEIGHT = 240;

const { RTCPeerConnection, nonstandard } = createRequire(import.meta.url)("@roamhq/wrtc") as WebRtc;
const connection = new RTCPeerConnection();

const camera = new nonstandard.RTCVideoSource();
connection.addTrack(camera.createTrack());

const candidates: object[] = [];
const gathered = new Promise<void>(resolve => {
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null) resolve();
    else candidates.push(candidate.toJSON());
  };
});

const seen = new Promise<{ width: number; height: number; grey: number }>(resolve => {
  connection.ontrack = ({ track }) => {
    if (track.kind !== "video") return;
    new nonstandard.RTCVideoSink(track).onframe = ({ frame: { width, height, data } }) =>
      resolve({ width, height, grey: data[(width * height) / 2 + width / 2] ?? 0 });
  };
});

answerQuestions({
  hello: () => true,

  /** Films that shade of grey from now on, 30 times a second. */
  film(grey: number) {
    // I420: a byte of brightness per pixel, then the two colours at a quarter of the size; 128 is no colour.
    const data = new Uint8ClampedArray(WIDTH * HEIGHT * 1.5).fill(grey, 0, WIDTH * HEIGHT).fill(128, WIDTH * HEIGHT);
    setInterval(() => camera.onFrame({ width: WIDTH, height: HEIGHT, data }), 33);
  },

  async offer() {
    await connection.setLocalDescription(await connection.createOffer());
    return connection.localDescription.sdp;
  },

  async answer(sdp: string) {
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    return connection.localDescription.sdp;
  },

  accept: (sdp: string) => connection.setRemoteDescription({ type: "answer", sdp }),
  addCandidate: (candidate: object) => connection.addIceCandidate(candidate),
  candidates: () => gathered.then(() => candidates),
  frame: () => seen,
});
