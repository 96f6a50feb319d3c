import type { Readable } from "node:stream";
import { refuse, refuseRequest } from "./answer.js";

/** Bytes of a body at most. A registration or a call takes a few hundred. */
export const MOST_BYTES = 64 * 1024;

/** @throws `Refused`, 413 or 400; `Error` when somebody has read it. */
export async function readStandardBody(request: Request): Promise<Uint8Array> {
  if (request.bodyUsed) throw new Error("the body was read before the routes got the request: mount them earlier");
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // A loop that is left cancels the rest of the body.
    for await (const chunk of request.body ?? []) {
      length += chunk.byteLength;
      if (length > MOST_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    throw endedEarly();
  }
  if (length > MOST_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

/**
 * Reads by events, which cost a fraction of what a loop over the stream does. A loop would also destroy the socket, and
 * the answer has yet to leave on it.
 *
 * @throws `Refused`, 413 or 400.
 */
export function readNodeBody(stream: Readable): Promise<Uint8Array> {
  if (stream.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (stream.destroyed) return Promise.reject(endedEarly());
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const onData = (chunk: Uint8Array | string) => {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      length += bytes.byteLength;
      chunks.push(bytes);
      if (length > MOST_BYTES) settle(() => reject(tooLarge()));
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
    const onBroken = () => settle(() => reject(endedEarly()));
    const settle = (how: () => void) => {
      stream.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
      how();
    };
    stream.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
    // The stream may be paused: a body parser may have looked at it.
    stream.resume();
  });
}

/** @throws `Refused`, 413. */
export function readParsedBody(body: string | Uint8Array): Uint8Array {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  if (bytes.byteLength > MOST_BYTES) throw tooLarge();
  return bytes;
}

export function tooLarge() {
  return refuse(413, "payload_too_large", { detail: `more than ${MOST_BYTES} bytes` });
}

function endedEarly() {
  return refuseRequest("", "the body ended early");
}
