import type { Clock } from "../clock.js";
import type { DevicePushType, DeviceStore } from "../devices/device.js";
import type { OnEvent } from "../events.js";
import { tokenPrefix } from "../internal/describe.js";
import { emit } from "../internal/emit.js";
import type { UserId } from "../user-id.js";
import { createStoreGuard } from "./guarded-store.js";
import { readOwner, readRegistration, readRemoval, readTokens } from "./registration.js";

/** Milliseconds for one operation of the store: a phone waits for the answer, and tries again without one. */
const PATIENCE = 10_000;

export interface RegistryOptions {
  readonly devices: DeviceStore;
  readonly clock: Clock;
  readonly onEvent: OnEvent | undefined;
  /** The client's own. */
  readonly teamIds: readonly string[];
}

/** Takes tokens in and gives them up. */
export interface Registry {
  register(userId: UserId, registration: unknown): Promise<void>;
  /** Removes tokens that are the user's own: nobody can sign another user's phone out. */
  unregister(userId: UserId, tokens: unknown): Promise<void>;
  /** Removes tokens, whichever user they belong to. */
  drop(tokens: unknown): Promise<void>;
  /** Removes all of a user's tokens, and says how many there were. */
  forget(userId: UserId): Promise<number>;
}

export function createRegistry({ devices, clock, onEvent, teamIds }: RegistryOptions): Registry {
  const guard = createStoreGuard(clock, onEvent);

  return {
    async register(userId, registration) {
      // One after the other, the token for calls first. If the second fails, the phone tries both again.
      for (const device of readRegistration(userId, registration, { registeredAt: new Date(clock.now()), teamIds })) {
        const { error } = await guard("save", PATIENCE, () => devices.save(device));
        if (error !== undefined) throw error;
        const { userId, pushType, token } = device;
        emit(onEvent, { type: "push.device-registered", userId, pushType, tokenPrefix: tokenPrefix(token) });
      }
    },

    async unregister(given, tokens) {
      const removal = readRemoval(given, tokens);
      for (const [pushType, token] of removal.tokens) await remove(removal.userId, pushType, token);
    },

    async drop(tokens) {
      for (const [pushType, token] of readTokens(tokens)) await remove(undefined, pushType, token);
    },

    async forget(given) {
      const userId = readOwner(given);
      let count = 0;
      for (const pushType of ["voip", "alert"] as const) {
        const listed = await guard("list", PATIENCE, () => devices.list(userId, pushType));
        if (listed.error !== undefined) throw listed.error;
        for (const { token } of listed.value) if (await remove(userId, pushType, token)) count++;
      }
      return count;
    },
  };

  async function remove(userId: string | undefined, pushType: DevicePushType, token: string): Promise<boolean> {
    const removed = await guard("remove", PATIENCE, () => devices.remove(token, { userId }));
    if (removed.error !== undefined) throw removed.error;
    if (removed.value) {
      const owner = userId !== undefined && { userId };
      emit(onEvent, { type: "push.device-unregistered", ...owner, pushType, tokenPrefix: tokenPrefix(token) });
    }
    return removed.value;
  }
}
