import { checkTexts as en } from "../en/checks/index.js";
import { checkTexts as ja } from "../ja/checks/index.js";
import type { InEveryLanguage } from "../texts.js";

/** What the doctor's checks say, by the id of the check. */
export const CHECK_TEXTS: InEveryLanguage<typeof en> = { en, ja };
