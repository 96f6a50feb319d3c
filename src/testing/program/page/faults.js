import { ask, show } from "./api.js";
import { find, make } from "./element.js";
import { onLanguage, put, say } from "./language.js";

/** @typedef {import("./language.js").Word} Word */
/** @typedef {import("../as-json.js").AsJson<import("../commands.js").MockCommand>} Command */

/**
 * A button: its words (`<word>` and `<word>How`), the path it asks, and with what.
 *
 * @typedef {{ word: Word, path: string, body?: object, method?: "POST" | "DELETE" }} FaultButton
 */

/** @type {Record<string, readonly FaultButton[]>} */
const BUTTONS = {
  "connection-faults": [
    { word: "goaway", path: "faults/goaway" },
    { word: "refuse-streams", path: "faults/refuse-streams", body: { streams: 1 } },
    { word: "reset-streams", path: "faults/reset-streams", body: { streams: 1 } },
    { word: "cut", path: "faults/cut" },
    { word: "cutBefore", path: "faults/cut", body: { when: "before" } },
    { word: "cutAfter", path: "faults/cut", body: { when: "after" } },
    { word: "freeze", path: "faults/freeze" },
    { word: "thaw", path: "faults/thaw" },
    { word: "mute", path: "faults/mute" },
    { word: "delay", path: "faults/delay", body: { ms: 3000 } },
    { word: "stream-limit", path: "faults/stream-limit", body: { streams: 1 } },
  ],
  "gate-faults": [
    { word: "refuse-connections", path: "faults/refuse-connections" },
    { word: "stall-connections", path: "faults/stall-connections" },
  ],
  "time-buttons": [
    { word: "minutes20", path: "clock", body: { advance: 20 * 60_000 } },
    { word: "hour", path: "clock", body: { advance: 60 * 60_000 } },
  ],
  "back-buttons": [
    { word: "clear", path: "faults", method: "DELETE" },
    { word: "reset", path: "reset" },
  ],
};

/** Puts the buttons where they belong, and the reasons into their list. */
export async function setUpFaults() {
  for (const [id, buttons] of Object.entries(BUTTONS)) find(id, HTMLElement).append(...buttons.map(makeButton));
  const form = find("script", HTMLFormElement);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const { token, reason, times } = Object.fromEntries(new FormData(form));
    const n = Number(times);
    const command = await ask("POST", "scripts", { token, answers: Array(n).fill(reason) });
    if (command) show(say("done", { command: say("script-log", { answer: String(reason), n }) }));
  });
  /** @type {readonly { reason: string, status: number }[]} */
  const reasons = (await ask("GET", "reasons")) ?? [];
  const options = reasons.map(({ reason, status }) =>
    make("option", { value: reason, selected: reason === "BadDeviceToken" }, `${status} ${reason}`),
  );
  find("script-reason", HTMLSelectElement).replaceChildren(...options);
}

/** @param {FaultButton} button */
function makeButton({ word, path, body, method = "POST" }) {
  const how = /** @type {Word} */ (`${word}How`);
  return make(
    "button",
    {
      type: "button",
      class: "fault",
      onclick: async () => {
        const answer = await ask(method, path, body);
        if (answer) show(resultOf(say(word), answer));
      },
    },
    put(make("strong"), word),
    put(make("span"), how),
  );
}

/**
 * @param {string} command
 * @param {{ connections?: unknown }} answer
 */
function resultOf(command, { connections }) {
  if (typeof connections !== "number") return say("done", { command });
  return connections === 0 ? say("hitNone", { command }) : say("hit", { command, n: connections });
}

/** @type {readonly Command[]} */
let shown = [];

/** @param {readonly Command[]} commands oldest first */
export function showCommands(commands) {
  shown = commands;
  find("command-card", HTMLElement).hidden = commands.length === 0;
  find("command-list", HTMLElement).replaceChildren(...commands.map(makeCommand).toReversed());
}

onLanguage(() => showCommands(shown));

/** @param {Command} command */
function makeCommand({ name, options, at, connections }) {
  const given = Object.keys(options).length === 0 ? "" : JSON.stringify(options);
  return make(
    "li",
    {},
    make("time", { datetime: at }, new Date(at).toLocaleTimeString("sv")),
    make("code", {}, `${name} ${given}`),
    connections === null ? null : make("span", {}, `→ ${connections}`),
  );
}

/** @param {readonly unknown[]} connections */
export function showConnections(connections) {
  find("connection-count", HTMLElement).textContent = String(connections.length);
}
