import { stopTexts as en } from "../en/stops.js";
import { stopTexts as ja } from "../ja/stops.js";
import type { InEveryLanguage } from "../texts.js";

/** Where a call can stop, as its log shows it. */
export const STOP_TEXTS: InEveryLanguage<typeof en> = { en, ja };
