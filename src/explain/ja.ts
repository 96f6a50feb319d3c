/** Everything the package says in Japanese, by the ids of `en.ts`. */
export { failureTexts } from "./ja/failures/index.js";
