import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.js";

/** What a server shows. PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Signs certificates for servers that listen on loopback or elsewhere. */
export interface Authority {
  /** PEM: what to trust. */
  readonly ca: string;
  /** Issues a certificate for these host names and addresses. */
  issue(hosts: readonly string[]): ServerCertificate;
}

interface Identity {
  readonly name: Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Extension {
  readonly id: string;
  readonly critical?: boolean;
  readonly value: Buffer;
}

const DAY = 24 * 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = der.sequence(der.objectId("1.2.840.10045.4.3.2"));
const SERVER_AUTH = der.objectId("1.3.6.1.5.5.7.3.1");

/** Makes an authority of our own. It and what it signs have been valid for a day and last a year. */
export function makeAuthority(): Authority {
  const authority = newIdentity("apns-voip mock authority");
  return {
    ca: certificate(authority, authority, [
      { id: "2.5.29.19", critical: true, value: der.sequence(der.boolean(true)) },
      // Key usage: bits 5 and 6, may sign certificates and revocation lists.
      { id: "2.5.29.15", critical: true, value: der.bitString(Buffer.of(0b0000_0110), 1) },
    ]),
    issue(hosts) {
      const server = newIdentity("apns-voip mock of Apple's push service");
      const cert = certificate(server, authority, [
        { id: "2.5.29.19", critical: true, value: der.sequence() },
        // Key usage: bit 0, digital signature.
        { id: "2.5.29.15", critical: true, value: der.bitString(Buffer.of(0b1000_0000), 7) },
        { id: "2.5.29.37", value: der.sequence(SERVER_AUTH) },
        { id: "2.5.29.17", value: der.sequence(...hosts.map(alternativeName)) },
      ]);
      return { cert, key: server.privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
    },
  };
}

function newIdentity(commonName: string): Identity {
  const name = der.sequence(der.set(der.sequence(der.objectId("2.5.4.3"), der.utf8(commonName))));
  return { name, ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}

function certificate(subject: Identity, issuer: Identity, extensions: readonly Extension[]): string {
  const serial = randomBytes(16);
  // Some verifiers insist on a positive serial number of full length, and on both key identifiers.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const identifiers: Extension[] = [
    { id: "2.5.29.14", value: der.octetString(keyId(subject)) },
    { id: "2.5.29.35", value: der.sequence(der.implicit(0, keyId(issuer))) },
  ];
  const tbs = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(serial),
    ECDSA_WITH_SHA256,
    issuer.name,
    der.sequence(der.time(new Date(Date.now() - DAY)), der.time(new Date(Date.now() + 365 * DAY))),
    subject.name,
    spki(subject),
    der.explicit(3, der.sequence(...[...extensions, ...identifiers].map(encode))),
  );
  return pem(der.sequence(tbs, ECDSA_WITH_SHA256, der.bitString(sign("sha256", tbs, issuer.privateKey))));
}

const spki = ({ publicKey }: Identity): Buffer => publicKey.export({ format: "der", type: "spki" });
const keyId = (identity: Identity): Buffer => createHash("sha1").update(spki(identity)).digest();

function encode({ id, critical, value }: Extension): Buffer {
  return der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 0 ? der.implicit(2, Buffer.from(host)) : der.implicit(7, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // "::" stands for as many zero groups as are missing from eight.
  const [head = [], tail = []] = address.split("::").map(half => half.split(":").filter(group => group !== ""));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  return Buffer.from(groups.map(group => group.padStart(4, "0")).join(""), "hex");
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
