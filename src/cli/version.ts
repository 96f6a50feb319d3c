import { createRequire } from "node:module";

/** The version in package.json, which the package finds by its own name wherever the build puts this file. */
export function readVersion(): string {
  return (createRequire(import.meta.url)("apns-voip/package.json") as { readonly version: string }).version;
}
