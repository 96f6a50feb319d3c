import type { CallPayload } from "../payload/call-payload.js";
import { parseCallPayload } from "../payload/parse.js";
import { remember } from "./remember.js";

/** What the app made of one push that reached the phone. */
export type PushEffect =
  /** A call rang. */
  | "rang"
  /** The app is already handling that call id. */
  | "already-handled"
  /** A VoIP push that announced no call: what iOS kills, and then blocks, an app for. */
  | "no-call"
  /** iOS has stopped delivering VoIP pushes to this app; Apple keeps answering 200. */
  | "blocked"
  /** A notification was shown. */
  | "shown";

/** One push that reached the phone. */
export interface ReceivedPush {
  readonly payload: unknown;
  readonly at: Date;
  readonly effect: PushEffect;
}

/** How the app reads a VoIP payload: the call to ring for, and whether the push really announced one. */
export type ReadCall = (payload: unknown) => { readonly call: CallPayload | undefined; readonly announced: boolean };

/** VoIP pushes without a call that the mock's iOS forgives. Apple names no number; developers report two to five. */
const FORGIVEN = 3;

/**
 * Reads as a forgiving app does: what cannot be read rings as an unknown caller, because each push must be reported, and
 * does not count as an announced call; `call.cancel` and other types ring nothing.
 */
export const readCall: ReadCall = payload => {
  const { payload: call, issues } = parseCallPayload(payload);
  const wrong = new Set(issues.map(issue => issue.path));
  const isOtherType = wrong.has("type") && !wrong.has("");
  return {
    call: isOtherType ? undefined : call,
    announced: !["", "type", "callId"].some(path => wrong.has(path)),
  };
};

/** The app on a virtual phone: reads VoIP pushes, rings, and ignores a call id that it is already handling. */
export class CallingApp {
  readonly calls: CallPayload[] = [];
  readonly received: ReceivedPush[] = [];
  /** VoIP pushes that announced no call. */
  unannounced = 0;
  readonly #handling = new Map<string, { readonly call: CallPayload; ringing: boolean }>();
  readonly #read: ReadCall;
  readonly #keep: number;

  constructor(read: ReadCall, keep: number) {
    this.#read = read;
    this.#keep = keep;
  }

  get blocked(): boolean {
    return this.unannounced >= FORGIVEN;
  }

  get ringing(): CallPayload | undefined {
    return [...this.#handling.values()].findLast(({ ringing }) => ringing)?.call;
  }

  receive(payload: unknown, at: Date, ring: (call: CallPayload) => void): void {
    const effect = this.#handle(payload, ring);
    remember(this.received, { payload, at, effect }, this.#keep);
  }

  #handle(payload: unknown, ring: (call: CallPayload) => void): PushEffect {
    if (this.blocked) return "blocked";
    const { call, announced } = this.#read(payload);
    if (!announced) this.unannounced += 1;
    if (call === undefined) return "no-call";
    if (this.#handling.has(call.callId)) return "already-handled";
    this.#handling.set(call.callId, { call, ringing: true });
    remember(this.calls, call, this.#keep);
    ring(call);
    return announced ? "rang" : "no-call";
  }

  answer(callId = this.ringing?.callId): void {
    const handled = this.#handling.get(callId ?? "");
    if (handled) handled.ringing = false;
  }

  end(callId = [...this.#handling.keys()].at(-1)): void {
    this.#handling.delete(callId ?? "");
  }

  reset(): void {
    this.calls.length = 0;
    this.received.length = 0;
    this.unannounced = 0;
    this.#handling.clear();
  }
}
