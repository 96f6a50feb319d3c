import { callTexts as en } from "../en/calls.js";
import { callTexts as ja } from "../ja/calls.js";
import type { InEveryLanguage } from "../texts.js";

/** What to do about calls to which no phone comes. */
export const CALL_TEXTS = { en, ja } satisfies InEveryLanguage<typeof en>;
