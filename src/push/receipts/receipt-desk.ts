import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.js";
import type { Device } from "../../devices/device.js";
import { RECEIPT_EVENTS, type ReceiptEvent } from "../../devices/receipt-store.js";
import type { OnEvent } from "../../events.js";
import { describe } from "../../internal/describe.js";
import { emit } from "../../internal/emit.js";
import { visible } from "../../internal/log-text.js";
import { invalidCall } from "../call.js";
import type { StoreGuard } from "../guarded-store.js";
import { jsonBytes } from "../json-bytes.js";
import type { Receipts } from "./create-receipts.js";
import {
  attemptOf,
  type CalledUser,
  callName,
  digest,
  fits,
  phoneOf,
  placeOf,
  readReceipt,
  writeReceipt,
} from "./receipt-text.js";
import { type SilenceOf, watchSilence } from "./silence.js";

/** What a phone sends: the receipt of a call push, and what became of it there. */
export interface ReceiptReport {
  /** As it was in the payload. */
  readonly receipt: string;
  readonly event: ReceiptEvent;
  /** With `failed`: why CallKit refused the call. The first 200 characters count. */
  readonly detail?: string | null | undefined;
}

/** What a phone has reported of a call. */
export interface ReceivedReceipt {
  /** The first 12 characters of the device token, and `...`. */
  readonly token: string;
  readonly event: ReceiptEvent;
  /** Since Apple accepted the push. */
  readonly milliseconds: number;
}

/** A call about to be pushed. */
export interface CallToWatch extends CalledUser {
  /** Its payload, without a receipt. */
  readonly payload: object;
  /** Bytes of JSON that a payload may take. */
  readonly mostBytes: number;
  /** A name of the request, by which a cancel finds its phones. */
  readonly request: string | undefined;
  /** What `onSilent` is told of the call, in whichever process that runs. */
  readonly silent: (device: Device, attempt: string) => SilenceOf["context"];
}

/** The receipts of one call: one for each phone. */
export interface CallReceipts {
  /** The name of this attempt to ring, for what happens once in it. */
  readonly attempt: string;
  payloadFor(device: Device): object;
  /** Notes that Apple accepted the push to this phone. Nobody waits for it. */
  accepted(device: Device): void;
}

export interface ReceiptDesk {
  /** Undefined: this call gets no receipts. */
  begin(call: CallToWatch): Promise<CallReceipts | undefined>;
  take(report: unknown): Promise<"taken" | "invalid" | "expired">;
  list(called: CalledUser): Promise<ReceivedReceipt[]>;
  /** Called when the request was cancelled: none of its phones counts as silent then. */
  quiet(request: string): void;
  /** Whether a phone has answered or declined in this attempt to ring. False where nobody can say. */
  isOver(called: CalledUser, attempt: string): Promise<boolean>;
  /** True for the first who says this of a call; also where the store does not answer, since it is better said twice. */
  once(called: CalledUser, what: string): Promise<boolean>;
}

export interface ReceiptDeskOptions {
  readonly receipts: Receipts;
  readonly clock: Clock;
  readonly onEvent: OnEvent | undefined;
  readonly guard: StoreGuard;
  /** Milliseconds for which a call rings at most. */
  readonly ringTimeout: number;
  /** A phone stayed silent: told in one process only. */
  readonly onSilent: (silence: SilenceOf, desk: ReceiptDesk) => void;
}

/** Milliseconds that a call waits for the store. After that it goes on without receipts. */
const PATIENCE = 1_000;
/** Milliseconds for operations of the store that no call waits for. */
const LONG_PATIENCE = 5_000;

/** Characters of `detail` that count. */
const LONGEST_DETAIL = 200;

/** Gives each push of a call its receipt, takes them back, and notices phones that report nothing. */
export function createReceiptDesk(options: ReceiptDeskOptions): ReceiptDesk {
  const { receipts, clock, onEvent, guard, ringTimeout } = options;
  const { store, silentAfter, keptFor } = receipts;
  const silence = watchSilence({ ...options, onSilent: silence => options.onSilent(silence, desk) });
  const wallTime = () => Math.round(clock.now());

  const desk: ReceiptDesk = {
    async begin(call) {
      const { payload, mostBytes, request, silent } = call;
      const called = { toUserId: call.toUserId, callId: call.callId };
      const attempt = randomBytes(6).toString("base64url");
      const madeAt = wallTime();
      const isShort = fits(called);
      const signFor = (device: Device) =>
        receipts.sign(
          writeReceipt({ attempt, phone: phoneName(device), madeAt, called: isShort ? called : undefined }),
        );
      const receiptBytes = `,"receipt":"${signFor(NO_DEVICE)}"`.length;
      const bytes = jsonBytes(payload) + receiptBytes;
      if (bytes > mostBytes) {
        emit(onEvent, { type: "push.keys-dropped", ...called, keys: ["receipt"], bytes, mostBytes });
        return undefined;
      }
      if (!isShort) {
        const text = JSON.stringify([called.toUserId, called.callId]);
        const kept = await guard("receipt", PATIENCE, () => store.keep(attempt, text, madeAt, keptFor));
        if (kept.error !== undefined) return undefined;
      }
      return {
        attempt,
        payloadFor: device => ({ ...payload, receipt: signFor(device) }),
        accepted(device) {
          const acceptedAt = wallTime();
          const push = {
            ...placeOf(called, attempt, phoneName(device)),
            acceptedAt,
            dueAt: acceptedAt + silentAfter,
            request: request === undefined ? undefined : digest(request),
            details: JSON.stringify({ ...called, phone: phoneName(device), context: silent(device, attempt) }),
          };
          guard("receipt", LONG_PATIENCE, () => store.accepted(push, keptFor));
          silence.expect(push.dueAt);
        },
      };
    },

    async take(report) {
      const { receipt, event, detail } = readReport(report);
      const text = receipts.verify(receipt);
      if (text === undefined) return "invalid";
      const facts = readReceipt(text);
      const now = wallTime();
      if (now - facts.madeAt > keptFor) return "expired";
      const called = facts.called ?? (await keptUser(facts.attempt, now));
      if (called === undefined) return "expired";
      const place = placeOf(called, facts.attempt, facts.phone);
      const heard = await guard("receipt", LONG_PATIENCE, () => store.heard({ ...place, event, at: now }, keptFor));
      if (heard.error !== undefined) throw heard.error;
      const { isFirst, acceptedAt } = heard.value;
      if (isFirst) {
        emit(onEvent, {
          type: "push.receipt",
          ...called,
          tokenPrefix: `${facts.phone}...`,
          event,
          milliseconds: Math.max(0, now - (acceptedAt ?? facts.madeAt)),
          ...(detail !== undefined && { detail }),
        });
      }
      return "taken";
    },

    async list({ toUserId, callId }) {
      const listed = await guard("receipt", LONG_PATIENCE, () => store.list(callName(toUserId, callId), wallTime()));
      if (listed.error !== undefined) throw listed.error;
      return listed.value.map(({ phone, event, at, acceptedAt }) => ({
        token: `${phoneOf(phone)}...`,
        event,
        milliseconds: Math.max(0, at - (acceptedAt ?? at)),
      }));
    },

    quiet(request) {
      guard("receipt", LONG_PATIENCE, () => store.quiet(digest(request), wallTime(), ringTimeout + 2 * silentAfter));
    },

    async isOver({ toUserId, callId }, attempt) {
      const listed = await guard("receipt", PATIENCE, () => store.list(callName(toUserId, callId), wallTime()));
      return (listed.value ?? []).some(
        ({ phone, event }) => attemptOf(phone) === attempt && (event === "answered" || event === "declined"),
      );
    },

    async once({ toUserId, callId }, what) {
      const said = await guard("receipt", PATIENCE, () =>
        store.once(callName(toUserId, callId), digest(what), wallTime(), keptFor),
      );
      return said.value !== false;
    },
  };
  return desk;

  async function keptUser(attempt: string, now: number): Promise<CalledUser | undefined> {
    const kept = await guard("receipt", LONG_PATIENCE, () => store.kept(attempt, now));
    if (kept.error !== undefined) throw kept.error;
    if (kept.value === undefined) return undefined;
    const [toUserId, callId] = JSON.parse(kept.value) as [string, string];
    return { toUserId, callId };
  }
}

/** Stands for a device where only the length of a receipt matters: all receipts are of one length. */
const NO_DEVICE = { token: "" } as Device;

function phoneName({ token }: Device): string {
  return token.slice(0, 12).padEnd(12, "0");
}

/** @throws `ApnsVoipError`, code `INVALID_CALL`: an event that does not exist. A receipt that is none is for the route to refuse. */
function readReport(report: unknown): { receipt: string; event: ReceiptEvent; detail: string | undefined } {
  const { receipt, event, detail } = (report ?? {}) as { readonly [Key in keyof ReceiptReport]?: unknown };
  if (!RECEIPT_EVENTS.includes(event as ReceiptEvent)) {
    const message = `event must be one of ${RECEIPT_EVENTS.join(", ")}, not ${describe(event)}`;
    throw invalidCall("receipt", [{ path: "event", message }]);
  }
  return {
    receipt: typeof receipt === "string" ? receipt : "",
    event: event as ReceiptEvent,
    detail: typeof detail === "string" && detail !== "" ? visible(detail, LONGEST_DETAIL) : undefined,
  };
}
