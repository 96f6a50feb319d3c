/** Everything the package says in English. `ja.ts` has the same ids, or it does not compile. */
export { checkTexts } from "./en/checks/index.js";
export { doctorTexts } from "./en/doctor.js";
export { failureTexts } from "./en/failures/index.js";
export { stopTexts } from "./en/stops.js";
