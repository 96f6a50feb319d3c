import { receiptTexts as en } from "../en/receipts.js";
import { receiptTexts as ja } from "../ja/receipts.js";
import type { InEveryLanguage } from "../texts.js";

/** What to do about phones that report nothing. */
export const RECEIPT_TEXTS: InEveryLanguage<typeof en> = { en, ja };
