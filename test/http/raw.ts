import { connect } from "node:net";
import { ADMIN_TOKEN, CALL } from "./world.js";

/** What a server answers to exactly these bytes, until it closes. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The status of each answer on one connection. */
export function statuses(answers: string): number[] {
  return Array.from(answers.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status));
}

const CHUNK = `10000\r\n${" ".repeat(0x10000)}\r\n`;

/** A call of more than a megabyte that does not say how long it is, and behind it, on the same connection, a request more. */
export const ENDLESS_THEN_ANOTHER =
  `POST ${CALL} HTTP/1.1\r\nHost: x\r\nX-Admin-Token: ${ADMIN_TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n` +
  `${CHUNK.repeat(20)}0\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
