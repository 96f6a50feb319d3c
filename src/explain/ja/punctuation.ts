import type { punctuation as english } from "../en/punctuation.js";
import type { Texts } from "../texts.js";

export const punctuation: Texts<typeof english> = { betweenSentences: "", betweenItems: "、", endOfSentence: "。" };
