import type { MockClock } from "../clock.js";
import { remember } from "../remember.js";

/** Commands that are remembered. */
const KEPT = 20;

/** One fault or script that somebody asked for. */
export interface MockCommand {
  /** `goaway`, `cut`, `script`, ... */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** On the mock's clock. */
  readonly at: Date;
  /** Open connections that it was aimed at; `null` for what is not aimed at connections. */
  readonly connections: number | null;
}

/** The last commands. The page shows them, so that nobody wonders why pushes fail. */
export interface CommandLog {
  readonly list: readonly MockCommand[];
  note(name: string, options: object, connections: number | null): MockCommand;
  clear(): void;
}

export function createCommandLog(clock: MockClock): CommandLog {
  const list: MockCommand[] = [];
  return {
    list,
    note(name, options, connections) {
      const command = { name, options: { ...options }, at: new Date(clock.now()), connections };
      remember(list, command, KEPT);
      return command;
    },
    clear() {
      list.length = 0;
    },
  };
}
