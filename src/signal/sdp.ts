/** A session description: its text, or the object that WebRTC makes of it. */
export type Sdp = string | { readonly type?: string | undefined; readonly sdp: string };

/**
 * Whether a session description offers video: an `m=video` line whose port is not 0, because port 0 is a refused track.
 * The one exception is a section marked `a=bundle-only`, whose port is 0 for another reason: it shares the port of an
 * earlier section. Any line ends will do; what is no text has no video.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8866#section-5.14
 * @see https://www.rfc-editor.org/rfc/rfc9143#section-6
 */
export function sdpHasVideo(sdp: string): boolean {
  return typeof sdp === "string" && sdp.split(/[\r\n](?=m=)/i).some(isVideo);
}

/** A section runs from its `m=` line to the next one. */
function isVideo(section: string): boolean {
  const port = /^m=video[ \t]+(\d+)/i.exec(section)?.[1];
  return port !== undefined && (!/^0+$/.test(port) || /[\r\n]a=bundle-only[ \t]*(?:[\r\n]|$)/i.test(section));
}

/** The text of a session description, which came from outside; `undefined` when there is none. */
export function sdpText(sdp: unknown): string | undefined {
  const text = typeof sdp === "object" && sdp !== null ? (sdp as { readonly sdp?: unknown }).sdp : sdp;
  return typeof text === "string" ? text : undefined;
}
