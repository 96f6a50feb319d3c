import * as en from "./en.js";
import * as ja from "./ja.js";
import type { Language } from "./language.js";
import type { Texts } from "./texts.js";

type InEveryLanguage<T> = Readonly<Record<Language, Texts<T>>>;

/** Why a push fails and what to do: what `explainReason` says. */
export const FAILURE_TEXTS = { en: en.failureTexts, ja: ja.failureTexts } satisfies InEveryLanguage<
  typeof en.failureTexts
>;

/** What the doctor's checks say, by the id of the check. */
export const CHECK_TEXTS = { en: en.checkTexts, ja: ja.checkTexts } satisfies InEveryLanguage<typeof en.checkTexts>;

/** What the doctor says besides. */
export const DOCTOR_TEXTS = { en: en.doctorTexts, ja: ja.doctorTexts } satisfies InEveryLanguage<typeof en.doctorTexts>;

/** Where a call can stop, as its log shows it. */
export const STOP_TEXTS = { en: en.stopTexts, ja: ja.stopTexts } satisfies InEveryLanguage<typeof en.stopTexts>;
