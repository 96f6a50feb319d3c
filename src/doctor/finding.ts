/** The steps of the diagnosis guide, in the order in which a call passes them. */
export const STEPS = ["set-up", "reach", "credentials", "registration", "sending", "phone"] as const;

export type Step = (typeof STEPS)[number];

/** `skip`: not looked at, and the message says why. */
export type Status = "pass" | "warn" | "fail" | "skip";

/** What one check found out. Holds no secret, and no whole device token. */
export interface Finding {
  /** The id of the check. Ids are stable: new ones may come, none is renamed. */
  readonly id: string;
  readonly step: Step;
  readonly status: Status;
  /** Which of the check's outcomes it is. Stable, too, so that programs can go by it. */
  readonly outcome: string;
  /** What was looked at, where a check looks at several things: an environment, the start of a device token. */
  readonly subject?: string;
  /** Apple's reason, or the code of the error behind it; `explainReason` knows more about it. */
  readonly reason?: string;
  readonly message: string;
  /** The likely one first; empty when the message says it all. */
  readonly causes: readonly string[];
  /** How to find out which cause it is; empty when there are none. */
  readonly confirm: readonly string[];
  /** What to do; empty when there is nothing to do. */
  readonly remedy: string;
  /** Commands to try next, ready to paste into a shell. */
  readonly commands: readonly string[];
}
