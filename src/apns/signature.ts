import { createPublicKey, verify } from "node:crypto";
import type { Clock } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { inTime } from "../internal/in-time.js";
import { networkCause } from "../internal/network-cause.js";
import { signEs256 } from "./es256.js";
import type { KeySource } from "./key-source.js";

/** Milliseconds within which a signer elsewhere must answer. Without a limit, an answer that never comes would keep all pushes waiting. */
const SIGNER_DEADLINE = 5000;

/** The ES256 signature of a text, in base64url. Rejects with `INVALID_KEY`; with a `cause` when it may work another time. */
export async function sign(keys: KeySource, clock: Clock, text: string): Promise<string> {
  const data = new TextEncoder().encode(text);
  const signature = keys.sign
    ? await askSigner(keys.sign, clock, data)
    : signEs256(keys.key?.secret as Uint8Array, data);
  return Buffer.from(signature).toString("base64url");
}

type Signer = NonNullable<KeySource["sign"]>;

async function askSigner(signer: Signer, clock: Clock, data: Uint8Array): Promise<Uint8Array> {
  let signature: unknown;
  try {
    signature = await inTime(clock, SIGNER_DEADLINE, signer(data));
  } catch (error) {
    const cause = error ?? new Error("it gave no reason");
    throw new ApnsVoipError(
      "INVALID_KEY",
      `the \`sign\` function failed, so there is no provider token: ${networkCause(cause)}`,
      { cause },
    );
  }
  if (signature instanceof Uint8Array && signature.length === 64) return signature;
  const got = signature instanceof Uint8Array ? `${signature.length} bytes` : typeof signature;
  const hint = signature instanceof Uint8Array && signature[0] === 0x30 ? " (this looks like DER: convert it)" : "";
  throw new ApnsVoipError(
    "INVALID_KEY",
    `the \`sign\` function returned ${got}${hint}; wanted: 64 bytes, r and s side by side`,
  );
}

/** Verifies the first token of a key as Apple will, so that a mistake of ours shows here and not as a 403. */
export function prove(keys: KeySource, text: string): void {
  if (keys.key === undefined) return;
  const publicKey = createPublicKey(keys.key.keyObject);
  const end = text.lastIndexOf(".");
  const [signed, signature] = [Buffer.from(text.slice(0, end)), Buffer.from(text.slice(end + 1), "base64url")];
  if (verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)) return;
  throw new ApnsVoipError(
    "INVALID_KEY",
    "the provider token made with this key does not verify against it; get the .p8 file anew",
  );
}
