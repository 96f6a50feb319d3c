import { ask } from "./api.js";
import { find, make } from "./element.js";
import { onLanguage, put, say } from "./language.js";
import { makePhoneCard } from "./phone-card.js";

/** @typedef {import("./phone-card.js").Phone} Phone */

const list = find("phone-list", HTMLElement);
const none = find("no-phones", HTMLElement);
const toRinging = find("to-ringing", HTMLElement);
const announcement = find("announcement", HTMLElement);
const targets = find("script-token", HTMLSelectElement);

/** @type {Map<string, ReturnType<typeof makePhoneCard>>} */
const cards = new Map();
/** The calls that were announced, so that each is announced once. */
const announced = new Set();

/** @param {readonly Phone[]} phones */
export function showPhones(phones) {
  for (const [token, card] of cards) {
    if (phones.some(phone => phone.token === token)) continue;
    card.element.remove();
    cards.delete(token);
  }
  for (const phone of phones) showPhone(phone);
  none.hidden = cards.size > 0;
  tellRinging();
}

/** @param {Phone} phone */
export function showPhone(phone) {
  const known = cards.get(phone.token);
  if (known) known.update(phone);
  else {
    const card = makePhoneCard(phone);
    cards.set(phone.token, card);
    list.append(card.element);
    none.hidden = true;
  }
  const option = [...targets.options].find(({ value }) => value === phone.token) ?? addTarget(phone.token);
  option.textContent = `${phone.userId} · ${phone.pushType} · ${phone.token.slice(0, 12)}…`;
  tellRinging();
}

/** @param {string} token */
function addTarget(token) {
  const option = make("option", { value: token });
  targets.append(option);
  return option;
}

/** Tells of a ringing phone in the title, in a link and to assistive technology, for somebody who does not see the phones. */
function tellRinging() {
  const ringing = [...cards.values()].map(card => card.phone()).filter(phone => phone.ringing && !phone.inactive);
  toRinging.hidden = ringing.length === 0;
  const [first] = ringing;
  document.title = first?.ringing ? `☎ ${first.ringing.fromDisplayName} → ${first.userId}` : "apns-voip mock";
  const now = new Set(ringing.map(({ token, ringing }) => `${token} ${ringing?.callId}`));
  for (const phone of ringing) {
    const call = `${phone.token} ${phone.ringing?.callId}`;
    if (announced.has(call)) continue;
    announcement.textContent = say("rings", { user: phone.userId, name: phone.ringing?.fromDisplayName ?? "" });
  }
  announced.clear();
  for (const call of now) announced.add(call);
}

toRinging.addEventListener("click", event => {
  event.preventDefault();
  [...cards.values()].find(card => card.phone().ringing && !card.phone().inactive)?.focusCall();
});

/** Sets up the form that adds a phone. */
export function setUpAddPhone() {
  const form = find("add-phone", HTMLFormElement);
  const opener = find("add-phone-button", HTMLButtonElement);
  /** @param {boolean} open */
  const toggle = open => {
    form.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) form.querySelector("input")?.focus();
    else opener.focus();
  };
  opener.addEventListener("click", () => toggle(form.hidden !== false));
  form.addEventListener("keydown", event => {
    if (event.key === "Escape") toggle(false);
  });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const phone = await ask("POST", "devices", Object.fromEntries(new FormData(form)));
    if (phone) toggle(false);
  });
}

// The options' own words follow the language; the first is the only one with words.
onLanguage(() => void put(/** @type {HTMLOptionElement} */ (targets.options[0]), "anyPhone"));
