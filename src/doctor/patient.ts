import type { ApnsClientOptions } from "../apns/options.js";
import { apnsOptionsFromEnv } from "../apns/options-from-env.js";
import type { ApnsResult } from "../apns/push.js";
import type { Device, DeviceStore } from "../devices/device.js";
import type { Environment } from "../environment.js";
import { otherEnvironment } from "../environment.js";
import { isApnsVoipError } from "../errors.js";
import type { Language } from "../explain/language.js";
import { type ApiAnswer, askApi } from "./api.js";
import { askApple } from "./ask-apple.js";
import { apiUrlOf, defaultEnvironment, type Env, originOf, proxyOf, setting } from "./env.js";
import { type KeyReading, readKey } from "./key-reading.js";
import { examineReach, type Reach } from "./reach.js";
import { timeLimit } from "./time-limit.js";
import type { World } from "./world.js";

/** What came of a push to a made-up token. */
export type CredentialAnswer =
  | { readonly state: "not-set-up" }
  | { readonly state: "unreachable" }
  | { readonly state: "answered"; readonly result: ApnsResult };

/** What the store says about the user. */
export type StoreAnswer =
  | { readonly state: "no-store" }
  /** The store was not asked, because no user was given. */
  | { readonly state: "no-user" }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "answered"; readonly voip: readonly Device[]; readonly alert: readonly Device[] };

/** Paths of the routes, where they are not the usual ones. */
export interface ApiPaths {
  readonly devices: string;
  readonly pushCall: string;
}

/** What the doctor was given, and what it was asked. */
export interface PatientOptions {
  readonly world: World;
  readonly env: Env;
  readonly lang: Language;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly devices: DeviceStore | undefined;
  /** A shell command that shows this user's rows. */
  readonly showDevices: string | undefined;
  readonly userId: string | undefined;
  readonly appToken: string | undefined;
  readonly paths: ApiPaths;
  readonly signalUrl: string | undefined;
  readonly ring: string | undefined;
  readonly write: boolean;
}

/** The set-up under examination. What several checks need is looked at once. */
export interface Patient extends PatientOptions {
  /** Both environments, the default one first. */
  readonly environments: readonly [Environment, Environment];
  key(): Promise<KeyReading>;
  reach(environment: Environment): Promise<Reach>;
  /** The client's options, if they can be made. */
  apnsOptions(): Promise<ApnsClientOptions | undefined>;
  credentials(environment: Environment): Promise<CredentialAnswer>;
  /** True when Apple takes the key with Team ID and Key ID exchanged. */
  swappedIdsWork(environment: Environment): Promise<boolean>;
  /** Our clock minus Apple's, in milliseconds. `undefined` when no answer had a date. */
  clockSkew(): Promise<number | undefined>;
  registered(): Promise<StoreAnswer>;
  /** What the API server answers to a request that changes nothing. */
  apiAnswer(): Promise<ApiAnswer>;
  /** The API server's address, if one is given and answers. */
  api(): Promise<string | undefined>;
}

export function createPatient(options: PatientOptions): Patient {
  const { world, env, timeout, signal, devices, userId } = options;
  const preset = defaultEnvironment(env);
  const environments = [preset, otherEnvironment(preset)] as const;

  const key = once(() => readKey(world, env));
  const certificates = once(async () => {
    const path = setting(env, "APNS_CA_PATH");
    if (path === undefined) return undefined;
    return Buffer.from(await world.readFile(path)).toString("utf8");
  });

  const reach = oncePer(async (environment: Environment) => {
    const ca = await certificates().catch(() => undefined);
    const { origin, apple } = originOf(env, environment);
    return examineReach(world, { origin, apple, proxy: proxyOf(env, origin), ca, timeout, signal });
  });

  const apnsOptions = once(async () => {
    try {
      return apnsOptionsFromEnv(env);
    } catch (error) {
      if (isApnsVoipError(error)) return undefined;
      throw error;
    }
  });

  const credentials = oncePer(async (environment: Environment): Promise<CredentialAnswer> => {
    const apns = await apnsOptions();
    if (apns === undefined) return { state: "not-set-up" };
    if (!(await reach(environment)).http2?.ok) return { state: "unreachable" };
    return { state: "answered", result: await askApple(world, apns, environment, timeout, signal) };
  });

  const apiAnswer = once(() => askApi(options, { url: `${apiUrlOf(env)}/`, method: "GET" }));

  return {
    ...options,
    environments,
    key,
    reach,
    apnsOptions,
    credentials,
    async swappedIdsWork(environment) {
      const apns = await apnsOptions();
      if (apns === undefined) return false;
      const swapped = { ...apns, teamId: apns.keyId, keyId: apns.teamId };
      const result = await askApple(world, swapped, environment, timeout, signal);
      return result.outcome === "rejected" && result.reason === "BadDeviceToken";
    },
    async clockSkew() {
      for (const environment of environments) {
        const skew = dateSkew(await reach(environment)) ?? answerSkew(await credentials(environment));
        if (skew !== undefined) return skew;
      }
      return undefined;
    },
    apiAnswer,
    async api() {
      const url = apiUrlOf(env);
      return url !== undefined && isUp(await apiAnswer()) ? url : undefined;
    },
    registered: once(async () => {
      if (devices === undefined) return { state: "no-store" };
      const limit = timeLimit(world.clock, timeout, signal);
      try {
        const ask = (user: string) =>
          limit.race(Promise.all([devices.list(user, "voip"), devices.list(user, "alert")]));
        if (userId === undefined) {
          await ask("0");
          return { state: "no-user" };
        }
        const [voip, alert] = await ask(userId);
        return { state: "answered", voip, alert };
      } catch (error) {
        signal?.throwIfAborted();
        return { state: "failed", error };
      } finally {
        limit.clear();
      }
    }),
  };
}

const isUp = (answer: ApiAnswer) => answer.ok && ![502, 503, 504].includes(answer.status);

function dateSkew({ http2 }: Reach): number | undefined {
  return http2?.ok && http2.value.date !== undefined ? http2.value.seenAt - http2.value.date : undefined;
}

function answerSkew(answer: CredentialAnswer): number | undefined {
  return answer.state === "answered" && answer.result.outcome === "rejected" ? answer.result.clockSkew : undefined;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

function oncePer<K, T>(work: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const done = new Map<K, Promise<T>>();
  return key => {
    const known = done.get(key);
    if (known !== undefined) return known;
    const made = work(key);
    done.set(key, made);
    return made;
  };
}
