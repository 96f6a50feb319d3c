import { commandTexts as en } from "../en/commands/index.js";
import { commandTexts as ja } from "../ja/commands/index.js";
import type { InEveryLanguage } from "../texts.js";

/** What the command line says. */
export const COMMAND_TEXTS: InEveryLanguage<typeof en> = { en, ja };
