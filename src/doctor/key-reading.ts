import { resolve } from "node:path";
import { readSigningKey } from "../apns/signing-key.js";
import { isApnsVoipError } from "../errors.js";
import { type Env, setting } from "./env.js";
import { errorCode } from "./error-code.js";
import type { World } from "./world.js";

/** What came of reading the signing key. It never holds the key. */
export type KeyReading =
  | { readonly state: "missing" }
  | { readonly state: "unreadable"; readonly path: string; readonly reason: string }
  | { readonly state: "wrong"; readonly path: string | undefined; readonly words: string }
  | { readonly state: "good"; readonly path: string | undefined };

/** Reads the key as the client will. */
export async function readKey(world: World, env: Env): Promise<KeyReading> {
  const given = setting(env, "APNS_P8");
  const named = setting(env, "APNS_P8_PATH");
  if (given !== undefined) return judge(given, undefined, "APNS_P8");
  if (named === undefined) return { state: "missing" };
  const path = resolve(named);
  try {
    return judge(await world.readFile(path), path, path);
  } catch (error) {
    return { state: "unreadable", path, reason: errorCode(error) ?? "unknown" };
  }
}

function judge(key: string | Uint8Array, path: string | undefined, where: string): KeyReading {
  try {
    readSigningKey(key, where);
    return { state: "good", path };
  } catch (error) {
    if (!isApnsVoipError(error)) throw error;
    return { state: "wrong", path, words: error.message.split("; wanted:")[0]! };
  }
}

/** The Key ID in the name of the file that Apple hands out, `AuthKey_ABC123DEFG.p8`. */
export function keyIdInName(path: string | undefined): string | undefined {
  return path === undefined ? undefined : /AuthKey_([A-Z0-9]{10})\.p8$/.exec(path)?.[1];
}
