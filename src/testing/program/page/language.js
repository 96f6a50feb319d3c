import { WORDS } from "./words.js";

/** @typedef {import("./words.js").Word} Word */
/** @typedef {import("./words.js").Language} Language */
/** @typedef {Readonly<Record<string, string | number>>} Values */

const KEPT = "apns-voip-mock-language";

/** @type {Set<() => void>} */
const listeners = new Set();
let current = startLanguage();

/** The language that the page speaks now. */
export const language = () => current;

/**
 * A text of the page with its slots filled.
 *
 * @param {Word} word
 * @param {Values} [values]
 */
export function say(word, values = {}) {
  return WORDS[current][word].replace(/\{(\w+)\}/g, (slot, name) => String(values[name] ?? slot));
}

/**
 * Puts a text into an element, where it follows the language from then on.
 *
 * @template {Element} Kind
 * @param {Kind} element
 * @param {Word} word
 * @param {Values} [values]
 */
export function put(element, word, values) {
  element.setAttribute("data-word", word);
  if (values) element.setAttribute("data-values", JSON.stringify(values));
  else element.removeAttribute("data-values");
  speak(element);
  return element;
}

/**
 * The same for the name that assistive technology reads.
 *
 * @template {Element} Kind
 * @param {Kind} element
 * @param {Word} word
 * @param {Values} [values]
 */
export function putLabel(element, word, values) {
  element.setAttribute("data-word-label", word);
  if (values) element.setAttribute("data-label-values", JSON.stringify(values));
  speak(element);
  return element;
}

/** @param {Element} element */
function speak(element) {
  const word = element.getAttribute("data-word");
  const label = element.getAttribute("data-word-label");
  const text = word && say(/** @type {Word} */ (word), read(element, "data-values"));
  if (text && element.textContent !== text) element.textContent = text;
  const name = label && say(/** @type {Word} */ (label), read(element, "data-label-values"));
  if (name && element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
}

/**
 * @param {Element} element
 * @param {string} attribute
 * @returns {Values}
 */
function read(element, attribute) {
  return JSON.parse(element.getAttribute(attribute) ?? "{}");
}

/** @param {() => void} listener */
export const onLanguage = listener => void listeners.add(listener);

/** @param {Language} next */
export function speakLanguage(next) {
  current = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  document.documentElement.lang = next;
  for (const element of document.querySelectorAll("[data-word], [data-word-label]")) speak(element);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-language") === next));
  }
  for (const listener of listeners) listener();
}

/** @returns {Language} */
function startLanguage() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {}
  return (kept ?? navigator.language).startsWith("ja") ? "ja" : "en";
}
