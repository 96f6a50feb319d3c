/**
 * For `node --import`: examples that a test starts import the package by its name and get the source, as the tests
 * themselves do, so that no test ever runs against an old build.
 */
import { registerHooks } from "node:module";
import { entries } from "../../entries.config.ts";

const root = new URL("../../", import.meta.url);
const source = new URL("src/", root).href;
const doors = entries();

registerHooks({
  resolve(specifier, context, next) {
    const door = doors[specifier];
    if (door !== undefined) return next(new URL(door, root).href, context);
    // Imports in the source name the built `.js` files.
    const built = specifier.startsWith(".") && context.parentURL?.startsWith(source);
    return next(built ? specifier.replace(/\.js$/, ".ts") : specifier, context);
  },
});
