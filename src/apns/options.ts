import { X509Certificate } from "node:crypto";
import type { Clock } from "../clock.js";
import { type Environment, readEnvironment } from "../environment.js";
import type { ApnsVoipIssue } from "../errors.js";
import type { OnEvent } from "../events.js";
import { describe } from "../internal/describe.js";
import { isKeyText } from "../internal/key-text.js";
import {
  aClock,
  aFunction,
  checkOptions,
  group,
  needs,
  type OptionCheck,
  type OptionChecks,
  oneOf,
  wants,
  whole,
  wrong,
} from "../internal/options.js";
import { pemBlocks, pemText } from "../internal/pem.js";
import { checkBundleId, checkBundleIds } from "./bundle-id.js";
import { httpsProxy, proxyFromEnv, whatIsWrongWithProxy } from "./proxy.js";

/** `Uint8Array<ArrayBuffer>`, written so that TypeScript older than 5.7 understands it. */
type PlainBytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** The part of `fetch` that is used, so that any runtime's will do. */
export type ApnsFetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: PlainBytes;
    /** Apple never redirects. A redirect comes from something else, so it is not followed. */
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** Where the signing key is: exactly one of the three. */
export type ApnsKeyOptions =
  | {
      /**
       * Contents of the `.p8` file (PEM). Also taken: one line with `\n` written out, UTF-16, the base64 of the file, DER.
       */
      readonly key: string | Uint8Array;
      readonly keyPath?: undefined;
      readonly sign?: undefined;
    }
  | {
      /** Path of the `.p8` file. Read again when the file changes, so that a key can be rotated without a restart. */
      readonly keyPath: string;
      readonly key?: undefined;
      readonly sign?: undefined;
    }
  | {
      /**
       * A signer elsewhere (a key management service): ES256 over the given bytes, 64 bytes r||s, within 5 seconds. For a
       * fleet to share one provider token it must be deterministic (RFC 6979).
       */
      readonly sign: (data: Uint8Array) => Promise<Uint8Array>;
      readonly key?: undefined;
      readonly keyPath?: undefined;
    };

/** What speaks HTTP/2 to Apple. */
export type ApnsTransport = "http2" | "undici";

/** Everything `createApnsClient` takes. */
export type ApnsClientOptions = ApnsKeyOptions & {
  /** Apple's Team ID, 10 characters. */
  readonly teamId: string;
  /** The Key ID of the `.p8` key, 10 characters. */
  readonly keyId: string;
  /** The default app, without `.voip`; its VoIP topic is `${bundleId}.voip`. */
  readonly bundleId?: string | undefined;
  /**
   * The apps this client may send for, each without `.voip`. Default: any. A push to another app is refused, and `combineApnsClients`
   * gives it to another client.
   */
  readonly bundleIds?: readonly string[] | undefined;
  /** For devices whose environment is not known. Default: `"production"`. */
  readonly environment?: Environment | undefined;
  /** Those this server may talk to at all. Default: both. */
  readonly environments?: readonly Environment[] | undefined;
  /** Other origins than Apple's: a mock, or port 2197. `https` only. */
  readonly endpoints?: { readonly production?: string | undefined; readonly sandbox?: string | undefined } | undefined;
  /** PEM certificates trusted besides the system's roots, never instead of them. */
  readonly ca?: string | Uint8Array | undefined;
  /**
   * An HTTP proxy that allows CONNECT: `http://user:password@host:port`; `https://…` for one that is reached over TLS, whose
   * certificate `ca` may vouch for. `"env"` takes that of `HTTPS_PROXY`, but for the hosts in `NO_PROXY`. Default: none.
   */
  readonly proxy?: string | undefined;
  /** Connections per environment, 1 to 100. Default: 4. Another is opened only when those in hand are full. */
  readonly maxConnections?: number | undefined;
  /**
   * Another key for the sandbox, where the portal limits a key to one environment: its `keyId`, and its `key`, `keyPath` or `sign`. The
   * key above is then used in production only.
   */
  readonly sandbox?: (ApnsKeyOptions & { readonly keyId: string }) | undefined;
  /**
   * Milliseconds for one attempt, counted from leaving our queue, and for making a connection. Default: 5000. Bounds: 1 to
   * 600000.
   */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds between pings of a connection. Default: 60000. Bounds: 1 to 3600000. No answer within 5 s: the connection
   * is given up.
   */
  readonly pingInterval?: number | undefined;
  /**
   * What speaks HTTP/2: this library's own connection (`"http2"`, default), or the package undici (`"undici"`), loaded only then. With
   * undici more failures are `unknown`, and a push costs more.
   */
  readonly transport?: ApnsTransport | undefined;
  /** Replaces the network: a mock, msw, another runtime. Without HTTP/2 signals, more failures are `unknown`. */
  readonly fetch?: ApnsFetch | undefined;
  /** Hears of everything the client does. Default: nobody does. */
  readonly onEvent?: OnEvent | undefined;
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
};

/**
 * Apple's hosts.
 *
 * @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export const APPLE_ORIGINS: Readonly<Record<Environment, string>> = {
  production: "https://api.push.apple.com",
  sandbox: "https://api.sandbox.push.apple.com",
};

/** Every option but the key, judged, with its default filled in. */
export interface ApnsSettings {
  readonly teamId: string;
  readonly keyId: string;
  readonly bundleId: string | undefined;
  readonly bundleIds: readonly string[] | undefined;
  readonly environment: Environment;
  readonly environments: readonly Environment[];
  readonly origins: Readonly<Record<Environment, string>>;
  readonly ca: string | undefined;
  /** The proxy to each environment. */
  readonly proxies: Readonly<Record<Environment, URL | undefined>>;
  readonly maxConnections: number;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly transport: ApnsTransport;
}

const ENVIRONMENTS: readonly Environment[] = ["production", "sandbox"];

/**
 * Judges every option and fills in the defaults.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming all that is wrong.
 */
export function readSettings(options: ApnsClientOptions): ApnsSettings {
  checkOptions("createApnsClient", options, CHECKS, options => [
    ...keyIssues(options, ""),
    ...environmentIssues(options),
    ...sandboxIssues(options),
    ...appIssues(options),
  ]);
  const { teamId, keyId, bundleId, bundleIds, endpoints, ca, proxy } = options;
  const origin = (environment: Environment) =>
    originOf(endpoints?.[environment] ?? APPLE_ORIGINS[environment]) ?? APPLE_ORIGINS[environment];
  const origins = { production: origin("production"), sandbox: origin("sandbox") };
  return {
    teamId,
    keyId,
    bundleId,
    bundleIds: bundleIds && [...new Set(bundleIds)],
    environment: readEnvironment(options.environment) ?? "production",
    environments: environmentsOf(options) ?? ENVIRONMENTS,
    origins,
    ca: ca && certificatesIn(ca),
    proxies: { production: proxyTo(origins.production, proxy), sandbox: proxyTo(origins.sandbox, proxy) },
    maxConnections: options.maxConnections ?? 4,
    timeout: options.timeout ?? 5000,
    pingInterval: options.pingInterval ?? 60_000,
    transport: options.transport ?? "http2",
  };
}

function proxyTo(origin: string, proxy: string | undefined): URL | undefined {
  if (proxy === "env") return proxyFromEnv(origin, process.env);
  return proxy === undefined ? undefined : new URL(proxy);
}

const KEY_CHECKS: OptionChecks<ApnsKeyOptions & { readonly keyId: string }> = {
  keyId: needs("the Key ID of the .p8 key, 10 characters A-Z and 0-9, from developer.apple.com", isAppleId),
  key: wants("text or bytes, the contents of the .p8 file", isTextOrBytes),
  keyPath: checkPath,
  sign: aFunction,
};

const CHECKS: OptionChecks<ApnsClientOptions> = {
  teamId: needs("the Team ID, 10 characters A-Z and 0-9, from developer.apple.com", isAppleId),
  ...KEY_CHECKS,
  bundleId: checkBundleId,
  bundleIds: checkBundleIds,
  environment: wants('"production" or "sandbox"', given => readEnvironment(given) !== undefined),
  environments: wants('a list of "production", "sandbox" or both', isListOfEnvironments),
  endpoints: group("`{ production, sandbox }`, each an origin", {
    production: originCheck(APPLE_ORIGINS.production),
    sandbox: originCheck(APPLE_ORIGINS.sandbox),
  }),
  ca: checkCa,
  proxy: checkProxy,
  sandbox: group("`{ keyId, key }`, or `keyPath` or `sign` instead of `key`", KEY_CHECKS),
  maxConnections: whole(1, 100),
  timeout: whole(1, 600_000),
  pingInterval: whole(1, 3_600_000),
  transport: oneOf("http2", "undici"),
  fetch: aFunction,
  onEvent: aFunction,
  clock: aClock,
};

function keyIssues({ key, keyPath, sign }: ApnsKeyOptions, prefix: string) {
  const ways = [key, keyPath, sign].filter(way => way !== undefined).length;
  if (ways === 1) return [];
  return [
    wrong(
      `${prefix}key`,
      "exactly one of `key`, `keyPath` and `sign`",
      undefined,
      ways === 0 ? undefined : `${ways} of them`,
    ),
  ];
}

function sandboxIssues({ sandbox, environments }: ApnsClientOptions) {
  if (typeof sandbox !== "object" || sandbox === null) return [];
  const read = Array.isArray(environments) ? environments.map(text => readEnvironment(text)) : ENVIRONMENTS;
  const unused = ENVIRONMENTS.find(environment => !read.includes(environment));
  if (unused === undefined) return keyIssues(sandbox, "sandbox.");
  return [wrong("sandbox", "one key only, because `environments` has one only", sandbox, "a key for the sandbox")];
}

function appIssues({ bundleId, bundleIds }: ApnsClientOptions) {
  if (bundleId === undefined || !Array.isArray(bundleIds) || bundleIds.includes(bundleId)) return [];
  return [wrong("bundleId", "one of `bundleIds`", bundleId)];
}

function environmentIssues(options: ApnsClientOptions) {
  const { environment = "production", environments = ENVIRONMENTS } = options;
  const preset = readEnvironment(environment);
  if (preset === undefined || !isListOfEnvironments(environments)) return [];
  const allowed = environments.map(text => readEnvironment(text));
  return allowed.includes(preset)
    ? []
    : [wrong("environment", `one of \`environments\` (${allowed.join(", ")})`, preset)];
}

function environmentsOf({ environments }: ApnsClientOptions): Environment[] | undefined {
  return environments && [...new Set(environments.map(text => readEnvironment(text) as Environment))];
}

function isAppleId(given: unknown): boolean {
  return typeof given === "string" && /^[A-Z0-9]{10}$/.test(given);
}

function isTextOrBytes(given: unknown): given is string | Uint8Array {
  return typeof given === "string" || given instanceof Uint8Array;
}

function checkPath(given: unknown, path: string): readonly ApnsVoipIssue[] {
  if (isKeyText(given)) {
    return [wrong(path, "the path of its file; a key goes into `key`", given, "the key itself")];
  }
  const isPath = given === undefined || (typeof given === "string" && given !== "");
  return isPath ? [] : [wrong(path, "the path of the .p8 file", given)];
}

function isListOfEnvironments(given: unknown): boolean {
  return Array.isArray(given) && given.length > 0 && given.every(text => readEnvironment(text) !== undefined);
}

function originCheck(preset: string): OptionCheck {
  const wanted = `an https origin, for example ${preset}:2197`;
  return (given, path) => {
    if (given === undefined || originOf(given) !== undefined) return [];
    // A URL with a user name is not quoted, because it has a password, too.
    const hasUser = typeof given === "string" && URL.canParse(given) && new URL(given).username !== "";
    return [wrong(path, wanted, given, hasUser ? "a URL with a user name" : undefined)];
  };
}

function originOf(given: unknown): string | undefined {
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  const isOrigin = url?.protocol === "https:" && url.pathname === "/" && url.search === "" && url.username === "";
  return isOrigin ? url.origin : undefined;
}

/** The certificates in a text, in the form in which Node reads them; empty where there is none, or one that is broken. */
function certificatesIn(given: string | Uint8Array): string {
  const blocks = pemBlocks(pemText(given)).filter(({ label }) => label.endsWith("CERTIFICATE"));
  return blocks.every(({ pem }) => isCertificate(pem)) ? blocks.map(({ pem }) => pem).join("") : "";
}

/** Node ignores a `ca` without a certificate in it: every connection would fail, and not say why. */
function checkCa(given: unknown, path: string) {
  if (given === undefined || (isTextOrBytes(given) && certificatesIn(given) !== "")) return [];
  return [wrong(path, "PEM certificates", given, typeof given === "string" ? "other text" : describe(given))];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}

/** The message does not quote the address, which may hold a password. */
function checkProxy(given: unknown, path: string) {
  const fromEnv = given === "env";
  const proxy = fromEnv ? httpsProxy(process.env) : given;
  if (proxy === undefined) return [];
  const problem = whatIsWrongWithProxy(proxy);
  if (problem === undefined) return [];
  const shown = fromEnv ? `"env" given, and HTTPS_PROXY holds ${problem}, not a proxy` : problem;
  return [wrong(path, 'http://user:password@host:port, https:// for a proxy over TLS, or "env"', given, shown)];
}
