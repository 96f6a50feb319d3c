import { readFileSync } from "node:fs";
import { readEnvironment } from "../environment.js";
import { ApnsVoipError, type ApnsVoipIssue, isApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { isKeyText } from "../internal/key-text.js";
import { type ApnsClientOptions, readSettings } from "./options.js";
import { readSigningKey } from "./signing-key.js";

/** Which variable each option comes from. */
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
} as const;

/**
 * The client's options from environment variables.
 *
 * | variable | wanted |
 * | --- | --- |
 * | `APNS_TEAM_ID`, `APNS_KEY_ID` | 10 characters each |
 * | `APNS_P8_PATH` or `APNS_P8` | the `.p8` file, or its contents (one line with `\n` will do) |
 * | `APNS_BUNDLE_ID` | the app's bundle id, without `.voip` |
 * | `APNS_ENV` | `production` (default), or `sandbox` (`development` is read as that) |
 * | `APNS_PRODUCTION_URL`, `APNS_SANDBOX_URL`, `APNS_CA_PATH`, `APNS_PROXY` | for a mock or a proxy |
 * | `APNS_TRANSPORT` | `http2` (default), or `undici` |
 *
 * A variable that is set to nothing counts as absent.
 *
 * @throws {ApnsVoipError} `INVALID_OPTIONS` naming everything that is missing or wrong, all at once.
 */
export function apnsOptionsFromEnv(env: Readonly<Record<string, string | undefined>> = process.env): ApnsClientOptions {
  const issues: ApnsVoipIssue[] = [];
  const read = (option: keyof typeof VARIABLES) => env[VARIABLES[option]]?.trim() || undefined;
  const complain = (variable: string, message: string) => issues.push({ path: variable, message });

  if (!read("bundleId"))
    complain("APNS_BUNDLE_ID", "missing; wanted: the app's bundle id, for example com.example.app");
  const environment = read("environment");
  if (environment !== undefined && readEnvironment(environment) === undefined) {
    complain("APNS_ENV", `${describe(environment)} given; wanted: production or sandbox`);
  }
  const key = readKey(read("key"), read("keyPath"), complain);
  const ca = readCa(read("ca"), complain);
  const options = {
    teamId: read("teamId"),
    keyId: read("keyId"),
    ...key,
    bundleId: read("bundleId"),
    environment: readEnvironment(environment),
    endpoints: { production: read("endpoints.production"), sandbox: read("endpoints.sandbox") },
    ca,
    proxy: read("proxy"),
    transport: read("transport"),
  } as ApnsClientOptions;
  for (const { path, message } of problemsOf(options)) {
    const variable = VARIABLES[path as keyof typeof VARIABLES] as string | undefined;
    if (variable !== undefined && path !== "key") complain(variable, message);
  }
  if (issues.length === 0) return options;
  const list = issues.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
  throw new ApnsVoipError("INVALID_OPTIONS", `environment variables for APNs:\n${list}`, { issues });
}

type Complain = (variable: string, message: string) => void;

function readKey(contents: string | undefined, path: string | undefined, complain: Complain): object {
  if (contents === undefined && path === undefined) {
    complain("APNS_P8_PATH", "missing; wanted: the path of the .p8 file (or its contents in APNS_P8)");
    return {};
  }
  if (contents !== undefined && path !== undefined) {
    complain("APNS_P8", "given beside APNS_P8_PATH; wanted: one of the two");
    return {};
  }
  if (isKeyText(path)) {
    complain("APNS_P8_PATH", "the key itself given; wanted: the path of its file; a key goes into APNS_P8");
    return {};
  }
  try {
    if (contents !== undefined) readSigningKey(contents, "APNS_P8");
    else readSigningKey(readFileSync(path as string), "the file");
  } catch (error) {
    const message = isApnsVoipError(error)
      ? error.message
      : `${describe(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    complain(contents !== undefined ? "APNS_P8" : "APNS_P8_PATH", message);
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
