import { createApnsClient } from "../apns/create-client.js";
import type { DeviceStore } from "../devices/device.js";
import { memoryDeviceStore } from "../devices/memory-device-store.js";
import type { OnEvent } from "../events.js";
import type { Authenticate } from "../http/authenticate.js";
import { createPushRoutes, type PushRoutes } from "../http/routes.js";
import { aFunction, checkOptions, has, needs, needsThing, type OptionChecks, wantsThing } from "../internal/options.js";
import { DEFAULT_PATHS } from "../internal/route-paths.js";
import { createPushService } from "../push/push-service.js";
import type { Receipts } from "../push/receipts/create-receipts.js";
import type { MockApns } from "./mock-apns.js";

/** How the played API is reached, and what stands behind it. */
export interface MockPushApiOptions {
  /** Where the signal server looks for the API, `http://api:3000` for example. */
  readonly apiUrl: string;
  /** What the signal server has to send as `X-Admin-Token`. */
  readonly adminToken: string;
  /** Apple and the phones: a user who has a phone in it, by its `userId`, can be rung. */
  readonly mock: MockApns;
  /** Who registers with `PUT …/me/devices`. Default: everybody is refused, 401 `bad_token`. */
  readonly authenticate?: Authenticate | undefined;
  /** Call payloads get a `receipt`: made with `createReceipts`. Default: they get none. */
  readonly receipts?: Receipts | undefined;
  /** Listens to the API's events. */
  readonly onEvent?: OnEvent | undefined;
}

const CHECKS: OptionChecks<MockPushApiOptions> = {
  apiUrl: needs(
    "an http or https URL such as http://api:3000",
    given => typeof given === "string" && URL.canParse(given),
  ),
  // The routes check these two, as on a real server.
  adminToken: () => [],
  authenticate: () => [],
  mock: needsThing("a mock made with createMockApns", has("fetch", "device")),
  receipts: wantsThing("receipts made with createReceipts", has("sign", "verify")),
  onEvent: aFunction,
};

/** Puts the real routes, service and client together, with the mock in place of Apple: only the network is played. */
export function createMockPushApi(options: MockPushApiOptions): PushRoutes {
  checkOptions("pushApiHandlers", options, CHECKS);
  const { mock, adminToken, receipts, onEvent, authenticate = async () => null } = options;
  const prefix = new URL(options.apiUrl).pathname.replace(/\/+$/, "");
  const apns = createApnsClient({ ...mock.key, fetch: mock.fetch, clock: mock.clock, onEvent });
  return createPushRoutes({
    push: createPushService({ apns, devices: phonesOf(mock), receipts }),
    authenticate,
    adminToken,
    paths: Object.fromEntries(Object.entries(DEFAULT_PATHS).map(([name, path]) => [name, prefix + path])),
  });
}

/** A store that has the mock's phones besides the devices that register. A phone that was removed stays removed. */
function phonesOf(mock: MockApns): DeviceStore {
  const store = memoryDeviceStore();
  const registered = new Set<string>();
  return {
    ...store,
    async list(userId, pushType) {
      for (const phone of mock.devices) {
        const registration = `${phone.token} ${phone.userId}`;
        if (registered.has(registration)) continue;
        registered.add(registration);
        await store.save(phone.device());
      }
      return store.list(userId, pushType);
    },
  };
}
