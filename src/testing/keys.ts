import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Environment } from "../environment.js";
import { checkOptions, invalidOptions, type OptionChecks, wants, wrong } from "../internal/options.js";

/** A signing key that the mock accepts: exactly the three options a client needs for it. */
export interface MockKey {
  readonly teamId: string;
  readonly keyId: string;
  /** The `.p8` contents: PKCS #8 PEM of an EC P-256 private key, made at run time. */
  readonly key: string;
}

/** What a key may do. */
export interface MockKeyOptions {
  /** Default: the team of `mock.key`. */
  readonly teamId?: string | undefined;
  /** Default: a new one. */
  readonly keyId?: string | undefined;
  /** Default: both, as team keys made before 2025 have. */
  readonly environments?: readonly Environment[] | undefined;
  /** Makes it a topic-specific key for these bundle ids. Default: every topic of the team. */
  readonly topics?: readonly string[] | undefined;
  /** Key id of the topic-specific key that this one may follow on the same connection. */
  readonly relatedTo?: string | undefined;
}

/** What the mock remembers of a key. */
export interface RegisteredKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly environments: readonly Environment[];
  readonly topics: readonly string[] | undefined;
  /**
   * Keys of one family may share a connection. All team keys are one family; a topic-specific key has its own, or
   * that of the key it is related to.
   */
  readonly family: string;
  readonly publicKey: KeyObject;
}

/** The keys of the mock's developer accounts. */
export interface KeyRing {
  add(options: MockKeyOptions): MockKey;
  revoke(keyId: string): void;
  get(keyId: string): RegisteredKey | undefined;
}

const isText = (given: unknown) => typeof given === "string";

const CHECKS: OptionChecks<MockKeyOptions> = {
  teamId: wants("text", isText),
  keyId: wants("text", isText),
  environments: wants("a list of environments", Array.isArray),
  topics: wants("a list of bundle ids", Array.isArray),
  relatedTo: wants("text", isText),
};

export function createKeyRing(defaultTeamId: string): KeyRing {
  const keys = new Map<string, RegisteredKey>();
  let made = 0;

  return {
    add(options) {
      checkOptions("mock.addKey", options, CHECKS);
      const { teamId = defaultTeamId, keyId, environments = ["production", "sandbox"], topics, relatedTo } = options;
      const relative = relatedTo === undefined ? undefined : keys.get(relatedTo);
      if (relatedTo !== undefined && relative?.topics === undefined) {
        throw invalidOptions("mock.addKey", [wrong("relatedTo", "a key of this mock made with topics", relatedTo)]);
      }
      made += 1;
      const id = keyId ?? `MOCKKEY${String(made).padStart(3, "0")}`;
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      keys.set(id, {
        teamId,
        keyId: id,
        environments,
        topics,
        family: topics === undefined ? "team" : (relative?.family ?? id),
        publicKey,
      });
      return { teamId, keyId: id, key: privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
    },
    revoke: keyId => void keys.delete(keyId),
    get: keyId => keys.get(keyId),
  };
}
