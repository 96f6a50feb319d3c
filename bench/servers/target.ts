import { generateKeyPairSync } from "node:crypto";

/** Where a client sends, and as whom. */
export interface Target {
  readonly origin: string;
  /** The certificate to trust. */
  readonly caPath: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PEM. */
  readonly key: string;
}

/** Credentials made now; the server of the measurements does not look at them, but every client signs with them. */
export function makeCredentials(): Pick<Target, "teamId" | "keyId" | "key"> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  return { teamId: "TEAM123456", keyId: "KEY1234567", key };
}
