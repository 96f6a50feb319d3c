import { describe } from "../internal/describe.js";
import { DEEPEST, isNestedTooDeep } from "../internal/nesting.js";
import { refuse, refuseRequest } from "./answer.js";
import { MOST_BYTES, tooLarge } from "./body.js";
import type { RouteRequest } from "./route.js";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** The part of a request that is read. */
type WithBody = Pick<RouteRequest, "header" | "bytes">;

/**
 * Reads a JSON object, and never more of the body than it may have.
 *
 * @throws `Refused`: 413, 415, or 400 for what is not JSON.
 */
export async function readJsonObject(request: WithBody): Promise<Record<string, unknown>> {
  const text = await readText(request);
  if (text === "") throw refuseRequest("", "the body is empty: it must be a JSON object");
  return readObject(text);
}

/**
 * The same for a route that needs no body: an empty one counts as an object without fields, whatever its type.
 *
 * @throws `Refused`, as `readJsonObject`.
 */
export async function readOptionalJsonObject(request: WithBody): Promise<Record<string, unknown>> {
  if (request.header("content-length") === "0") return {};
  const text = await readText(request);
  return text === "" ? {} : readObject(text);
}

async function readText(request: WithBody): Promise<string> {
  refuseOtherTypes(request);
  // An announced length is only good to refuse early: the bytes are counted all the same.
  if (Number(request.header("content-length")) > MOST_BYTES) throw tooLarge();
  return decode(await request.bytes()).trim();
}

function readObject(text: string): Record<string, unknown> {
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuseRequest("", `the body must be a JSON object, not ${describe(value)}`);
  }
  if (isNestedTooDeep(value)) throw nestedTooDeep();
  return value as Record<string, unknown>;
}

export function nestedTooDeep() {
  return refuseRequest("", `the body is nested more than ${DEEPEST} levels deep`);
}

function refuseOtherTypes({ header }: WithBody): void {
  const type = header("content-type")?.trim();
  const encoding = header("content-encoding")?.trim();
  if (type && !JSON_TYPE.test(type)) {
    const detail = `content-type ${describe(type)}; wanted: application/json`;
    throw refuse(415, "unsupported_media_type", { detail, headers: { accept: "application/json" } });
  }
  if (encoding && encoding.toLowerCase() !== "identity") {
    const detail = `content-encoding ${describe(encoding)}; wanted: none`;
    throw refuse(415, "unsupported_media_type", { detail, headers: { "accept-encoding": "identity" } });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw refuseRequest("", "the body is not UTF-8");
  }
}

function parse(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, withExactIds) : JSON.parse(text);
  } catch {
    // The engine's own message would quote the body, perhaps with a token in it.
    throw refuseRequest("", "the body is not valid JSON");
  }
}

const IDS = new Set(["toUserId", "fromUserId", "callId"]);

/** As a number an id from 2 ** 53 up loses digits, and is another one. It is read as the digits that were sent. */
function withExactIds(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isLarge = IDS.has(key) && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLarge && /^-?\d+$/.test(context?.source ?? "") ? context?.source : value;
}
