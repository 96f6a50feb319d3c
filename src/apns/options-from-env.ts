import { readFileSync } from "node:fs";
import { readEnvironment } from "../environment.js";
import { ApnsVoipError, type ApnsVoipIssue, isApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { isKeyText } from "../internal/key-text.js";
import { setInstead, setting } from "./env-variables.js";
import { type ApnsClientOptions, readSettings } from "./options.js";
import { readSigningKey } from "./signing-key.js";

/** The variable of each option. */
const VARIABLES = {
  teamId: "APNS_TEAM_ID",
  keyId: "APNS_KEY_ID",
  key: "APNS_P8",
  keyPath: "APNS_P8_PATH",
  bundleId: "APNS_BUNDLE_ID",
  environment: "APNS_ENV",
  "endpoints.production": "APNS_PRODUCTION_URL",
  "endpoints.sandbox": "APNS_SANDBOX_URL",
  ca: "APNS_CA_PATH",
  proxy: "APNS_PROXY",
  transport: "APNS_TRANSPORT",
  "sandbox.keyId": "APNS_SANDBOX_KEY_ID",
  "sandbox.key": "APNS_SANDBOX_P8",
  "sandbox.keyPath": "APNS_SANDBOX_P8_PATH",
} as const;

type Variable = (typeof VARIABLES)[keyof typeof VARIABLES];

/**
 * The client's options from environment variables.
 *
 * | variable | wanted |
 * | --- | --- |
 * | `APNS_TEAM_ID`, `APNS_KEY_ID` | 10 characters each |
 * | `APNS_P8_PATH` or `APNS_P8` | the `.p8` file, or its contents (one line with `\n`, or the base64 of the file, will do) |
 * | `APNS_BUNDLE_ID` | the app's bundle id, without `.voip` |
 * | `APNS_ENV` | `production` (default), or `sandbox` (`development` is read as that) |
 * | `APNS_SANDBOX_KEY_ID`, `APNS_SANDBOX_P8_PATH` or `APNS_SANDBOX_P8` | another key for the sandbox, if there is one |
 * | `APNS_PRODUCTION_URL`, `APNS_SANDBOX_URL`, `APNS_CA_PATH` | for a mock |
 * | `APNS_PROXY` | `http://user:password@host:port`, or `env` for what `HTTPS_PROXY` and `NO_PROXY` say |
 * | `APNS_TRANSPORT` | `http2` (default), or `undici` |
 *
 * A variable that is set to nothing counts as absent. Quotes around a value, and a byte order mark, are dropped.
 *
 * @throws {ApnsVoipError} `INVALID_OPTIONS` naming everything that is missing or wrong, all at once; for what is missing also the
 * variable that is set instead, if there is one like it.
 */
export function apnsOptionsFromEnv(env: Readonly<Record<string, string | undefined>> = process.env): ApnsClientOptions {
  const issues: ApnsVoipIssue[] = [];
  const read = (option: keyof typeof VARIABLES) => setting(env, VARIABLES[option]);
  const complain = (variable: Variable, message: string) => {
    const instead = message.startsWith("missing") ? setInstead(env, variable) : undefined;
    const hint = instead === undefined ? "" : `; ${instead} is set: did you mean ${variable}?`;
    issues.push({ path: variable, message: `${message}${hint}` });
  };

  if (!read("bundleId"))
    complain("APNS_BUNDLE_ID", "missing; wanted: the app's bundle id, for example com.example.app");
  const environment = read("environment");
  if (environment !== undefined && readEnvironment(environment) === undefined) {
    complain("APNS_ENV", `${describe(environment)} given; wanted: production or sandbox`);
  }
  const ca = readCa(read("ca"), complain);
  const sandboxKeyId = read("sandbox.keyId");
  const hasSandbox = [sandboxKeyId, read("sandbox.key"), read("sandbox.keyPath")].some(Boolean);
  const options = {
    teamId: read("teamId"),
    keyId: read("keyId"),
    ...readKey(read("key"), read("keyPath"), "APNS_P8", complain),
    bundleId: read("bundleId"),
    environment: readEnvironment(environment),
    endpoints: { production: read("endpoints.production"), sandbox: read("endpoints.sandbox") },
    ca,
    proxy: read("proxy"),
    transport: read("transport"),
    ...(hasSandbox && {
      sandbox: {
        keyId: sandboxKeyId,
        ...readKey(read("sandbox.key"), read("sandbox.keyPath"), "APNS_SANDBOX_P8", complain),
      },
    }),
  } as ApnsClientOptions;
  for (const { path, message } of problemsOf(options)) {
    const variable = VARIABLES[path as keyof typeof VARIABLES] as Variable | undefined;
    if (variable !== undefined && path !== "key" && path !== "sandbox.key") complain(variable, message);
  }
  if (issues.length === 0) return options;
  const list = issues.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
  throw new ApnsVoipError("INVALID_OPTIONS", `environment variables for APNs:\n${list}`, { issues });
}

type Complain = (variable: Variable, message: string) => void;

function readKey(
  contents: string | undefined,
  path: string | undefined,
  variable: "APNS_P8" | "APNS_SANDBOX_P8",
  complain: Complain,
): object {
  const pathVariable = `${variable}_PATH` as const;
  if (contents === undefined && path === undefined) {
    complain(pathVariable, `missing; wanted: the path of the .p8 file (or its contents in ${variable})`);
    return {};
  }
  if (contents !== undefined && path !== undefined) {
    complain(variable, `given beside ${pathVariable}; wanted: one of the two`);
    return {};
  }
  if (isKeyText(path)) {
    complain(pathVariable, `the key itself given; wanted: the path of its file; a key goes into ${variable}`);
    return {};
  }
  try {
    if (contents !== undefined) readSigningKey(contents, variable);
    else readSigningKey(readFileSync(path as string), "the file");
  } catch (error) {
    const message = isApnsVoipError(error)
      ? error.message
      : `${describe(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    complain(contents !== undefined ? variable : pathVariable, message);
  }
  return contents !== undefined ? { key: contents } : { keyPath: path };
}

function readCa(path: string | undefined, complain: Complain): Uint8Array | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    complain(
      "APNS_CA_PATH",
      `${describe(path)} cannot be read (${(error as NodeJS.ErrnoException).code}); wanted: a PEM file`,
    );
    return undefined;
  }
}

function problemsOf(options: ApnsClientOptions): readonly ApnsVoipIssue[] {
  try {
    readSettings(options);
    return [];
  } catch (error) {
    return isApnsVoipError(error) ? error.issues : [];
  }
}
