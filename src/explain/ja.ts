/** Everything the package says in Japanese, by the ids of `en.ts`. */
export { checkTexts } from "./ja/checks/index.js";
export { commandTexts } from "./ja/commands/index.js";
export { doctorTexts } from "./ja/doctor.js";
export { failureTexts } from "./ja/failures/index.js";
export { guideTexts } from "./ja/guide.js";
export { punctuation } from "./ja/punctuation.js";
export { stopTexts } from "./ja/stops.js";
