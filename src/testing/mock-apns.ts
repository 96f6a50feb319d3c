import type { Environment } from "../environment.js";
import type { MockClock } from "./clock.js";
import { PLAIN_GOAWAY } from "./connection.js";
import { createCore } from "./core.js";
import { checkDeviceOptions, type MockDevice, type MockDeviceOptions } from "./device.js";
import { createFaults, type MockFaults } from "./faults.js";
import { createFetch, type MockFetch } from "./fetch.js";
import { type Authority, makeAuthority } from "./http2/certificate.js";
import { listen, type MockApnsListener, type MockListenOptions } from "./http2/listen.js";
import type { MockKey, MockKeyOptions } from "./keys.js";
import { checkMockOptions, type MockApnsOptions } from "./options.js";
import { VirtualPhone } from "./phone.js";
import type { MockPush } from "./push.js";
import { createReporter, type MockReceiptOptions } from "./reporter.js";
import type { ScriptedAnswer } from "./script.js";
import type { MockViolation } from "./violations.js";

/** A connection as users see it. */
export interface MockConnection {
  /** Counted from 1; `MockPush.connection`. */
  readonly id: number;
  readonly environment: Environment;
  /** Pushes judged on it. */
  readonly pushes: number;
}

/** Apple's push service, in this process: strict as the real one, with phones that ring. */
export interface MockApns {
  /**
   * Give it to `createApnsClient({ fetch })`: no sockets. It sees no connections, so the rules of a single connection (one
   * team, one key family, one stream at first) hold with `listen` only.
   */
  readonly fetch: MockFetch;
  /** A signing key that it accepts, as the three options of `createApnsClient`. */
  readonly key: MockKey;
  /** One more key: of another team, for one environment, for some topics. */
  addKey(options?: MockKeyOptions): MockKey;
  /** From now on tokens signed with it are `InvalidProviderToken`. */
  revokeKey(keyId: string): void;
  /**
   * `mock.key` as environment variables for `apnsOptionsFromEnv`. While the mock listens, also its origins; with
   * `caPath`, also the certificate to trust.
   */
  env(): Record<string, string>;
  /** Real HTTP/2 over TLS, one server per environment, with a certificate made now. */
  listen(options?: MockListenOptions): Promise<MockApnsListener>;
  /** A virtual phone that Apple knows. */
  device(options?: MockDeviceOptions): MockDevice;
  /** All phones, in the order they were made. */
  readonly devices: readonly MockDevice[];
  /** Every push that was judged, in the order of the answers. */
  readonly pushes: readonly MockPush[];
  /**
   * Everything that a well-behaved sender would not do: `assert.deepEqual(mock.violations, [])` prints what, where and
   * why.
   */
  readonly violations: readonly MockViolation[];
  /**
   * From now on phones report what became of a call push, as a real app does: `received` and `ringing` by themselves, `answered`
   * and `declined` with `phone.answer()` and `phone.decline()`. Only for payloads with a `receipt`; `phone.silent` keeps one quiet.
   */
  receipts(options: MockReceiptOptions): void;
  /** What to say to the next pushes to that device token, `"*"` for any: one answer each, then as usual again. */
  script(deviceToken: string, answers: readonly ScriptedAnswer[]): void;
  /** What is to go wrong on the connections that are open now. */
  readonly faults: MockFaults;
  /** The connections that are open now, oldest first. */
  readonly connections: readonly MockConnection[];
  /**
   * Calls `listener` after pushes, violations, phones or connections have changed, once for many changes: for a page that
   * shows them. Returns what ends it.
   */
  onChange(listener: () => void): () => void;
  /** Its time, and the client's if given as `clock`. */
  readonly clock: MockClock;
  /** The seed of its random tokens and ids. */
  readonly seed: number;
  /**
   * Ends scripts and faults, forgets pushes and violations and what phones received; phones are online and installed again.
   * Keys, phones, time and the connections of `listen` stay.
   */
  reset(): void;
}

/**
 * Makes a mock of Apple's push service.
 *
 * @example
 * ```ts
 * const mock = createMockApns();
 * const phone = mock.device();
 * const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
 * await apns.send({ deviceToken: phone.token, pushType: "voip", payload: { callId: "11-10", fromUserId: 11 } });
 * phone.calls[0]; // { type: "call.incoming", callId: "11-10", ... }
 * ```
 */
export function createMockApns(options: MockApnsOptions = {}): MockApns {
  checkMockOptions(options);
  const core = createCore(options);
  const key = core.keys.add({});
  const faults = createFaults(core.connections, core.gate);
  let authority: Authority | undefined;
  const listeners = new Set<MockApnsListener>();

  return {
    fetch: createFetch(core),
    key,
    addKey: (keyOptions = {}) => core.keys.add(keyOptions),
    revokeKey: core.keys.revoke,
    env: () => ({
      APNS_TEAM_ID: key.teamId,
      APNS_KEY_ID: key.keyId,
      // On one line, so that a .env file can hold it.
      APNS_P8: key.key.trim().replaceAll("\n", "\\n"),
      APNS_BUNDLE_ID: "com.example.app",
      ...envOf([...listeners].at(-1)),
    }),
    async listen(listenOptions = {}) {
      authority ??= makeAuthority();
      const listener = await listen(core, authority, listenOptions, () => void listeners.delete(listener));
      listeners.add(listener);
      return listener;
    },
    device(deviceOptions = {}) {
      checkDeviceOptions(deviceOptions);
      const token = deviceOptions.token ?? core.random.hex(32);
      const phone = new VirtualPhone({ ...deviceOptions, token, teamId: deviceOptions.teamId ?? key.teamId }, core);
      core.phones.set(phone.token, phone);
      core.changed();
      return phone;
    },
    get devices() {
      return [...core.phones.values()];
    },
    receipts(options) {
      core.reporter.report = createReporter(options, core.activity);
    },
    pushes: core.pushes,
    violations: core.watch.violations,
    script: (deviceToken, answers) => core.script.add(deviceToken, answers),
    faults,
    get connections() {
      return [...core.connections].map(({ id, environment, pushes }) => ({ id, environment, pushes }));
    },
    onChange: core.onChange,
    clock: core.clock,
    seed: core.random.seed,
    reset() {
      core.pushes.length = 0;
      core.script.clear();
      core.watch.clear();
      faults.clear();
      // Connections behind `fetch` stand for the sender's own, and the next test is a new sender.
      for (const connection of core.connections) if (!connection.real) connection.control.goaway(PLAIN_GOAWAY);
      for (const phone of core.phones.values()) phone.reset();
      core.changed();
    },
  };
}

function envOf(listener: MockApnsListener | undefined): Record<string, string> {
  if (listener === undefined) return {};
  return {
    APNS_PRODUCTION_URL: listener.endpoints.production,
    APNS_SANDBOX_URL: listener.endpoints.sandbox,
    ...(listener.caPath === undefined ? {} : { APNS_CA_PATH: listener.caPath }),
  };
}
