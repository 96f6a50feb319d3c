import * as en from "./en.js";
import * as ja from "./ja.js";
import type { Language } from "./language.js";
import type { Texts } from "./texts.js";

type InEveryLanguage<T> = Readonly<Record<Language, Texts<T>>>;

/** Why a push fails and what to do: what `explainReason` says. */
export const FAILURE_TEXTS = { en: en.failureTexts, ja: ja.failureTexts } satisfies InEveryLanguage<
  typeof en.failureTexts
>;
