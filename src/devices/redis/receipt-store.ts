import { randomUUID } from "node:crypto";
import { aText, type OptionChecks } from "../../internal/options.js";
import type { ReceiptEvent, ReceiptStore, SilentPush, StoredReceipt } from "../receipt-store.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { checkStore, fieldsOf, type RedisClient, redisCommands, textOf } from "./client.js";
import { ACCEPTED, HEARD, KEEP, KEPT, LEASE_DUE, ONCE, SETTLE, TELL, WAIT } from "./receipt-scripts.js";

export interface RedisReceiptStoreOptions extends StoreCallOptions {
  /** What every key starts with, default `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

const CHECKS: OptionChecks<RedisReceiptStoreOptions> = { ...STORE_CHECKS, prefix: aText };

/** Silent phones that one look takes at most. */
const MOST_DUE = 100;

/** Milliseconds for which a silent phone is left to the process that found it. Then another one tells of it. */
const LEASE = 5_000;

/** Receipts of one call that are read at most. */
const MOST_LISTED = 100;

/**
 * Receipts in Redis, for all processes of a fleet: a receipt may reach another process than the one that sent the push, and a
 * phone stays silent for all of them. Every key ends by itself.
 *
 * @example
 * const receipts = createReceipts({ secret: process.env.RECEIPT_SECRET, store: redisReceiptStore(client) });
 */
export function redisReceiptStore(client: RedisClient, options: RedisReceiptStoreOptions = {}): ReceiptStore {
  checkStore("redisReceiptStore", client, options, CHECKS);
  const { prefix = "apns-voip:" } = options;
  const ask = storeCalls("redisReceiptStore", options);
  const redis = redisCommands(client);
  const callKey = (call: string) => `${prefix}receipts:${call}`;
  const noteKey = (name: string) => `${prefix}receipt-note:${name}`;
  const quietKey = (request: string) => `${prefix}receipts-quiet:${request}`;
  const dueKey = `${prefix}receipts-due`;
  const wholeMs = (ms: number) => String(Math.max(1, Math.ceil(ms)));

  return {
    isShared: true,

    accepted: ({ call, phone, acceptedAt, dueAt, request, details }, keptFor) =>
      ask("accepted", async () => {
        const heard = await redis.run(ACCEPTED, callKey(call), phone, String(acceptedAt), details, wholeMs(keptFor));
        if (Number(heard) === 1) return;
        await redis.run(WAIT, dueKey, String(dueAt), JSON.stringify([call, phone, request ?? null]));
      }),

    heard: ({ call, phone, event, at }, keptFor) =>
      ask("heard", async () => {
        const mark = `${at} ${randomUUID()}`;
        const acceptedAt = await redis.run(HEARD, callKey(call), phone, event, mark, wholeMs(keptFor));
        if (acceptedAt === null || acceptedAt === undefined) return { isFirst: false, acceptedAt: undefined };
        return { isFirst: true, acceptedAt: Number(textOf(acceptedAt)) || undefined };
      }),

    due: now =>
      ask("due", async () => {
        const members = await redis.run(LEASE_DUE, dueKey, String(now), String(now + LEASE), String(MOST_DUE));
        const told = await Promise.all((Array.isArray(members) ? members : []).map(member => tell(textOf(member))));
        return told.filter(push => push !== undefined);
      }),

    quiet: (request, _now, keptFor) =>
      ask("quiet", async () => {
        await redis.run(KEEP, quietKey(request), "1", wholeMs(keptFor));
      }),

    list: call =>
      ask("list", async () => {
        const fields = fieldsOf(await redis.fields(callKey(call)));
        return [...fields]
          .flatMap(([field, value]) => readHeard(field, value, fields))
          .sort((a, b) => a.at - b.at)
          .slice(-MOST_LISTED);
      }),

    once: (call, what, _now, keptFor) =>
      ask("once", async () => Number(await redis.run(ONCE, callKey(call), what, randomUUID(), wholeMs(keptFor))) === 1),

    keep: (name, text, _now, keptFor) =>
      ask("keep", async () => {
        await redis.run(KEEP, noteKey(name), text, wholeMs(keptFor));
      }),

    kept: name =>
      ask("kept", async () => {
        const text = await redis.run(KEPT, noteKey(name));
        return text === null || text === undefined ? undefined : textOf(text);
      }),
  };

  async function tell(member: string): Promise<SilentPush | undefined> {
    const [call, phone, request] = JSON.parse(member) as [string, string, string | null];
    const isQuiet = request !== null && (await redis.run(KEPT, quietKey(request)));
    const told = isQuiet ? undefined : await redis.run(TELL, callKey(call), phone, randomUUID());
    await redis.run(SETTLE, dueKey, member);
    if (!Array.isArray(told)) return undefined;
    return { acceptedAt: Number(textOf(told[0])), details: textOf(told[1]) };
  }
}

function readHeard(field: string, value: string, fields: ReadonlyMap<string, string>): StoredReceipt[] {
  const [kind, phone = "", event] = field.split(":");
  if (kind !== "e") return [];
  const acceptedAt = Number(fields.get(`a:${phone}`) ?? 0) || undefined;
  return [{ phone, event: event as ReceiptEvent, at: Number.parseInt(value, 10), acceptedAt }];
}
