import { ask } from "./api.js";
import { make } from "./element.js";
import { language, put } from "./language.js";

/** @typedef {import("../../../explain/explain-reason.js").Explanation} Explanation */

/** @type {Map<string, Promise<Explanation | undefined>>} */
const asked = new Map();

/**
 * What a reason means and what to do, in the language of the page.
 *
 * @param {string} reason
 * @param {number} status
 */
export async function explain(reason, status) {
  const path = `reasons/${encodeURIComponent(reason)}?lang=${language()}&status=${status}`;
  /** @type {Promise<Explanation | undefined>} */
  const answer = asked.get(path) ?? ask("GET", path);
  asked.set(path, answer);
  const explanation = await answer;
  if (!explanation) {
    asked.delete(path);
    return make("div");
  }
  const { meaning, causes, confirm, remedy, note } = explanation;
  return make(
    "div",
    { class: "explanation" },
    make("p", { class: "meaning" }, ...withCode(meaning)),
    put(make("h3"), "remedy"),
    make("p", {}, ...withCode(remedy)),
    put(make("h3"), "causes"),
    make("ol", {}, ...causes.map(cause => make("li", {}, ...withCode(cause)))),
    put(make("h3"), "confirm"),
    make("ul", {}, ...confirm.map(way => make("li", {}, ...withCode(way)))),
    note ? make("p", { class: "aside" }, ...withCode(note)) : null,
  );
}

/**
 * Text with code in backticks, as nodes.
 *
 * @param {string} text
 */
function withCode(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? make("code", {}, part) : part));
}
