import type { CallCase, MakeCallStore } from "./conformance/calls/case.js";
import { compareAndSetCases } from "./conformance/calls/compare-and-set.js";
import { dueCases } from "./conformance/calls/due.js";
import { stateCases } from "./conformance/calls/state.js";
import { textsCases } from "./conformance/calls/texts.js";

export type { MakeCallStore };

/** One thing that a call store must do. */
export interface CallStoreCase {
  /** A sentence about behaviour, for the test's title. */
  readonly name: string;
  /** Rejects with an `AssertionError` that says what the store did and what it should have done. */
  run(makeStore: MakeCallStore): Promise<void>;
}

const CASES: readonly CallCase[] = [...stateCases, ...compareAndSetCases, ...dueCases, ...textsCases];

/**
 * What every `CallStore` must do, as cases for any test runner. `makeStore` is called once per case and gives an empty store.
 *
 * @example
 * import { test } from "node:test";
 * import { callStoreConformance } from "apns-voip/testing/conformance";
 *
 * for (const { name, run } of callStoreConformance()) {
 *   test(name, () => run(() => myCallStore(emptyDatabase)));
 * }
 */
export function callStoreConformance(): CallStoreCase[] {
  return CASES.map(({ name, check }) => ({ name, run: async makeStore => check(await makeStore()) }));
}
