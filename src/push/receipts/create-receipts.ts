import { createHmac, timingSafeEqual } from "node:crypto";
import { memoryReceiptStore } from "../../devices/memory-receipt-store.js";
import type { ReceiptStore } from "../../devices/receipt-store.js";
import type { ApnsVoipIssue } from "../../errors.js";
import { listOf } from "../../internal/list-of.js";
import { checkOptions, has, type OptionChecks, range, wantsThing, wrong } from "../../internal/options.js";
import { LONGEST_RECEIPT } from "../../payload/call-payload.js";

export interface ReceiptsOptions {
  /**
   * What receipts are signed with, at least 16 characters, the same in all processes. Of several the first signs and all are
   * good, so that one can be replaced without a gap. Absent: an error, so that an unset variable cannot open the door.
   */
  readonly secret: string | readonly string[] | undefined;
  /** Default: `memoryReceiptStore()`, right for one process. For a fleet: `redisReceiptStore(client)`. */
  readonly store?: ReceiptStore | undefined;
  /** Milliseconds after which a phone that has reported nothing counts as silent. Default: 8000. Bounds: 100 to 600000. */
  readonly silentAfter?: number | undefined;
  /** Milliseconds for which receipts are good, and remembered. Default: 3600000, an hour. Bounds: 1000 to 86400000. */
  readonly keptFor?: number | undefined;
}

/** Receipts of phones: given to `createPushService({ receipts })`. Made with `createReceipts`. */
export interface Receipts {
  readonly store: ReceiptStore;
  /** Milliseconds. */
  readonly silentAfter: number;
  /** Milliseconds. */
  readonly keptFor: number;
  /** The text with a signature that only this secret makes. */
  sign(text: string): string;
  /** The text that was signed; undefined for what was not signed here. */
  verify(signed: string): string | undefined;
}

/** Characters of base64url that a signature takes, and the dot before it. */
const SIGNATURE = 44;

/** Bytes of text for which there is room. */
export const MOST_RECEIPT_BYTES = Math.floor(((LONGEST_RECEIPT - SIGNATURE) * 3) / 4);

/** Characters that a secret has at least. */
const SHORTEST_SECRET = 16;

/** Signed along with each receipt, so that a signature made with the same secret for something else is no receipt. */
const PURPOSE = "apns-voip receipt 1\n";

/**
 * Lets phones say that a call push has reached them: the payload of each call gets a key `receipt`, and the phone sends it
 * back with what it did. Apple tells nobody whether a phone got a push.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming all that is wrong. No secret is repeated.
 * @example
 * ```ts
 * const receipts = createReceipts({ secret: process.env.RECEIPT_SECRET });
 * const push = createPushService({ apns, devices, receipts });
 * ```
 */
export function createReceipts(options: ReceiptsOptions): Receipts {
  checkOptions("createReceipts", options, CHECKS);
  const { secret, store = memoryReceiptStore(), silentAfter = 8_000, keptFor = 3_600_000 } = options;
  // A secret read from a file may end with a line break, in one process and not in the other.
  const secrets = listOf(secret).map(text => String(text).trim());
  const [first, ...others] = secrets as [string, ...string[]];
  const macs = [first, ...others].map(
    key => (body: string) =>
      createHmac("sha256", key)
        .update(PURPOSE + body)
        .digest(),
  );

  return {
    store,
    silentAfter,
    keptFor,
    sign(text) {
      const body = Buffer.from(text).toString("base64url");
      return `${body}.${macs[0]!(body).toString("base64url")}`;
    },
    verify(signed) {
      if (typeof signed !== "string" || signed.length > LONGEST_RECEIPT) return undefined;
      const [body = "", signature = "", ...rest] = signed.split(".");
      const given = Buffer.from(signature, "base64url");
      if (rest.length > 0 || given.length !== 32) return undefined;
      // All secrets are tried, so that the time taken tells nothing.
      const isOurs = macs.map(mac => timingSafeEqual(mac(body), given)).includes(true);
      return isOurs ? Buffer.from(body, "base64url").toString() : undefined;
    },
  };
}

const CHECKS: OptionChecks<ReceiptsOptions> = {
  secret: checkSecret,
  store: wantsThing(
    "a ReceiptStore, for example memoryReceiptStore()",
    has("accepted", "heard", "due", "list", "once"),
  ),
  silentAfter: range("milliseconds", 100, 600_000),
  keptFor: range("milliseconds", 1_000, 86_400_000),
};

function checkSecret(given: unknown, path: string): readonly ApnsVoipIssue[] {
  const problem =
    listOf(given).length === 0
      ? "an empty list"
      : listOf(given)
          .map(problemOf)
          .find(found => found !== undefined);
  const wanted = `text of at least ${SHORTEST_SECRET} characters, or a list of such (is RECEIPT_SECRET set?)`;
  return problem === undefined ? [] : [wrong(path, wanted, given, problem)];
}

function problemOf(secret: unknown): string | undefined {
  if (typeof secret !== "string") return secret === undefined ? "undefined" : `a ${typeof secret}`;
  const { length } = secret.trim();
  return length < SHORTEST_SECRET ? `text of ${length}` : undefined;
}
