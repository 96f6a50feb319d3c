import type { Device } from "../devices/device.js";
import type { OnEvent } from "../events.js";
import { tokenPrefix } from "../internal/describe.js";
import { emit, isListening } from "../internal/emit.js";
import { failuresOf, type PushReport, reasonsOf } from "./report.js";

/** What the events of one call or message have in common. */
export interface Announced {
  readonly kind: "call" | "message";
  readonly toUserId: string;
  readonly callId: string | undefined;
}

/** Tells of a call or message from its start to its end; makes no event that nobody hears. */
export interface Announcer {
  started(push: Announced): void;
  /** `excepted`: how many devices were left out because the request excepts them. */
  found(push: Announced, devices: readonly Device[], excepted: number): void;
  /** `instead`: alerts were sent, and no VoIP push. */
  finished(push: Announced, report: PushReport, excepted: number, instead?: "alert"): void;
  /** It failed before anything was sent, for this reason. */
  failed(push: Announced, reason: string): void;
}

export function createAnnouncer(onEvent: OnEvent | undefined): Announcer {
  return {
    started(push) {
      if (isListening(onEvent)) emit(onEvent, { type: "push.started", ...about(push) });
    },
    found(push, devices, excepted) {
      if (!isListening(onEvent)) return;
      const tokenPrefixes = devices.map(({ token }) => tokenPrefix(token));
      emit(onEvent, { type: "push.devices-found", ...about(push), tokenPrefixes, ...spared(excepted) });
    },
    finished(push, { status, devices }, excepted, instead) {
      if (!isListening(onEvent)) return;
      const failures = failuresOf(devices);
      const outcome = { status, apnsIds: devices.map(({ result }) => result.apnsId), reasons: reasonsOf(failures) };
      emit(onEvent, {
        type: "push.finished",
        ...about(push),
        ...outcome,
        failures,
        ...spared(excepted),
        ...(instead && { instead }),
      });
    },
    failed(push, reason) {
      if (!isListening(onEvent)) return;
      const outcome = { status: "failed", apnsIds: [], reasons: [reason], failures: [] } as const;
      emit(onEvent, { type: "push.finished", ...about(push), ...outcome });
    },
  };
}

function spared(excepted: number) {
  return excepted > 0 && { excepted };
}

function about({ kind, toUserId, callId }: Announced) {
  return { kind, toUserId, ...(callId !== undefined && { callId }) };
}
