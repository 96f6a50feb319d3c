import { checkOptions, type OptionChecks, whole } from "../internal/options.js";
import type { AcceptedPush, ReceiptEvent, ReceiptPlace, ReceiptStore, StoredReceipt } from "./receipt-store.js";

export interface MemoryReceiptStoreOptions {
  /** Pushes remembered at once, default 100000. Beyond that the oldest calls are forgotten, so that memory stays bounded. */
  readonly maxReceipts?: number | undefined;
}

const CHECKS: OptionChecks<MemoryReceiptStoreOptions> = { maxReceipts: whole(1, Number.MAX_SAFE_INTEGER) };

interface KeptPhone {
  push: AcceptedPush | undefined;
  readonly heard: Map<ReceiptEvent, number>;
}

interface KeptCall {
  readonly phones: Map<string, KeptPhone>;
  readonly said: Set<string>;
  expiresAt: number;
}

/** Texts and marks that are kept at most. Both are few and short, compared with the pushes. */
const MOST_NOTES = 10_000;

/**
 * Receipts in this process's memory: right for one process. A receipt that reaches another process counts there, too, but
 * nobody there knows of silence. For a fleet take `redisReceiptStore`.
 */
export function memoryReceiptStore(options: MemoryReceiptStoreOptions = {}): ReceiptStore {
  checkOptions("memoryReceiptStore", options, CHECKS);
  const { maxReceipts = 100_000 } = options;
  // In the order of their last change, so that the next to expire is (nearly) always the first.
  const calls = new Map<string, KeptCall>();
  const notes = new Map<string, { readonly text: string; readonly expiresAt: number }>();
  /** Pushes of which nothing was heard yet, in the order in which they are due: all wait equally long. */
  let waiting: AcceptedPush[] = [];
  let size = 0;

  function callOf(name: string, now: number, keptFor: number): KeptCall {
    const call = find(name, now) ?? { phones: new Map(), said: new Set(), expiresAt: 0 };
    call.expiresAt = now + keptFor;
    calls.delete(name);
    calls.set(name, call);
    return call;
  }

  function find(name: string, now: number): KeptCall | undefined {
    const call = calls.get(name);
    if (call === undefined || now < call.expiresAt) return call;
    forget(name);
    return undefined;
  }

  function forget(name: string): void {
    size -= calls.get(name)?.phones.size ?? 0;
    calls.delete(name);
  }

  function phoneOf({ call: name, phone: phoneName }: ReceiptPlace, now: number, keptFor: number): KeptPhone {
    const call = callOf(name, now, keptFor);
    const known = call.phones.get(phoneName);
    if (known !== undefined) return known;
    const phone: KeptPhone = { push: undefined, heard: new Map() };
    call.phones.set(phoneName, phone);
    size++;
    for (const [oldest, { expiresAt }] of calls) {
      if ((now < expiresAt && size <= maxReceipts) || oldest === name) break;
      forget(oldest);
    }
    return phone;
  }

  function note(name: string, text: string, now: number, keptFor: number): void {
    notes.delete(name);
    notes.set(name, { text, expiresAt: now + keptFor });
    for (const [oldest, { expiresAt }] of notes) {
      if (now < expiresAt && notes.size <= MOST_NOTES) break;
      notes.delete(oldest);
    }
  }

  function noted(name: string, now: number): string | undefined {
    const found = notes.get(name);
    return found !== undefined && now < found.expiresAt ? found.text : undefined;
  }

  function isSilent({ call, phone, request, dueAt }: AcceptedPush): boolean {
    const known = calls.get(call)?.phones.get(phone);
    return known?.heard.size === 0 && !(request !== undefined && noted(`quiet ${request}`, dueAt) !== undefined);
  }

  return {
    isShared: false,

    async accepted(push, keptFor) {
      const phone = phoneOf(push, push.acceptedAt, keptFor);
      phone.push = push;
      if (phone.heard.size > 0) return;
      waiting.push(push);
      if (waiting.length > maxReceipts) waiting = waiting.slice(-Math.ceil(maxReceipts / 2));
    },

    async heard({ event, at, ...place }, keptFor) {
      const phone = phoneOf(place, at, keptFor);
      const acceptedAt = phone.push?.acceptedAt;
      if (phone.heard.has(event)) return { isFirst: false, acceptedAt };
      phone.heard.set(event, at);
      return { isFirst: true, acceptedAt };
    },

    async due(now) {
      const notYet = waiting.findIndex(({ dueAt }) => dueAt > now);
      const due = notYet < 0 ? waiting : waiting.slice(0, notYet);
      waiting = notYet < 0 ? [] : waiting.slice(notYet);
      return due.filter(isSilent).map(({ acceptedAt, details }) => ({ acceptedAt, details }));
    },

    async quiet(request, now, keptFor) {
      note(`quiet ${request}`, "", now, keptFor);
    },

    async list(name, now) {
      const heard: StoredReceipt[] = [];
      for (const [phone, { push, heard: events }] of find(name, now)?.phones ?? []) {
        for (const [event, at] of events) heard.push({ phone, event, at, acceptedAt: push?.acceptedAt });
      }
      return heard.sort((a, b) => a.at - b.at);
    },

    async once(name, what, now, keptFor) {
      const { said } = callOf(name, now, keptFor);
      if (said.has(what)) return false;
      said.add(what);
      return true;
    },

    async keep(name, text, now, keptFor) {
      note(name, text, now, keptFor);
    },

    async kept(name, now) {
      return noted(name, now);
    },
  };
}
