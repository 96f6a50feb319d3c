import {
  CONTINUATION,
  DATA,
  GOAWAY,
  HEADERS,
  PING,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from "../../src/http2/frame-types.ts";

/** Frames as a server writes them, right or wrong: made here, so that the room's own writing is not what judges it. */

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const WITH_PRIORITY = 0x20;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, id: number, payload: Buffer | readonly number[] = []): Buffer {
  const body = Buffer.from(payload as Buffer);
  const header = Buffer.alloc(9);
  header.writeUIntBE(body.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(id, 5);
  return Buffer.concat([header, body]);
}

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [place, value] of values.entries()) bytes.writeUInt32BE(value, place * 4);
  return bytes;
};

export function settings(...values: readonly (readonly [id: number, value: number])[]): Buffer {
  const bytes = Buffer.alloc(values.length * 6);
  for (const [place, [id, value]] of values.entries()) {
    bytes.writeUInt16BE(id, place * 6);
    bytes.writeUInt32BE(value, place * 6 + 2);
  }
  return frame(SETTINGS, 0, 0, bytes);
}

export const settingsAck = (): Buffer => frame(SETTINGS, ACK, 0);
export const ping = (text = "12345678", flags = 0): Buffer => frame(PING, flags, 0, Buffer.from(text));
export const reset = (id: number, code: number): Buffer => frame(RST_STREAM, 0, id, u32(code));
export const windowUpdate = (id: number, octets: number): Buffer => frame(WINDOW_UPDATE, 0, id, u32(octets));
export const goaway = (lastId: number, code = 0, debugData = ""): Buffer =>
  frame(GOAWAY, 0, 0, Buffer.concat([u32(lastId, code), Buffer.from(debugData)]));
export const pushPromise = (id: number, promised: number): Buffer =>
  frame(PUSH_PROMISE, END_HEADERS, id, Buffer.concat([u32(promised), fields([":method", "GET"])]));
export const data = (id: number, text: string | Buffer, flags = 0): Buffer =>
  frame(DATA, flags, id, Buffer.from(text as string));
export const headers = (id: number, block: Buffer, flags = END_HEADERS): Buffer => frame(HEADERS, flags, id, block);
export const continuation = (id: number, block: Buffer, flags = END_HEADERS): Buffer =>
  frame(CONTINUATION, flags, id, block);

/** A field block of literals that no table remembers (RFC 7541 §6.2.2). Values may be longer than 126 octets. */
export function fields(...list: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(list.map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)])));
}

function text(value: string): Buffer {
  const octets = Buffer.from(value, "latin1");
  if (octets.length < 127) return Buffer.concat([Buffer.of(octets.length), octets]);
  const length = [127];
  let rest = octets.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), octets]);
}

/** An answer that is complete. */
export const answer = (id: number, status = "200"): Buffer =>
  headers(id, fields([":status", status]), END_HEADERS | END_STREAM);

/** Cuts octets into frames. */
export function cut(octets: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (at + 9 <= octets.length && at + 9 + octets.readUIntBE(at, 3) <= octets.length) {
    const end = at + 9 + octets.readUIntBE(at, 3);
    frames.push({
      type: octets[at + 3] as number,
      flags: octets[at + 4] as number,
      id: octets.readUInt32BE(at + 5),
      payload: octets.subarray(at + 9, end),
    });
    at = end;
  }
  return { frames, rest: octets.subarray(at) };
}
