import type { Clock } from "../clock.js";
import type { DeviceStore } from "../devices/device.js";
import type { OnEvent } from "../events.js";
import { tokenPrefix } from "../internal/device-token.js";
import { emit } from "../internal/emit.js";
import { createStoreGuard } from "./guarded-store.js";
import { readRegistration, readRemoval } from "./registration.js";

/** Milliseconds for one operation of the store: a phone waits for the answer, and tries again without one. */
const PATIENCE = 10_000;

export interface RegistryOptions {
  readonly devices: DeviceStore;
  readonly clock: Clock;
  readonly onEvent: OnEvent | undefined;
}

/** Takes tokens in and gives them up. */
export interface Registry {
  register(userId: string | number, registration: unknown): Promise<void>;
  /** Only the user's own tokens: nobody can sign another user's phone out. */
  unregister(userId: string, tokens: unknown): Promise<void>;
}

export function createRegistry({ devices, clock, onEvent }: RegistryOptions): Registry {
  const guard = createStoreGuard(clock, onEvent);

  return {
    async register(userId, registration) {
      // One after the other, the token for calls first: should the second fail, the phone tries both again.
      for (const device of readRegistration(userId, registration, new Date(clock.now()))) {
        const { error } = await guard("save", PATIENCE, () => devices.save(device));
        if (error !== undefined) throw error;
        const { userId, pushType, token } = device;
        emit(onEvent, { type: "push.device-registered", userId, pushType, tokenPrefix: tokenPrefix(token) });
      }
    },

    async unregister(userId, tokens) {
      for (const [pushType, token] of readRemoval(tokens)) {
        const removed = await guard("remove", PATIENCE, () => devices.remove(token, { userId }));
        if (removed.error !== undefined) throw removed.error;
        if (!removed.value) continue;
        emit(onEvent, { type: "push.device-unregistered", userId, pushType, tokenPrefix: tokenPrefix(token) });
      }
    },
  };
}
