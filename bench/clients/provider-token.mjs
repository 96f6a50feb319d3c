import { createPrivateKey, sign } from "node:crypto";

/** A provider token made by hand, once: what a client that is no library needs. */
export function providerToken({ teamId, keyId, key }) {
  const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "ES256", kid: keyId })}.${part({ iss: teamId, iat: Math.floor(Date.now() / 1000) })}`;
  const signature = sign("sha256", Buffer.from(text), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}
