import type { MockConnection } from "../mock-apns.js";
import type { MockCommand } from "./commands.js";
import { type PhoneView, viewPhone } from "./phone-view.js";
import type { PushView } from "./push-view.js";
import { type ClockView, MOST_AT_ONCE, type Scene, type SceneView, type ViolationView } from "./scene.js";

/** What listeners are told. `state` comes first and replaces everything that was told before. */
export type LiveEvent =
  | { readonly name: "state"; readonly data: SceneView }
  /** A phone that is new, or has changed. */
  | { readonly name: "phone"; readonly data: PhoneView }
  | { readonly name: "push"; readonly data: PushView }
  | { readonly name: "violation"; readonly data: ViolationView }
  /** All that are open. */
  | { readonly name: "connections"; readonly data: readonly MockConnection[] }
  | { readonly name: "commands"; readonly data: readonly MockCommand[] }
  | { readonly name: "clock"; readonly data: ClockView };

export type LiveListener = (event: LiveEvent) => void;

/** Tells listeners what has changed, piece by piece. */
export interface Live {
  /** Tells the listener the state now, and from then on what changes. Returns what ends it. */
  listen(listener: LiveListener): () => void;
  /** How many listen. */
  readonly listeners: number;
  /** Call this when something has changed that the mock itself does not tell of. */
  changed(): void;
  close(): void;
}

/** `gap`: milliseconds between two tellings, so that a page does not slow the mock down under load. */
export function createLive(scene: Scene, gap = 40): Live {
  const { mock } = scene;
  const listeners = new Set<LiveListener>();
  let told = remembered(scene.view(), scene.resets);
  let timer: NodeJS.Timeout | undefined;
  let nextAt = 0;

  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  /** Tells what differs from what was told. */
  const tellChanges = () => {
    clearTimeout(timer);
    timer = undefined;
    nextAt = performance.now() + gap;
    if (listeners.size === 0) return;
    const pushes = scene.pushes(told.push, MOST_AT_ONCE + 1);
    if (pushes.length > MOST_AT_ONCE || told.resets !== scene.resets) return tellState();
    for (const handset of scene.handsets.values()) {
      const phone = viewPhone(handset);
      const text = JSON.stringify(phone);
      if (told.phones.get(phone.token) === text) continue;
      told.phones.set(phone.token, text);
      tell({ name: "phone", data: phone });
    }
    for (const push of pushes) tell({ name: "push", data: push });
    told.push = pushes.at(-1)?.id ?? told.push;
    const violations = scene.violations(told.violation, MOST_AT_ONCE);
    for (const violation of violations) tell({ name: "violation", data: violation });
    told.violation = violations.at(-1)?.id ?? told.violation;
    tellList("connections", mock.connections);
    tellList("commands", scene.commands.list);
    const clock = scene.clock();
    // Two readings of the clock can differ by a millisecond although nobody has advanced it.
    if (Math.abs(clock.ahead - told.ahead) > 10) tell({ name: "clock", data: clock });
    told.ahead = clock.ahead;
  };

  const tellList = (name: "connections" | "commands", data: readonly object[]) => {
    const text = JSON.stringify(data);
    if (told[name] === text) return;
    told[name] = text;
    tell({ name, data } as LiveEvent);
  };

  /** Tells everything anew. */
  const tellState = () => {
    const state = scene.view();
    told = remembered(state, scene.resets);
    tell({ name: "state", data: state });
  };

  const changed = () => {
    if (timer !== undefined || listeners.size === 0) return;
    const wait = Math.max(0, nextAt - performance.now());
    timer = setTimeout(tellChanges, wait);
    timer.unref();
  };

  const stop = mock.onChange(changed);
  return {
    listen(listener) {
      // The other listeners hear the changes first: the next telling must be news to all of them.
      tellChanges();
      const state = scene.view();
      if (listeners.size === 0) told = remembered(state, scene.resets);
      listeners.add(listener);
      listener({ name: "state", data: state });
      return () => void listeners.delete(listener);
    },
    get listeners() {
      return listeners.size;
    },
    changed,
    close() {
      stop();
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

/** What all listeners have been told. */
interface Told {
  /** As JSON, by device token. */
  readonly phones: Map<string, string>;
  push: number;
  violation: number;
  connections: string;
  commands: string;
  ahead: number;
  readonly resets: number;
}

const remembered = ({ phones, pushes, violations, connections, commands, clock }: SceneView, resets: number): Told => ({
  phones: new Map(phones.map(phone => [phone.token, JSON.stringify(phone)])),
  push: pushes.at(-1)?.id ?? 0,
  violation: violations.at(-1)?.id ?? 0,
  connections: JSON.stringify(connections),
  commands: JSON.stringify(commands),
  ahead: clock.ahead,
  resets,
});
