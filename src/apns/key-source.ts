import { readFileSync, statSync } from "node:fs";
import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import type { ApnsKeyOptions } from "./options.js";
import { readSigningKey, type SigningKey } from "./signing-key.js";

/** Milliseconds between two looks at the key file at least. */
const LOOK_EVERY = 1000;

/** Where signatures come from, and whether the key behind them has changed. */
export interface KeySource {
  /** The key. Absent for a signer elsewhere, whose key we never see. */
  readonly key: SigningKey | undefined;
  readonly sign: ((data: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** Looks at the key file; true if it holds another key than before, which is then in use. */
  changed(): boolean;
}

/** Reads the key at once, so that a wrong one stops the start. */
export function openKeySource(options: ApnsKeyOptions, clock: Clock): KeySource {
  if (options.sign !== undefined) return { key: undefined, sign: options.sign, changed: () => false };
  if (options.key !== undefined)
    return { key: readSigningKey(options.key, "`key`"), sign: undefined, changed: () => false };
  return keyFile(options.keyPath, clock);
}

function keyFile(path: string, clock: Clock): KeySource {
  let key = readKeyFile(path);
  let stamp = stampOf(path);
  let lookedAt = monotonicNow(clock);
  return {
    get key() {
      return key;
    },
    sign: undefined,
    changed() {
      const now = monotonicNow(clock);
      if (now - lookedAt < LOOK_EVERY) return false;
      lookedAt = now;
      const seen = stampOf(path);
      if (seen === stamp || seen === undefined) return false;
      try {
        const read = readKeyFile(path);
        stamp = seen;
        const same = Buffer.compare(read.secret, key.secret) === 0;
        key = read;
        return !same;
      } catch {
        // The file is half written, or wrong: the key in hand goes on working, and the file is read again later.
        return false;
      }
    },
  };
}

function readKeyFile(path: string): SigningKey {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ApnsVoipError(
      "INVALID_KEY",
      `the key file ${path} cannot be read (${code ?? "unknown error"}); wanted: the .p8 file from Apple`,
      { cause },
    );
  }
  return readSigningKey(bytes, `the key file ${path}`);
}

/** Undefined for a file that cannot be looked at now: the key in hand goes on working. */
function stampOf(path: string): string | undefined {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}
