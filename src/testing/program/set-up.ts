import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Environment } from "../../environment.js";
import { ApnsVoipError } from "../../errors.js";
import { shellWord } from "../../internal/shell-word.js";
import type { MockKey } from "../keys.js";

/** Everything a server needs to send to the mock instead of Apple. */
export interface MockSetUp {
  readonly endpoints: Readonly<Record<Environment, string>>;
  readonly teamId: string;
  readonly keyId: string;
  /** Default app. */
  readonly bundleId: string;
  /** File with the `.p8` key. */
  readonly keyPath: string;
  /** File with the certificate to trust, PEM. */
  readonly caPath: string;
  /** File with `env`, a `NAME=value` on each line. */
  readonly envPath: string;
  /** The same as variables for `apnsOptionsFromEnv`. */
  readonly env: Readonly<Record<string, string>>;
}

interface SetUpParts {
  readonly folder: string;
  readonly endpoints: MockSetUp["endpoints"];
  readonly key: MockKey;
  readonly bundleId: string;
}

/** Describes the files under names that do not change from start to start, so that a pasted path stays right. */
export function describeSetUp({ folder, endpoints, key: { teamId, keyId }, bundleId }: SetUpParts): MockSetUp {
  const at = (name: string) => join(resolve(folder), name);
  const [keyPath, caPath, envPath] = [at(`AuthKey_${keyId}.p8`), at("mock-ca.pem"), at("mock.env")];
  const env = {
    APNS_TEAM_ID: teamId,
    APNS_KEY_ID: keyId,
    APNS_P8_PATH: keyPath,
    APNS_BUNDLE_ID: bundleId,
    APNS_PRODUCTION_URL: endpoints.production,
    APNS_SANDBOX_URL: endpoints.sandbox,
    APNS_CA_PATH: caPath,
  };
  return { endpoints, teamId, keyId, bundleId, keyPath, caPath, envPath, env };
}

/**
 * Writes key, certificate and variables. The key can be read by its owner only.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`: the folder cannot be written to.
 */
export async function writeSetUp({ keyPath, caPath, envPath, env }: MockSetUp, key: string, ca: string): Promise<void> {
  const folder = dirname(envPath);
  try {
    await mkdir(folder, { recursive: true });
    // Keeps the key out of git. A `.gitignore` that is there already is left as it is.
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" }).catch(unlessItIsThere);
    await writeFile(keyPath, key, { mode: 0o600 });
    // `mode` applies to a new file only, so an old one is set here.
    await chmod(keyPath, 0o600);
    await writeFile(caPath, ca);
    await writeFile(
      envPath,
      Object.entries(env)
        .map(([name, value]) => `${name}=${shellWord(value)}\n`)
        .join(""),
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const wanted = "give a folder that this user can write to";
    throw new ApnsVoipError("INVALID_OPTIONS", `${folder} cannot be written to (${code ?? message}): ${wanted}`, {
      cause: error,
    });
  }
}

function unlessItIsThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
