import type { CallPayload } from "../../payload/call-payload.js";
import type { MockClock } from "../clock.js";
import type { MockDevice } from "../device.js";

/** Why Apple answers 410 for a phone. */
export type Inactivity = "Unregistered" | "ExpiredToken";

/**
 * A virtual phone in somebody's hand: calls are taken, refused and ended, and one that nobody takes stops ringing after a
 * while, as an app's own ring time-out does it. `false` says that there was no such call.
 */
export interface Handset {
  readonly device: MockDevice;
  /** The call that rings now, the newest. */
  readonly ringing: CallPayload | undefined;
  /** The call that was answered and has not ended, the newest. */
  readonly talking: CallPayload | undefined;
  /** Calls that rang until they stopped by themselves. */
  readonly missed: number;
  readonly inactive: Inactivity | undefined;
  /** The call that rings, or one by its id. */
  answer(callId?: string): boolean;
  /** The call that rings, or one by its id. */
  decline(callId?: string): boolean;
  /** The call that was answered, else the one that rings, or one by its id. */
  end(callId?: string): boolean;
  uninstall(at?: Date | number): void;
  expireToken(at?: Date | number): void;
  reinstall(): void;
  /** Forgets its calls, because the mock was reset. */
  reset(): void;
}

interface HeldCall {
  readonly call: CallPayload;
  readonly phase: "ringing" | "talking";
  /** Ends the timer that would make it stop ringing. */
  readonly keep: () => void;
}

/** `ringFor`: milliseconds on the mock's clock until a call counts as missed; 0: rings for ever. */
export function createHandset(device: MockDevice, clock: MockClock, ringFor: number): Handset {
  const calls = new Map<string, HeldCall>();
  let missed = 0;
  let inactive: Inactivity | undefined;

  const newest = (phase: HeldCall["phase"]) => [...calls.values()].findLast(held => held.phase === phase)?.call;

  const letGo = (callId: string) => {
    calls.get(callId)?.keep();
    calls.delete(callId);
  };
  const letAllGo = () => {
    for (const callId of [...calls.keys()]) letGo(callId);
  };

  const miss = (callId: string) => {
    missed += 1;
    letGo(callId);
    device.decline(callId);
  };

  const takeUp = () => {
    device.onCall = call => {
      const { callId } = call;
      const keep = ringFor > 0 ? clock.setTimeout(() => miss(callId), ringFor, { background: true }) : () => {};
      calls.set(callId, { call, phase: "ringing", keep });
    };
  };
  takeUp();

  const ringingId = (callId = newest("ringing")?.callId) =>
    calls.get(callId ?? "")?.phase === "ringing" ? callId : undefined;

  return {
    device,
    get ringing() {
      return newest("ringing");
    },
    get talking() {
      return newest("talking");
    },
    get missed() {
      return missed;
    },
    get inactive() {
      return inactive;
    },
    answer(given) {
      const callId = ringingId(given);
      const held = calls.get(callId ?? "");
      if (callId === undefined || held === undefined) return false;
      held.keep();
      calls.set(callId, { ...held, phase: "talking" });
      device.answer(callId);
      return true;
    },
    decline(given) {
      const callId = ringingId(given);
      if (callId === undefined) return false;
      letGo(callId);
      device.decline(callId);
      return true;
    },
    end(callId = (newest("talking") ?? newest("ringing"))?.callId) {
      if (callId === undefined || !calls.has(callId)) return false;
      letGo(callId);
      device.end(callId);
      return true;
    },
    uninstall(at) {
      inactive = "Unregistered";
      letAllGo();
      device.uninstall(at);
    },
    expireToken(at) {
      inactive = "ExpiredToken";
      device.expireToken(at);
    },
    reinstall() {
      inactive = undefined;
      letAllGo();
      device.reinstall();
    },
    reset() {
      inactive = undefined;
      missed = 0;
      letAllGo();
      // The mock's reset has taken the listener off, too.
      takeUp();
    },
  };
}
