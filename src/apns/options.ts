import { X509Certificate } from "node:crypto";
import type { Clock } from "../clock.js";
import { type Environment, readEnvironment } from "../environment.js";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import type { OnEvent } from "../events.js";
import { describe } from "../internal/describe.js";
import { isKeyText } from "./signing-key.js";

/** The part of `fetch` that is used, so that any runtime's will do. */
export type ApnsFetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: Uint8Array<ArrayBuffer>;
    /** Apple sends nobody elsewhere: whoever does is not Apple, and what it sends us to even less. */
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
      /** Contents of the `.p8` file (PEM). A one-line text with `\n` as two characters is accepted. */
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
       * A signer elsewhere (a key management service): ES256 over the given bytes, 64 bytes r||s. For a fleet to share
       * one provider token it must be deterministic (RFC 6979).
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
  /** For devices whose environment is not known. Default: `"production"`. */
  readonly environment?: Environment | undefined;
  /** Those this server may talk to at all. Default: both. */
  readonly environments?: readonly Environment[] | undefined;
  /** Other origins than Apple's: a mock, or port 2197. `https` only. */
  readonly endpoints?: { readonly production?: string | undefined; readonly sandbox?: string | undefined } | undefined;
  /** PEM certificates trusted besides the system's roots, never instead of them. */
  readonly ca?: string | Uint8Array | undefined;
  /** An HTTP proxy that allows CONNECT: `http://user:password@host:port`. */
  readonly proxy?: string | undefined;
  /** Connections per environment, 1 to 100. Default: 4. Another is opened only when those in hand are full. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds for one attempt, counted from leaving our queue. Default: 5000. Bounds: 1 to 600000. */
  readonly timeout?: number | undefined;
  /** Milliseconds between pings of a connection. Default: 60000. No answer within 5 s: the connection is given up. */
  readonly pingInterval?: number | undefined;
  /**
   * What speaks HTTP/2: this library's own connection (`"http2"`, default), or the package undici (`"undici"`), loaded only then. With
   * undici more failures are `unknown`, and a push costs more.
   */
  readonly transport?: ApnsTransport | undefined;
  /** Replaces the network: a mock, msw, another runtime. Without HTTP/2 signals, more failures are `unknown`. */
  readonly fetch?: ApnsFetch | undefined;
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

/** The options that need no key to be judged, with their defaults filled in. */
export interface ApnsSettings {
  readonly teamId: string;
  readonly keyId: string;
  readonly bundleId: string | undefined;
  readonly environment: Environment;
  readonly environments: readonly Environment[];
  readonly origins: Readonly<Record<Environment, string>>;
  readonly ca: string | undefined;
  readonly proxy: URL | undefined;
  readonly maxConnections: number;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly transport: ApnsTransport;
}

/** Judges every option and throws once, naming all that is wrong. */
export function readSettings(options: ApnsClientOptions): ApnsSettings {
  const issues = new Issues();
  const given = (options ?? {}) as Partial<ApnsClientOptions>;
  const environments = readEnvironments(given.environments, issues);
  const environment = given.environment === undefined ? "production" : readEnvironment(given.environment);
  if (environment === undefined) issues.add("environment", given.environment, '"production" or "sandbox"');
  else if (environments !== undefined && !environments.includes(environment)) {
    issues.add("environment", environment, `one of \`environments\` (${environments.join(", ")})`);
  }
  checkKey(given, issues);
  for (const name of ["sign", "fetch", "onEvent"] as const) {
    if (given[name] !== undefined && typeof given[name] !== "function") issues.add(name, given[name], "a function");
  }
  if (given.clock !== undefined && !isClock(given.clock))
    issues.add("clock", given.clock, "an object with `now` and `setTimeout`");
  if (given.endpoints !== undefined && (typeof given.endpoints !== "object" || given.endpoints === null))
    issues.add("endpoints", given.endpoints, "`{ production, sandbox }`, each an origin");
  const settings = {
    teamId: readId("teamId", given.teamId, "the Team ID", issues),
    keyId: readId("keyId", given.keyId, "the Key ID of the .p8 key", issues),
    bundleId: readBundleId(given.bundleId, issues),
    environment: environment ?? "production",
    environments: environments ?? [],
    origins: {
      production: readOrigin("endpoints.production", given.endpoints?.production, APPLE_ORIGINS.production, issues),
      sandbox: readOrigin("endpoints.sandbox", given.endpoints?.sandbox, APPLE_ORIGINS.sandbox, issues),
    },
    ca: readCa(given.ca, issues),
    proxy: readProxy(given.proxy, issues),
    maxConnections: readWhole("maxConnections", given.maxConnections, 4, 1, 100, issues),
    timeout: readWhole("timeout", given.timeout, 5000, 1, 600_000, issues),
    pingInterval: readWhole("pingInterval", given.pingInterval, 60_000, 1, 3_600_000, issues),
    transport: readTransport(given.transport, issues),
  };
  issues.throwIfAny();
  return settings;
}

class Issues {
  readonly #found: ApnsVoipIssue[] = [];

  add(path: string, given: unknown, wanted: string): void {
    const what = isKeyText(given) ? "a key" : describe(given);
    this.say(path, given === undefined ? "missing" : `${what} given`, wanted);
  }

  /** For what must not be repeated, or has words of its own. */
  say(path: string, what: string, wanted: string): void {
    this.#found.push({ path, message: `${what}; wanted: ${wanted}` });
  }

  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const list = this.#found.map(({ path, message }) => `${path}: ${message}`).join("; ");
    throw new ApnsVoipError("INVALID_OPTIONS", `createApnsClient: ${list}`, { issues: this.#found });
  }
}

function checkKey({ key, keyPath, sign }: Partial<ApnsClientOptions>, issues: Issues): void {
  const ways = [key, keyPath, sign].filter(way => way !== undefined).length;
  const wanted = "exactly one of `key`, `keyPath` and `sign`";
  if (ways === 0) issues.add("key", undefined, wanted);
  else if (ways > 1) issues.say("key", `${ways} of them given`, wanted);
  else if (key !== undefined && typeof key !== "string" && !((key as unknown) instanceof Uint8Array))
    issues.add("key", key, "text or bytes, the contents of the .p8 file");
  else if (isKeyText(keyPath))
    issues.say("keyPath", "the key itself given", "the path of its file; a key goes into `key`");
  else if (keyPath !== undefined && (typeof keyPath !== "string" || keyPath === ""))
    issues.add("keyPath", keyPath, "the path of the .p8 file");
}

function isClock(given: unknown): boolean {
  const { now, setTimeout } = (given ?? {}) as Partial<Clock>;
  return typeof now === "function" && typeof setTimeout === "function";
}

function readId(path: string, given: unknown, name: string, issues: Issues): string {
  if (typeof given === "string" && /^[A-Z0-9]{10}$/.test(given)) return given;
  issues.add(path, given, `${name}, 10 characters A-Z and 0-9, from developer.apple.com`);
  return "";
}

function readBundleId(given: unknown, issues: Issues): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "string" || !/^[A-Za-z0-9.-]+$/.test(given)) {
    issues.add("bundleId", given, "the app's bundle id, for example com.example.app");
  } else if (given.endsWith(".voip")) {
    issues.add("bundleId", given, "the bundle id without .voip, which is added for VoIP pushes");
  }
  return String(given);
}

function readEnvironments(given: unknown, issues: Issues): Environment[] | undefined {
  if (given === undefined) return ["production", "sandbox"];
  const read = Array.isArray(given) ? given.map(text => readEnvironment(text)) : [];
  if (read.length > 0 && read.every(environment => environment !== undefined)) return [...new Set(read)];
  issues.add("environments", given, 'a list of "production", "sandbox" or both');
  return undefined;
}

function readOrigin(path: string, given: string | undefined, preset: string, issues: Issues): string {
  if (given === undefined) return preset;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === "https:" && url.pathname === "/" && url.search === "" && url.username === "") return url.origin;
  const wanted = `an https origin, for example ${preset}:2197`;
  if (url?.username) issues.say(path, "a URL with a user name given", wanted);
  else issues.add(path, given, wanted);
  return preset;
}

function readTransport(given: unknown, issues: Issues): ApnsTransport {
  if (given === undefined || given === "http2" || given === "undici") return given ?? "http2";
  issues.add("transport", given, '"http2" or "undici"');
  return "http2";
}

const CERTIFICATE = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[\s\S]+?-----END \1-----/g;

/** Node takes no notice of a `ca` without a certificate in it; every connection would then fail, and not say why. */
function readCa(given: unknown, issues: Issues): string | undefined {
  if (given === undefined) return undefined;
  const text = given instanceof Uint8Array ? Buffer.from(given).toString("utf8") : given;
  const certificates = typeof text === "string" ? (text.match(CERTIFICATE) ?? []) : [];
  if (certificates.length > 0 && certificates.every(isCertificate)) return text as string;
  issues.say("ca", `${typeof given === "string" ? "other text" : describe(given)} given`, "PEM certificates");
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}

function readProxy(given: string | undefined, issues: Issues): URL | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const wrong = whatIsWrongWithProxy(url);
  if (wrong === undefined) return url;
  // What was given is not repeated: it may hold a password.
  issues.say("proxy", `${wrong} given`, "http://user:password@host:port");
  return undefined;
}

function whatIsWrongWithProxy(url: URL | undefined): string | undefined {
  if (url === undefined) return "something else than a URL";
  if (url.protocol !== "http:") return `a URL with ${url.protocol}`;
  return canDecode(url.username + url.password) ? undefined : "a URL with credentials that are not percent-encoded";
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

function readWhole(path: string, given: unknown, preset: number, least: number, most: number, issues: Issues): number {
  if (given === undefined) return preset;
  if (Number.isInteger(given) && (given as number) >= least && (given as number) <= most) return given as number;
  issues.add(path, given, `a whole number from ${least} to ${most}`);
  return preset;
}
