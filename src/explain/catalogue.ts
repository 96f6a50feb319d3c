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

/** What the command line says. */
export const COMMAND_TEXTS = { en: en.commandTexts, ja: ja.commandTexts } satisfies InEveryLanguage<
  typeof en.commandTexts
>;

/** What stands between texts that are put together. */
export const PUNCTUATION = { en: en.punctuation, ja: ja.punctuation } satisfies InEveryLanguage<typeof en.punctuation>;

/** Headings of the tables in the diagnosis guide. */
export const GUIDE_TEXTS = { en: en.guideTexts, ja: ja.guideTexts } satisfies InEveryLanguage<typeof en.guideTexts>;
