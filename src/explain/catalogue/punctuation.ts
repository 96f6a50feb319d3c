import { punctuation as en } from "../en/punctuation.js";
import { punctuation as ja } from "../ja/punctuation.js";
import type { InEveryLanguage } from "../texts.js";

/** What stands between texts that are put together. */
export const PUNCTUATION: InEveryLanguage<typeof en> = { en, ja };
