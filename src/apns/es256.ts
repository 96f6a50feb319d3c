import { createECDH, createHash, createHmac } from "node:crypto";

/** How many points there are on P-256: nonces and both halves of a signature are less than that. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The ECDSA signature over P-256 and SHA-256, `r` and `s` side by side, whose nonce is made from key and data: who holds the
 * key makes the same signature anywhere. node:crypto has everything of it but that nonce: OpenSSL multiplies the point and
 * hashes, and what is left to do here is one line of arithmetic. A bigint takes a little longer or shorter with its value, but that is
 * two signatures an hour, of a text that is always the same: nobody can measure a key by them.
 *
 * @see RFC 6979, 2.4 and 3.2
 */
export function signEs256(secret: Uint8Array, data: Uint8Array): Uint8Array {
  const digest = createHash("sha256").update(data).digest();
  const nextNonce = nonces(secret, bytesOf(numberIn(digest) % ORDER));
  for (;;) {
    const nonce = nextNonce();
    const k = numberIn(nonce);
    if (k === 0n || k >= ORDER) continue;
    const r = numberIn(xOfMultiple(nonce)) % ORDER;
    const s = (inverse(k) * (numberIn(digest) + r * numberIn(secret))) % ORDER;
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r), bytesOf(s)]);
  }
}

/** Gives what may be the nonce, each time another: RFC 6979, 3.2. */
function nonces(secret: Uint8Array, digest: Uint8Array): () => Uint8Array {
  let [k, v] = [Buffer.alloc(32, 0), Buffer.alloc(32, 1)];
  let isFirst = true;
  const mix = (...more: Uint8Array[]) => {
    k = hmac(k, v, ...more);
    v = hmac(k, v);
  };
  mix(Buffer.of(0), secret, digest);
  mix(Buffer.of(1), secret, digest);
  return () => {
    if (!isFirst) mix(Buffer.of(0));
    isFirst = false;
    v = hmac(k, v);
    return v;
  };
}

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Buffer<ArrayBuffer> {
  return createHmac("sha256", key).update(Buffer.concat(parts)).digest();
}

/** The x of the base point's multiple. node:crypto gives it as the public key that belongs to `times` in ECDH. */
function xOfMultiple(times: Uint8Array): Uint8Array {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(times);
  return curve.getPublicKey().subarray(1, 33);
}

/** The inverse modulo the order. By Fermat's theorem it is the value to the power of the order less two. */
function inverse(value: bigint): bigint {
  let [result, square] = [1n, value];
  for (let power = ORDER - 2n; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

function numberIn(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}
