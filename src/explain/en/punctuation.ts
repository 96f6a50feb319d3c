/** What stands between texts that are put together. */
export const punctuation = { betweenSentences: " ", betweenItems: ", ", endOfSentence: ". " } as const;
