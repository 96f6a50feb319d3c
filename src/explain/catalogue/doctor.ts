import { doctorTexts as en } from "../en/doctor.js";
import { doctorTexts as ja } from "../ja/doctor.js";
import type { InEveryLanguage } from "../texts.js";

/** What the doctor says besides its checks. */
export const DOCTOR_TEXTS: InEveryLanguage<typeof en> = { en, ja };
