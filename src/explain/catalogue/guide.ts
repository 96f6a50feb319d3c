import { guideTexts as en } from "../en/guide.js";
import { guideTexts as ja } from "../ja/guide.js";
import type { InEveryLanguage } from "../texts.js";

/** Headings of the tables in the diagnosis guide. */
export const GUIDE_TEXTS: InEveryLanguage<typeof en> = { en, ja };
