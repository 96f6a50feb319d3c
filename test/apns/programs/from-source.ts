import { registerHooks } from "node:module";
import { entries } from "../../../entries.config.ts";

const root = new URL("../../../", import.meta.url);
const doors = entries();

// Programs that tests spawn import the package by its public name, and get the source: Node strips the types itself.
registerHooks({
  resolve(specifier, context, next) {
    const door = doors[specifier];
    if (door !== undefined) return next(new URL(door, root).href, context);
    const fromSource = context.parentURL?.startsWith(root.href) && !context.parentURL.includes("/node_modules/");
    const isOurs = fromSource && specifier.startsWith(".") && specifier.endsWith(".js");
    return next(isOurs ? specifier.replace(/\.js$/, ".ts") : specifier, context);
  },
});
