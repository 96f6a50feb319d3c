/** Everything the package says in Japanese, by the ids of `en.ts`. */
export { checkTexts } from "./ja/checks/index.js";
export { doctorTexts } from "./ja/doctor.js";
export { failureTexts } from "./ja/failures/index.js";
export { stopTexts } from "./ja/stops.js";
