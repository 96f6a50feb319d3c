import type { Connection } from "./connection.js";
import type { ExchangeFault, ScriptedReply } from "./script.js";

/** `INTERNAL_ERROR` of HTTP/2. */
export const INTERNAL_ERROR = 2;

/** How a door ends a request. `reset` sends the headers of an answer first, if there is one. */
export type Ending = "answer" | "refuse" | "reset" | "cut" | "silence";

/** What faults and script have in store for one request. */
export interface Plan {
  /** False: the request ends before Apple looks at it. */
  readonly seen: boolean;
  readonly ending: Ending;
  /** The error code of a reset. */
  readonly errorCode: number;
  readonly scripted: ScriptedReply;
  /** Milliseconds before the push is judged. */
  readonly before: number;
  /** Milliseconds between judging and answering. */
  readonly after: number;
}

const FAULTS: Readonly<Record<ExchangeFault | "mute" | "none", Pick<Plan, "seen" | "ending">>> = {
  none: { seen: true, ending: "answer" },
  refuse: { seen: false, ending: "refuse" },
  "reset-before": { seen: false, ending: "reset" },
  "reset-after": { seen: true, ending: "reset" },
  "cut-before": { seen: false, ending: "cut" },
  "cut-after": { seen: true, ending: "cut" },
  silence: { seen: true, ending: "silence" },
  mute: { seen: false, ending: "silence" },
};

/** The connection's faults come first. The script is asked only about requests that they let Apple see. */
export function planFor({ faults }: Connection, askScript: () => ScriptedReply | undefined): Plan {
  const errorCode = faults.reset?.errorCode ?? INTERNAL_ERROR;
  const fault = takeFault(faults);
  const scripted = (FAULTS[fault ?? "none"].seen && askScript()) || {};
  const { before, after } = faults.delay;
  return {
    ...FAULTS[fault ?? scripted.fault ?? "none"],
    errorCode,
    scripted,
    before,
    after: after + (scripted.delay ?? 0),
  };
}

function takeFault(faults: Connection["faults"]): ExchangeFault | "mute" | undefined {
  const { cut, mute, reset } = faults;
  if (mute) return "mute";
  if (cut !== undefined) {
    faults.cut = undefined;
    return `cut-${cut}`;
  }
  if (faults.refuse > 0) {
    faults.refuse -= 1;
    return "refuse";
  }
  if (reset === undefined) return undefined;
  faults.reset = reset.count > 1 ? { ...reset, count: reset.count - 1 } : undefined;
  return `reset-${reset.when}`;
}
