import type { Clock } from "../clock.js";
import type { OnEvent } from "../events.js";

/** What is set once, on the client, and handed up: the push service takes the client's, the routes the service's. */
export interface Inherited {
  readonly onEvent: OnEvent | undefined;
  readonly clock: Clock;
}

// Registered, so that two copies of the package (an app's and its framework's) still understand each other.
const INHERITED = Symbol.for("apns-voip.inherited");

/** Attaches what those built on `target` inherit. Not enumerable: it is nobody's business but ours. */
export function bequeath<T extends object>(target: T, inherited: Inherited): T {
  return Object.defineProperty(target, INHERITED, { value: inherited });
}

/** What `source` hands up; empty when it was not made by this library (a test double, a wrapper). */
export function inheritedFrom(source: object): Partial<Inherited> {
  return (source as { readonly [INHERITED]?: Inherited })[INHERITED] ?? {};
}
