import { bundleIdOf, suffixOf } from "../apns/push-types.js";

/** Letters, digits, dots and hyphens, with at most one suffix. */
export const isTopic = (text: string): boolean =>
  /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text) && suffixOf(bundleIdOf(text)) === "";
