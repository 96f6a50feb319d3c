import { ask, copy } from "./api.js";
import { find } from "./element.js";
import { setUpFaults, showCommands, showConnections } from "./faults.js";
import { language, put, speakLanguage } from "./language.js";
import { setUpAddPhone, showPhone, showPhones } from "./phones.js";
import { showPush, showPushes, showViolation, showViolations } from "./pushes.js";

/** @typedef {import("../as-json.js").AsJson<import("../scene.js").SceneView>} Scene */
/** @typedef {import("../set-up.js").MockSetUp} SetUp */

/** What shows each event, by its name. */
const SHOW = {
  /** @param {Scene} scene */
  state({ phones, pushes, violations, connections, commands, clock }) {
    showPhones(phones);
    showPushes(pushes);
    openSetUp(pushes.length === 0);
    showViolations(violations);
    showConnections(connections);
    showCommands(commands);
    showClock(clock);
  },
  phone: showPhone,
  push: showPush,
  violation: showViolation,
  connections: showConnections,
  commands: showCommands,
  clock: showClock,
};

/** @param {Scene["clock"]} clock */
function showClock({ ahead }) {
  const clock = find("clock", HTMLElement);
  const minutes = Math.round(ahead / 60_000);
  clock.hidden = minutes === 0;
  put(clock, "ahead", { time: `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}` });
}

/** @param {"live" | "lost"} state */
function showLive(state) {
  const live = find("live", HTMLElement);
  live.dataset.state = state;
  if (live.firstElementChild) put(live.firstElementChild, state);
}

let isSetUpOpened = false;

/**
 * Opens the set-up once for somebody who has sent nothing yet.
 *
 * @param {boolean} isNew
 */
function openSetUp(isNew) {
  if (isNew && !isSetUpOpened) find("set-up", HTMLDetailsElement).open = true;
  isSetUpOpened = true;
}

function listen() {
  const events = new EventSource("control/events");
  for (const [name, take] of Object.entries(SHOW)) {
    events.addEventListener(name, ({ data }) => take(JSON.parse(data)));
  }
  events.addEventListener("open", () => showLive("live"));
  events.addEventListener("error", () => {
    showLive("lost");
    // The browser tries again after an interruption but not after a refusal, so the page does.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

async function showSetUp() {
  /** @type {{ setUp: SetUp } | undefined} */
  const answer = await ask("GET", "");
  if (!answer) return;
  const { env, bundleId } = answer.setUp;
  const text = Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
  find("set-up-env", HTMLElement).textContent = text;
  find("copy-env", HTMLElement).addEventListener("click", () => void copy(text));
  const field = find("add-phone", HTMLFormElement).elements.namedItem("bundleId");
  if (field instanceof HTMLInputElement) field.defaultValue = bundleId;
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => speakLanguage(button.getAttribute("data-language") === "ja" ? "ja" : "en"));
}
speakLanguage(language());
setUpAddPhone();
listen();
void setUpFaults();
void showSetUp();
