/** The languages that explanations, the doctor, the command line and the diagnosis guide speak. */
export const LANGUAGES = ["en", "ja"] as const;

export type Language = (typeof LANGUAGES)[number];

/** Reads a language from text such as `ja`, `ja_JP.UTF-8` or `en-GB`. `undefined` when it is none of ours. */
export function readLanguage(text: string | undefined): Language | undefined {
  const code = text?.trim().toLowerCase().split(/[-_.]/)[0];
  return LANGUAGES.find(language => language === code);
}
