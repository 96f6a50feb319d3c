import type { DeviceStore } from "../devices/device.js";
import { aFlag, checkOptions, group, type OptionChecks } from "../internal/options.js";
import type { Case, DeviceStoreFeature, MakeDeviceStore } from "./conformance/case.js";
import { concurrencyCases } from "./conformance/concurrency.js";
import { deviceIdCases } from "./conformance/device-id.js";
import { environmentCases } from "./conformance/environment.js";
import { hostileInputCases } from "./conformance/hostile-input.js";
import { listCases } from "./conformance/list.js";
import { removeCases } from "./conformance/remove.js";
import { saveCases } from "./conformance/save.js";

export { type CallStoreCase, callStoreConformance, type MakeCallStore } from "./call-store-conformance.js";
export type { DeviceStoreFeature, MakeDeviceStore };

/** One thing that a device store must do. */
export interface DeviceStoreCase {
  /** A sentence about behaviour, for the test's title. */
  readonly name: string;
  /** Rejects with an `AssertionError` that says what the store did and what it should have done. */
  run(makeStore: MakeDeviceStore): Promise<void>;
}

export interface DeviceStoreConformanceOptions {
  /**
   * Switches off by name what the store cannot do. Default: everything is on. A store that keeps one token in a column
   * of the users table has `{ manyDevices: false, deviceId: false }` and so on.
   */
  readonly supports?: { readonly [Feature in DeviceStoreFeature]?: boolean | undefined } | undefined;
}

const CASES: readonly Case[] = [
  ...saveCases,
  ...listCases,
  ...removeCases,
  ...environmentCases,
  ...deviceIdCases,
  ...hostileInputCases,
  ...concurrencyCases,
];

const CHECKS: OptionChecks<DeviceStoreConformanceOptions> = {
  supports: group("an object of features", {
    manyDevices: aFlag,
    alertTokens: aFlag,
    bundleId: aFlag,
    deviceId: aFlag,
    environment: aFlag,
    registeredAt: aFlag,
    anyUserId: aFlag,
  }),
};

/**
 * What every `DeviceStore` must do, as cases for any test runner. `makeStore` is called once per case and gives an empty
 * store: clear the table, or take a new one.
 *
 * @example
 * import { test } from "node:test";
 * import { deviceStoreConformance } from "apns-voip/testing/conformance";
 *
 * for (const { name, run } of deviceStoreConformance()) {
 *   test(name, () => run(() => myDeviceStore(emptyDatabase)));
 * }
 */
export function deviceStoreConformance(options: DeviceStoreConformanceOptions = {}): DeviceStoreCase[] {
  checkOptions("deviceStoreConformance", options, CHECKS);
  const { supports = {} } = options;
  return CASES.filter(({ needs }) => needs.every(feature => supports[feature] !== false)).map(({ name, check }) => ({
    name,
    run: async (makeStore: () => DeviceStore | Promise<DeviceStore>) => check(await makeStore()),
  }));
}
