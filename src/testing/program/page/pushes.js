import { find, make } from "./element.js";
import { put } from "./language.js";
import { makePushEntry } from "./push-entry.js";

/** @typedef {import("./push-entry.js").Push} Push */
/** @typedef {import("../as-json.js").AsJson<import("../scene.js").ViolationView>} Violation */

/** Entries that are kept at most, because a page may be open for days. */
const MOST = 200;
/** Entries that are shown before somebody asks for more, so that what comes after the list stays within reach. */
const FIRST = 15;

const pushes = find("push-list", HTMLElement);
const noPushes = find("no-pushes", HTMLElement);
const pushCount = find("push-count", HTMLElement);
const onlyRefused = find("only-refused", HTMLInputElement);
const older = find("older-pushes", HTMLButtonElement);
const violations = find("violation-list", HTMLElement);
const noViolations = find("no-violations", HTMLElement);
let newestId = 0;
let isAllShown = false;

/** @param {readonly Push[]} list oldest first */
export function showPushes(list) {
  pushes.replaceChildren(...list.map(makePushEntry).toReversed());
  newestId = list.at(-1)?.id ?? 0;
  isAllShown = false;
  sumUp();
}

/** @param {Push} push */
export function showPush(push) {
  pushes.prepend(makePushEntry(push));
  newestId = push.id;
  while (pushes.childElementCount > MOST) pushes.lastElementChild?.remove();
  sumUp();
}

/** Shows the entries that the list has room for, and how many there are. */
function sumUp() {
  const entries = [...pushes.children].filter(entry => entry instanceof HTMLElement);
  const wanted = entries.filter(({ dataset }) => !onlyRefused.checked || dataset.verdict !== "good");
  const shown = new Set(isAllShown ? wanted : wanted.slice(0, FIRST));
  for (const entry of entries) entry.hidden = !shown.has(entry);
  older.hidden = shown.size === wanted.length;
  put(older, "older", { n: wanted.length - shown.size });
  pushCount.textContent = entries.length === 0 ? "" : String(entries.length === MOST ? newestId : entries.length);
  noPushes.hidden = wanted.length > 0;
  put(noPushes, entries.length === 0 ? "noPushes" : "allAccepted");
}

older.addEventListener("click", () => {
  isAllShown = true;
  const first = [...pushes.children].find(entry => entry instanceof HTMLElement && entry.hidden);
  sumUp();
  first?.querySelector("summary")?.focus();
});

onlyRefused.addEventListener("change", sumUp);

/** @param {readonly Violation[]} list oldest first */
export function showViolations(list) {
  violations.replaceChildren(...list.map(makeViolation).toReversed());
  countViolations();
}

/** @param {Violation} violation */
export function showViolation(violation) {
  violations.prepend(makeViolation(violation));
  while (violations.childElementCount > MOST) violations.lastElementChild?.remove();
  countViolations();
}

function countViolations() {
  const { childElementCount: all } = violations;
  for (const count of document.querySelectorAll('[data-count="violations"]')) {
    count.textContent = all === 0 ? "" : String(all);
  }
  noViolations.hidden = all > 0;
}

/** @param {Violation} violation */
function makeViolation({ rule, message, at }) {
  return make(
    "li",
    { class: "card" },
    make("code", {}, rule),
    make("time", { datetime: at }, new Date(at).toLocaleTimeString("sv")),
    make("p", { lang: "en" }, message),
  );
}
