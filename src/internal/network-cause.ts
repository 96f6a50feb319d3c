import { describe } from "./describe.js";

interface Fault {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
  readonly address?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Causes of causes that are looked into at most. */
const DEEPEST = 10;
/** Characters of a line at most. */
const LONGEST = 300;
/** In place of OpenSSL's `8067A4FE:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:…`. */
const PLAIN_HTTP = "the port speaks plain http, not https: use http://";

/**
 * Why a request failed, in one line: `connect ECONNREFUSED 127.0.0.1:3000`. The built-in `fetch` itself says only "fetch
 * failed"; the cause is underneath, and for a host of both address families underneath that once more.
 */
export function networkCause(error: unknown): string {
  const { message, code } = innermost(error);
  if (isPlainText(error)) return PLAIN_HTTP;
  const said = [message, code].find(text => typeof text === "string" && text.trim() !== "");
  return oneLine(typeof said === "string" ? said : typeof error === "string" ? error : describe(error));
}

/**
 * True when the failure shows that no byte of the request left: the host or its certificate was not to be had. The
 * outermost error with a code decides, and of several tries every one must show it: the request may have left with another.
 */
export function neverLeft(error: unknown, depth = 0): boolean {
  const fault = faultOf(error);
  if (fault === undefined || depth > DEEPEST) return false;
  const { errors, code, syscall, cause, message } = fault;
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(one => neverLeft(one, depth + 1));
  if (message === "bad port") return true; // what fetch says of a port that browsers block
  if (typeof code !== "string") return neverLeft(cause, depth + 1);
  return NO_CONNECTION.test(code) || syscall === "connect" || syscall === "getaddrinfo";
}

const NO_CONNECTION =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CERT_.+|ERR_TLS_CERT.+|UNABLE_TO_.+|SELF_SIGNED_CERT.+|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL|UND_ERR_CONNECT_TIMEOUT)$/;

/** True when TLS was spoken to a port that answered without it. */
export function isPlainText(error: unknown): boolean {
  const { message, code } = innermost(error);
  return (
    code === "ERR_SSL_WRONG_VERSION_NUMBER" || (typeof message === "string" && /wrong version number/i.test(message))
  );
}

/** Text from elsewhere, made fit for a log line: no line ends or control characters, not too long. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, " ").trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}...`;
}

function innermost(error: unknown): Fault {
  let fault = faultOf(error) ?? {};
  for (let depth = 0; depth < DEEPEST; depth++) {
    const inner = chosen(fault.errors) ?? faultOf(fault.cause);
    if (inner === undefined) break;
    fault = inner;
  }
  return fault;
}

/** Of one failure per address this takes the IPv4 one, because people know their servers by that address. */
function chosen(errors: unknown): Fault | undefined {
  if (!Array.isArray(errors)) return undefined;
  const faults = errors.map(faultOf).filter(fault => fault !== undefined);
  return faults.find(({ address }) => typeof address === "string" && !address.includes(":")) ?? faults.at(-1);
}

function faultOf(value: unknown): Fault | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}
