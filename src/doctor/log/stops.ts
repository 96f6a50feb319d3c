import { STOP_TEXTS } from "../../explain/catalogue/stops.js";
import type { OutcomeText } from "../../explain/check-text.js";
import type { Language } from "../../explain/language.js";

/** Where a call can stop, as its log shows it. Its texts are in the catalogues, under this name. */
export type StopName = keyof typeof STOP_TEXTS.en;

/** Shell commands to try next, by stop. Places such as `{user}` are filled with what the log says. */
export const STOPS: Readonly<Record<StopName, readonly string[]>> = {
  accepted: ["npx apns-voip doctor --only phone"],
  rang: [],
  woken: [],
  answered: [],
  "not-answered": [],
  "nobody-woken": ["npx apns-voip doctor --env-file .env --ring {user}"],
  delivered: ["npx apns-voip doctor --env-file .env --ring {user}"],
  "call-refused": [],
  silent: ["npx apns-voip doctor --env-file .env --ring {user}"],
  rejected: [],
  unsent: ["npx apns-voip doctor --only reach"],
  unknown: ["npx apns-voip doctor --only reach"],
  duplicate: [],
  cancelled: [],
  excepted: [],
  "cannot-tell": [],
  "no-token": ["npx apns-voip doctor --env-file .env --user {user} --only registration"],
  "token-removed": [],
  "registration-refused": ["npx apns-voip doctor --env-file .env --user {user} --only registration"],
  "store-error": ["npx apns-voip doctor --env-file .env --only registration"],
  "no-outcome": [],
  "no-lookup": [],
  "wrong-admin-token": [
    'printf %s "$ADMIN_PUSH_TOKEN" | sha256sum',
    "npx apns-voip doctor --env-file signal.env --only sending",
  ],
  "bad-request": [],
  "no-route": ["npx apns-voip doctor --env-file signal.env --only sending"],
  "api-error": [],
  "api-down": ["npx apns-voip doctor --env-file signal.env --only sending"],
  "no-answer-yet": [],
  "never-asked": [],
  "thought-online": [],
};

/** What the catalogue of that language says of a stop. */
export function stopText(name: StopName, lang: Language): OutcomeText {
  return STOP_TEXTS[lang][name];
}
