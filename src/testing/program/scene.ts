import { ApnsVoipError } from "../../errors.js";
import type { MockDeviceOptions } from "../device.js";
import type { MockApns, MockConnection } from "../mock-apns.js";
import type { MockPush } from "../push.js";
import type { MockViolation } from "../violations.js";
import { type CommandLog, createCommandLog, type MockCommand } from "./commands.js";
import { createHandset, type Handset } from "./handset.js";
import { createNumbering } from "./numbering.js";
import { type PhoneView, viewPhone } from "./phone-view.js";
import { type PushView, viewPush } from "./push-view.js";

/** Pushes and violations that a page is given at once; the control API has the others. */
export const MOST_AT_ONCE = 200;

export type ViolationView = MockViolation & { readonly id: number };

/** The mock's time. */
export interface ClockView {
  readonly now: Date;
  /** Milliseconds ahead of real time. */
  readonly ahead: number;
}

/** Everything that the page shows; of long lists only the newest. */
export interface SceneView {
  readonly phones: readonly PhoneView[];
  /** Oldest first. */
  readonly pushes: readonly PushView[];
  /** Oldest first. */
  readonly violations: readonly ViolationView[];
  readonly connections: readonly MockConnection[];
  readonly commands: readonly MockCommand[];
  readonly clock: ClockView;
}

/** The mock and its phones, each with a `Handset`. */
export interface Scene {
  readonly mock: MockApns;
  /** By device token, in the order they were made. */
  readonly handsets: ReadonlyMap<string, Handset>;
  readonly commands: CommandLog;
  /** @throws `ApnsVoipError`, code `INVALID_OPTIONS`, when there is a phone with that token. */
  addPhone(options: MockDeviceOptions): Handset;
  /** The last pushes with a number above `since`, at most `limit`, oldest first. */
  pushes(since: number, limit: number): PushView[];
  /** The last violations with a number above `since`, at most `limit`, oldest first. */
  violations(since: number, limit: number): ViolationView[];
  clock(): ClockView;
  view(): SceneView;
  /** How often it was reset. */
  readonly resets: number;
  reset(): void;
}

/** `ringFor`: milliseconds until a call that nobody takes counts as missed. */
export function createScene(mock: MockApns, ringFor: number): Scene {
  const handsets = new Map<string, Handset>();
  const commands = createCommandLog(mock.clock);
  const pushNumbers = createNumbering<MockPush>();
  const violationNumbers = createNumbering<MockViolation>();
  let resets = 0;

  const scene: Scene = {
    mock,
    handsets,
    commands,
    addPhone(options) {
      const known = options.token !== undefined && handsets.has(options.token.toLowerCase());
      if (known) throw new ApnsVoipError("INVALID_OPTIONS", "token: there is a phone with this token already");
      const device = mock.device(options);
      const handset = createHandset(device, mock.clock, ringFor);
      handsets.set(device.token, handset);
      return handset;
    },
    pushes(since, limit) {
      pushNumbers.number(mock.pushes);
      return mock.pushes
        .slice(-limit)
        .filter(push => pushNumbers.of(push) > since)
        .map(push => viewPush(push, pushNumbers.of(push), handsets.get(push.token)?.device));
    },
    violations(since, limit) {
      violationNumbers.number(mock.violations);
      return mock.violations
        .slice(-limit)
        .map(violation => ({ id: violationNumbers.of(violation), ...violation }))
        .filter(({ id }) => id > since);
    },
    clock() {
      const now = mock.clock.now();
      return { now: new Date(now), ahead: Math.max(0, now - Date.now()) };
    },
    view: () => ({
      phones: [...handsets.values()].map(viewPhone),
      pushes: scene.pushes(0, MOST_AT_ONCE),
      violations: scene.violations(0, MOST_AT_ONCE),
      connections: mock.connections,
      commands: commands.list,
      clock: scene.clock(),
    }),
    get resets() {
      return resets;
    },
    reset() {
      resets += 1;
      mock.reset();
      commands.clear();
      for (const handset of handsets.values()) handset.reset();
    },
  };
  return scene;
}
