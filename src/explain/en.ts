/** Everything the package says in English. `ja.ts` has the same ids, or it does not compile. */
export { failureTexts } from "./en/failures/index.js";
