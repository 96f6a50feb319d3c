import { ACK, FRAME_HEADER, GOAWAY, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE } from "./frame-types.js";
import type { Outgoing } from "./outgoing.js";

/** The frames of a few octets that we send besides requests. Each is put into the turn's write. */

/** RFC 9113 §6.4. */
export function putReset(out: Outgoing, id: number, code: number): void {
  const at = out.place(FRAME_HEADER + 4);
  out.bytes.writeUInt32BE(code, out.header(at, 4, RST_STREAM, 0, id));
  out.add(FRAME_HEADER + 4);
}

/** RFC 9113 §6.5. */
export function putSettings(out: Outgoing, settings: readonly (readonly [id: number, value: number])[]): void {
  const length = settings.length * 6;
  let at = out.header(out.place(FRAME_HEADER + length), length, SETTINGS, 0, 0);
  for (const [id, value] of settings) {
    out.bytes.writeUInt16BE(id, at);
    out.bytes.writeUInt32BE(value, at + 2);
    at += 6;
  }
  out.add(FRAME_HEADER + length);
}

/** RFC 9113 §6.5.3: says that their SETTINGS are in force. */
export function putSettingsAck(out: Outgoing): void {
  out.header(out.place(FRAME_HEADER), 0, SETTINGS, ACK, 0);
  out.add(FRAME_HEADER);
}

/** RFC 9113 §6.7: a ping of ours, with its number as payload. */
export function putPing(out: Outgoing, number: number): void {
  const at = out.header(out.place(FRAME_HEADER + 8), 8, PING, 0, 0);
  out.bytes.writeUInt32BE(0, at);
  out.bytes.writeUInt32BE(number, at + 4);
  out.add(FRAME_HEADER + 8);
}

/** RFC 9113 §6.7: the answer to a ping of theirs, with its eight octets. */
export function putPingAck(out: Outgoing, bytes: Buffer, start: number): void {
  const at = out.header(out.place(FRAME_HEADER + 8), 8, PING, ACK, 0);
  bytes.copy(out.bytes, at, start, start + 8);
  out.add(FRAME_HEADER + 8);
}

/** RFC 9113 §6.8. We take no streams from the other side, so the last id is 0. */
export function putGoaway(out: Outgoing, code: number, debugData: string): void {
  const length = 8 + debugData.length;
  const at = out.header(out.place(FRAME_HEADER + length), length, GOAWAY, 0, 0);
  out.bytes.writeUInt32BE(0, at);
  out.bytes.writeUInt32BE(code, at + 4);
  out.bytes.write(debugData, at + 8, "latin1");
  out.add(FRAME_HEADER + length);
}

/** RFC 9113 §6.9. */
export function putWindowUpdate(out: Outgoing, id: number, octets: number): void {
  const at = out.header(out.place(FRAME_HEADER + 4), 4, WINDOW_UPDATE, 0, id);
  out.bytes.writeUInt32BE(octets, at);
  out.add(FRAME_HEADER + 4);
}
