import { type Call, type Rung, rungOf } from "./call.js";
import { bareKeyOf, isBare, type KnownPhone } from "./phone.js";

/**
 * One connection of a user is one phone, whatever device id it names: what is known of that connection under another key is
 * this phone's. Gives the phone with the key by which it is known.
 */
export function knownBefore(calls: readonly Call[], phone: KnownPhone): KnownPhone {
  const keys = calls.flatMap(call => keysOn(call, phone)).filter(key => key !== phone.key);
  if (isBare(phone.key)) {
    // It has said its device id before.
    const key = keys.find(key => !isBare(key));
    return key === undefined ? phone : { ...phone, key };
  }
  for (const key of new Set([bareKeyOf(phone.id), ...keys])) rename(calls, phone.userId, key, phone.key);
  return phone;
}

function keysOn(call: Call, { userId, id }: KnownPhone): string[] {
  const keys: string[] = [];
  if (call.from === userId && call.caller.id === id) keys.push(call.caller.key);
  if (call.to !== userId) return keys;
  if (call.callee?.id === id) keys.push(call.callee.key);
  for (const { key, ids } of call.rang) if (ids.includes(id)) keys.push(key);
  return keys;
}

/** What is known of a user's phone under one key is known under another from now on. */
export function rename(calls: readonly Call[], userId: string, from: string, to: string): void {
  const renamed = (key: string) => (key === from ? to : key);
  const renamedAll = (keys: readonly string[]) => [...new Set(keys.map(renamed))];
  for (const call of calls) {
    if (call.from === userId) call.caller.key = renamed(call.caller.key);
    if (call.to !== userId) continue;
    if (call.callee) call.callee.key = renamed(call.callee.key);
    call.told = renamedAll(call.told);
    call.woken = renamedAll(call.woken);
    const rung = rungOf(call, from);
    if (rung) renameRung(call, rung, to);
    const { [from]: candidates, ...early } = call.early;
    if (candidates) call.early = { ...early, [to]: [...(early[to] ?? []), ...candidates] };
  }
}

function renameRung(call: Call, rung: Rung, to: string): void {
  const other = rungOf(call, to);
  rung.key = to;
  if (other === undefined) return;
  rung.ids = [...new Set([...other.ids, ...rung.ids])];
  rung.wasThere ||= other.wasThere;
  if (rung.toldOn || other.toldOn) rung.toldOn = [...(other.toldOn ?? []), ...(rung.toldOn ?? [])];
  call.rang = call.rang.filter(one => one !== other);
}
