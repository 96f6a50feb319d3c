import { describe } from "../internal/describe.js";
import { refuse, refuseRequest } from "./answer.js";

/** Bytes. A registration or a call takes a few hundred. */
const MOST_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads a JSON object, and never more of the body than it may have.
 *
 * @throws `Refused`: 413, 415, or 400 for what is not JSON.
 */
export async function readJsonObject(request: Request): Promise<Record<string, unknown>> {
  refuseOtherTypes(request.headers);
  // A length that is announced is believed only when it is too large; bytes are counted anyway.
  if (Number(request.headers.get("content-length")) > MOST_BYTES) throw tooLarge();
  const text = decode(await readBytes(request));
  if (text.trim() === "") throw refuseRequest("", "the body is empty: it must be a JSON object");
  const value = parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refuseRequest("", `the body must be a JSON object, not ${describe(value)}`);
}

function refuseOtherTypes(headers: Headers): void {
  const type = headers.get("content-type")?.trim();
  const encoding = headers.get("content-encoding")?.trim();
  if (type && !JSON_TYPE.test(type)) {
    throw refuse(415, "unsupported_media_type", { detail: `content-type ${describe(type)}` });
  }
  if (encoding && encoding.toLowerCase() !== "identity") {
    throw refuse(415, "unsupported_media_type", { detail: `content-encoding ${describe(encoding)}` });
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (request.bodyUsed) throw new Error("the body was read before the routes got the request: mount them earlier");
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop early gives the rest of the body up.
    for await (const chunk of request.body ?? []) {
      length += chunk.byteLength;
      if (length > MOST_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (length > MOST_BYTES) throw error;
    throw refuseRequest("", "the body ended early");
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuseRequest("", "the body is not UTF-8");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the body, and with it perhaps a token.
    throw refuseRequest("", "the body is not valid JSON");
  }
}

function tooLarge() {
  return refuse(413, "payload_too_large", { detail: `more than ${MOST_BYTES} bytes` });
}
