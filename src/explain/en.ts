/** Everything the package says in English. `ja.ts` has the same ids, or it does not compile. */
export { checkTexts } from "./en/checks/index.js";
export { commandTexts } from "./en/commands/index.js";
export { doctorTexts } from "./en/doctor.js";
export { failureTexts } from "./en/failures/index.js";
export { guideTexts } from "./en/guide.js";
export { punctuation } from "./en/punctuation.js";
export { stopTexts } from "./en/stops.js";
