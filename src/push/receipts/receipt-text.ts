import { createHash } from "node:crypto";
import type { ReceiptPlace } from "../../devices/receipt-store.js";
import { MOST_RECEIPT_BYTES } from "./create-receipts.js";

/** Who was called. */
export interface CalledUser {
  readonly toUserId: string;
  readonly callId: string;
}

/** What a receipt says of the push it came with. */
export interface ReceiptFacts {
  /** The name of one `sendCall`: the same for all phones of the user. */
  readonly attempt: string;
  /** The first 12 characters of the device token. */
  readonly phone: string;
  /** When it was made: epoch milliseconds. */
  readonly madeAt: number;
  /** Undefined where user and call did not fit: the store keeps them then, under the attempt's name. */
  readonly called: CalledUser | undefined;
}

/** Characters of an attempt's name. */
const ATTEMPT = 8;
/** Characters of a device token that name the phone. */
const PHONE = 12;
/** Digits of base 36 for the time, epoch milliseconds: enough for every `Date`. */
const TIME = 11;
/** Digits of base 36 for the length of the user's id. */
const LENGTH = 2;

/** The facts as text of fixed places, so that nothing in an id can pass for something else. */
export function writeReceipt({ attempt, phone, madeAt, called }: ReceiptFacts): string {
  const start = `${attempt}${phone}${madeAt.toString(36).padStart(TIME, "0")}`;
  if (called === undefined) return start;
  const { toUserId, callId } = called;
  return `${start}${toUserId.length.toString(36).padStart(LENGTH, "0")}${toUserId}${callId}`;
}

/** Whether the user and the call fit into a receipt. */
export function fits({ toUserId, callId }: CalledUser): boolean {
  const fixed = ATTEMPT + PHONE + TIME + LENGTH;
  return isWellFormed(toUserId + callId) && fixed + Buffer.byteLength(toUserId + callId) <= MOST_RECEIPT_BYTES;
}

/** Reads what `writeReceipt` wrote; text that was signed, and so is ours. */
export function readReceipt(text: string): ReceiptFacts {
  let at = 0;
  const next = (length: number) => {
    at += length;
    return text.slice(at - length, at);
  };
  const attempt = next(ATTEMPT);
  const phone = next(PHONE);
  const madeAt = Number.parseInt(next(TIME), 36);
  const length = next(LENGTH);
  if (length === "") return { attempt, phone, madeAt, called: undefined };
  const toUserId = next(Number.parseInt(length, 36));
  return { attempt, phone, madeAt, called: { toUserId, callId: text.slice(at) } };
}

/** The names by which a store knows the push. Their length is the same for all ids. */
export function placeOf({ toUserId, callId }: CalledUser, attempt: string, phone: string): ReceiptPlace {
  return { call: callName(toUserId, callId), phone: `${attempt}${phone}` };
}

export function callName(toUserId: string, callId: string): string {
  return digest(`${toUserId.length}:${toUserId}${callId}`);
}

/** The first 12 characters of the device token, from the name that `placeOf` made. */
export function phoneOf(name: string): string {
  return name.slice(ATTEMPT);
}

/** The attempt, from the name that `placeOf` made. */
export function attemptOf(name: string): string {
  return name.slice(0, ATTEMPT);
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** False for text with half a surrogate pair, which becomes another text as UTF-8. */
function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}
