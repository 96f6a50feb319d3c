import { createHmac } from "node:crypto";
import { ecdsa, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { sha256 } from "@noble/hashes/sha2.js";

// P-256 as @noble/curves/nist.js has it, too. That one brings other curves along, so that loading it takes twice as long, and
// is shared by all who use it, while what is set below must hold for ours alone.
const CURVE = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  h: 1n,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

const Point = weierstrass(CURVE);
// No table of multiples: making it takes as long as ten signatures without it, and a provider token needs one.
Point.BASE.precompute(1);

// HMAC by OpenSSL, because a nonce takes several and JavaScript's own is slow at first.
const hmac = (key: Uint8Array, message: Uint8Array) => createHmac("sha256", key).update(message).digest();

/** ECDSA over P-256 and SHA-256, its nonce made from key and data (RFC 6979), which node:crypto does not offer. */
export const es256 = ecdsa(Point, sha256, { hmac });
