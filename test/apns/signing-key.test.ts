import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { type ApnsVoipError, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterAll, describe, expect, test } from "vitest";
import { goTo } from "./provider-tokens.js";

const mock = createMockApns();
// Away from the turn of a half hour, where two clients would show two provider tokens.
await goTo(mock, 5);
const ids = { teamId: mock.key.teamId, keyId: mock.key.keyId };
const pem = mock.key.key;
const base64 = Buffer.from(pem).toString("base64");
const sec1 = createPrivateKey(pem).export({ format: "pem", type: "sec1" }).toString();

/** Whether pushes signed with it are accepted: reading it is not enough. */
async function isAccepted(key: string | Uint8Array): Promise<boolean> {
  const client = createApnsClient({ ...ids, key, bundleId: "com.example.app", fetch: mock.fetch, clock: mock.clock });
  const { token: deviceToken } = mock.device();
  const result = await client.send({ deviceToken, pushType: "voip", payload: { callId: "1" } });
  return result.outcome === "accepted";
}

describe("a key is read as it comes", () => {
  test.each<[how: string, key: string | Uint8Array]>([
    ["as Apple hands it out", pem],
    ["as bytes", Buffer.from(pem)],
    ["on one line, with \\n as two characters", pem.trim().replaceAll("\n", "\\n")],
    ["on one line, with \\r\\n as four characters", pem.trim().replaceAll("\n", "\\r\\n")],
    ["with Windows line ends", pem.replaceAll("\n", "\r\n")],
    ["with old Macintosh line ends", pem.replaceAll("\n", "\r")],
    ["without a final line end", pem.trimEnd()],
    ["with blanks for line ends", pem.replaceAll("\n", " ")],
    ["with no line ends at all", pem.replaceAll("\n", "")],
    ["in double quotes", JSON.stringify(pem)],
    ["in single quotes", `'${pem.trim()}'`],
    ["indented, as in YAML", pem.replaceAll("\n", "\n    ")],
    ["with a byte order mark", `\uFEFF${pem}`],
    ["as bytes with a byte order mark", Buffer.from(`\uFEFF${pem}`)],
    ["with remarks around it", `Key for calls\n\n${pem}\nEnd of file`],
    ["on one line, escaped twice", pem.trim().replaceAll("\n", "\\\\n")],
    ["on one line, escaped three times and in quotes", `"${pem.trim().replaceAll("\n", "\\\\\\n")}"`],
    ["with blanks inside the dashes", pem.replace(/-----(.*?)-----/g, "----- $1 -----")],
    ["with the dashes of a word processor", pem.replaceAll("-----", "\u2014\u2013-")],
    ["with a dash lost", pem.replaceAll("-----", "----")],
    ["as base64 of the file", Buffer.from(pem).toString("base64")],
    [
      "as base64 of the file, in lines",
      Buffer.from(pem)
        .toString("base64")
        .replace(/(.{76})/g, "$1\n"),
    ],
    ["as base64 of the file in quotes", `"${Buffer.from(pem).toString("base64")}"`],
    ["as base64 of a file with Windows line ends", Buffer.from(pem.replaceAll("\n", "\r\n")).toString("base64")],
    ["as bytes that are base64 of the file", Buffer.from(Buffer.from(pem).toString("base64"))],
    ["in UTF-16, as PowerShell writes it", Buffer.from(`\uFEFF${pem}`, "utf16le")],
    ["in UTF-16 without its mark", Buffer.from(pem, "utf16le")],
    ["in UTF-16 of the other order", Buffer.from(`\uFEFF${pem}`, "utf16le").swap16()],
    ["in UTF-16, read as if it were UTF-8", Buffer.from(`\uFEFF${pem}`, "utf16le").toString("utf8")],
    ["as base64 of a file in UTF-16", Buffer.from(`\uFEFF${pem}`, "utf16le").toString("base64")],
    ["as DER", createPrivateKey(pem).export({ format: "der", type: "pkcs8" })],
    ["as DER of the older kind", createPrivateKey(pem).export({ format: "der", type: "sec1" })],
    ["as base64 of DER, which is the file without its first and last line", pem.replace(/-----.*?-----|\s/g, "")],
    ["as base64 of base64, as a secret of Kubernetes may be", Buffer.from(base64).toString("base64")],
    ["as base64 of the URL kind", Buffer.from(pem).toString("base64url")],
    [
      "as DER in base64 of the URL kind",
      createPrivateKey(pem).export({ format: "der", type: "pkcs8" }).toString("base64url"),
    ],
    ["as bytes that are base64 of DER", Buffer.from(pem.replace(/-----.*?-----|\s/g, ""))],
    ["as a data URL", `data:application/x-pem-file;base64,${base64}`],
    ["with the percent signs of a URL", encodeURIComponent(pem)],
    ["with the percent signs and plus signs of a form", new URLSearchParams({ pem }).toString().slice("pem=".length)],
    ["with line ends as \\u000a", pem.trim().replaceAll("\n", "\\u000a")],
    ["with a backslash at the end of each line", pem.trim().replaceAll("\n", "\\\n")],
    ["as a list of lines in JSON", JSON.stringify(pem.trim().split("\n"))],
    ["as EC PRIVATE KEY", sec1],
    [
      "as openssl writes it, EC PARAMETERS first",
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`,
    ],
  ])("%s", async (_how, key) => {
    expect(await isAccepted(key)).toBe(true);
  });
});

const P256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const RSA = generateKeyPairSync("rsa", { modulusLength: 1024 });
const P384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ED25519 = generateKeyPairSync("ed25519");
const passphrase = { cipher: "aes-256-cbc", passphrase: "secret" };
const privatePem = (key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1" = "pkcs8", locked = {}) =>
  key.export({ format: "pem", type, ...locked } as never) as unknown as string;
const block = (label: string) => `-----BEGIN ${label}-----\n${body(pem)}\n-----END ${label}-----\n`;
const body = (text: string) => text.replace(/-----.*?-----|\s/g, "");

const wrong: [what: string, key: string | Uint8Array, said: string][] = [
  ["a public key", P256.publicKey.export({ format: "pem", type: "spki" }).toString(), "a public key; the private half"],
  ["an RSA key", privatePem(RSA.privateKey), "an RSA private key; Apple's keys are EC P-256"],
  ["an RSA key in its own form", privatePem(RSA.privateKey, "pkcs1"), "an RSA private key"],
  ["an Ed25519 key", privatePem(ED25519.privateKey), "a private key of the kind ed25519; Apple's keys are EC P-256"],
  [
    "a key on another curve",
    privatePem(P384.privateKey),
    "an EC key on the curve secp384r1; Apple's keys are on P-256",
  ],
  [
    "a key that is zero",
    Buffer.from(`3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420${"00".repeat(32)}`, "hex"),
    "a P-256 key whose number is out of range",
  ],
  ["an encrypted key", privatePem(P256.privateKey, "pkcs8", passphrase), "an encrypted private key"],
  ["an encrypted key in the old form", privatePem(P256.privateKey, "sec1", passphrase), "an encrypted private key"],
  ["a certificate", block("CERTIFICATE"), "a certificate; certificates are not supported, make a .p8 key instead"],
  ["a certificate request", block("CERTIFICATE REQUEST"), "a certificate request; it is no key"],
  ["an OpenSSH key", block("OPENSSH PRIVATE KEY"), "an OpenSSH key"],
  ["a curve without a key", block("EC PARAMETERS"), "the parameters of a curve, not a key"],
  ["something of another kind", block("PGP MESSAGE"), 'a PEM block "PGP MESSAGE"'],
  [
    "a .p12 file",
    new Uint8Array([0x30, 0x82, 0x0c, 0x5f, 0x02, 0x01, 0x03]),
    "binary DER data that is no key (a .p12 or .cer file?)",
  ],
  ["another key as DER", RSA.privateKey.export({ format: "der", type: "pkcs8" }), "an RSA private key"],
  ["a public key as DER", P256.publicKey.export({ format: "der", type: "spki" }), "binary DER data that is no key"],
  ["a service account", JSON.stringify({ type: "service_account", client_id: "123" }), "JSON text, not a key"],
  ["base64 cut short", body(pem).slice(0, 120), "base64 that is no key, or not all of one"],
  ["base64 of something else", Buffer.from("x".repeat(200)).toString("base64"), "base64 that is no key"],
  ["a file name", "./keys/AuthKey_ABCDE12345.p8", "a file name; give it as `keyPath` (environment: APNS_P8_PATH)"],
  ["a password", "correct horse battery staple", "text of 28 characters that is no key"],
  ["nothing", "", "nothing (an empty text)"],
  ["blanks", " \n\\n ", "nothing (an empty text)"],
  ["no bytes", new Uint8Array(), "nothing (an empty text)"],
  [
    "a key without its last line",
    pem.split("\n").slice(0, -2).join("\n"),
    "a PEM text without its last line: it is cut short",
  ],
  [
    "a key cut short in the middle",
    pem.replace(/[^\n]{40}\n-----END/, "\n-----END"),
    "that looks like a private key but cannot be read as one: it is cut short or was changed",
  ],
  ["a key with a character changed", pem.replace(/MIG/, "NIG"), "cannot be read as one"],
];

describe("what is no key is refused by name, and never repeated", () => {
  test.each(wrong)("%s", (_what, key, said) => {
    expect(refusalOf(key).message).toMatch(/^`key` holds /);
    expect(refusalOf(key).message).toContain(said);
    expect(refusalOf(key).message).toMatch(/wanted: the \.p8 file from Apple .*-----BEGIN PRIVATE KEY-----$/);
    // Every run of 24 characters that could hold key material, wherever an error can carry it.
    const shown = inspect(refusalOf(key), { depth: Infinity, showHidden: true, maxStringLength: Infinity });
    const text = Buffer.from(key)
      .toString("latin1")
      .replace(/-----.*?-----/g, "");
    for (const [run] of text.matchAll(/[A-Za-z0-9+/]{24}/g)) expect(shown).not.toContain(run);
    expect(shown).not.toContain("correct horse");
  });
});

function refusalOf(key: string | Uint8Array): ApnsVoipError {
  try {
    createApnsClient({ ...ids, key });
  } catch (error) {
    expect(error).toMatchObject({ name: "ApnsVoipError", code: "INVALID_KEY" });
    return error as ApnsVoipError;
  }
  throw new Error("it was taken");
}

describe("a key file", () => {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = (keyPath: string) => createApnsClient({ ...ids, keyPath });

  test("that is not there, or is a folder, stops the start and is named", () => {
    expect(() => open("/nowhere/AuthKey.p8")).toThrow(/the key file \/nowhere\/AuthKey.p8 cannot be read \(ENOENT\)/);
    expect(() => open(folder)).toThrow(/cannot be read \(EISDIR\)/);
  });

  test("that holds something else is named with what it holds", () => {
    const path = join(folder, "public.p8");
    writeFileSync(path, P256.publicKey.export({ format: "pem", type: "spki" }));
    expect(() => open(path)).toThrow(/the key file .*public\.p8 holds a public key; the private half is needed/);
  });

  test.each([pem, pem.replaceAll("\n", "\\n"), body(pem)])(
    "whose path is the key itself is refused, and not repeated (%#)",
    text => {
      const secret = body(pem).slice(60);
      expect(() => open(text)).toThrow(/keyPath: the key itself given/);
      expect(() => open(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }));
    },
  );
});
