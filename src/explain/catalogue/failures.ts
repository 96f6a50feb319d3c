import { failureTexts as en } from "../en/failures/index.js";
import { failureTexts as ja } from "../ja/failures/index.js";
import type { InEveryLanguage } from "../texts.js";

/** Why a push fails and what to do: what `explainReason` says. */
export const FAILURE_TEXTS: InEveryLanguage<typeof en> = { en, ja };
