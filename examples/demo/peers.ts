import { type Child, startChild } from "./child.ts";
import { RECORDED_ANSWER, RECORDED_OFFER, recordedCandidates } from "./recorded.ts";

/** One end of a call: what a phone's WebRTC does. */
export interface Peer {
  film(grey: number): Promise<void>;
  offer(): Promise<string>;
  answer(sdp: string): Promise<string>;
  accept(sdp: string): Promise<void>;
  addCandidate(candidate: object): Promise<void>;
  candidates(): Promise<object[]>;
  /** The first picture that arrives from the other end; absent where there is no WebRTC. */
  frame?(): Promise<{ readonly width: number; readonly height: number; readonly grey: number }>;
  stop(): Promise<void>;
}

/** Starts two ends of a call: real ones, or recorded ones where `@roamhq/wrtc` does not run. */
export async function startPeers(webRtc = true): Promise<readonly [caller: Peer, callee: Peer]> {
  if (!webRtc) return [recordedPeer(), recordedPeer()];
  const children = [startChild("phone", "peer.ts"), startChild("phone", "peer.ts")] as const;
  try {
    const [caller, callee] = children;
    await Promise.all(children.map(child => child.ask("hello")));
    return [realPeer(caller), realPeer(callee)];
  } catch {
    await Promise.all(children.map(child => child.stop("SIGKILL")));
    return [recordedPeer(), recordedPeer()];
  }
}

function realPeer(child: Child): Peer {
  return {
    film: grey => child.ask("film", grey),
    offer: () => child.ask("offer"),
    answer: sdp => child.ask("answer", sdp),
    accept: sdp => child.ask("accept", sdp),
    addCandidate: candidate => child.ask("addCandidate", candidate),
    candidates: () => child.ask("candidates"),
    frame: () => child.ask("frame"),
    // Killed, because the native module would crash on the way out, and there is nothing to put in order.
    stop: () => child.stop("SIGKILL"),
  };
}

function recordedPeer(): Peer {
  return {
    film: async () => {},
    offer: async () => RECORDED_OFFER,
    answer: async () => RECORDED_ANSWER,
    accept: async () => {},
    addCandidate: async () => {},
    candidates: async () => [...recordedCandidates],
    stop: async () => {},
  };
}
