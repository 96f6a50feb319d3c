import { icon, make } from "./element.js";
import { put, putLabel } from "./language.js";

/** @typedef {import("./phone-card.js").Phone} Phone */
/** @typedef {import("./language.js").Word} Word */
/** @typedef {"inactive" | "blocked" | "ringing" | "talking" | "offline" | "idle"} ScreenState */

/** @type {Record<"Unregistered" | "ExpiredToken", [Word, Word]>} */
const INACTIVE = { Unregistered: ["removed", "removedWhy"], ExpiredToken: ["expired", "expiredWhy"] };

/**
 * What a phone's screen shows: a call that rings or goes on, else why none can, else that it waits.
 *
 * @param {Phone} phone
 * @returns {ScreenState}
 */
function stateOf(phone) {
  if (phone.inactive === "Unregistered") return "inactive";
  if (phone.ringing) return "ringing";
  if (phone.talking) return "talking";
  if (phone.inactive) return "inactive";
  if (phone.blocked) return "blocked";
  return phone.offline ? "offline" : "idle";
}

/** @param {(action: string, body?: object) => void} act */
export function screenOf(act) {
  const kind = make("p", { class: "kind" });
  const avatar = make("p", { class: "avatar", "aria-hidden": "true" });
  const name = make("p", { class: "name" });
  const note = make("p", { class: "note" });
  const bubbles = make("ul", { class: "bubbles" });
  const buttons = {
    decline: callButton("decline", act),
    answer: callButton("answer", act),
    end: callButton("end", act),
  };
  const row = make("div", { class: "call-buttons" }, buttons.decline, buttons.answer, buttons.end);
  const element = make("div", { class: "screen" }, kind, avatar, name, note, bubbles, row);

  /** @param {Phone} phone */
  const update = phone => {
    const state = stateOf(phone);
    const call = state === "ringing" ? phone.ringing : state === "talking" ? phone.talking : null;
    element.dataset.state = state;
    avatar.hidden = name.hidden = call === null;
    row.hidden = call === null;
    buttons.answer.hidden = buttons.decline.hidden = state !== "ringing";
    buttons.end.hidden = state !== "talking";
    bubbles.hidden = phone.notifications.length === 0 || state !== "idle";
    kind.hidden = !bubbles.hidden;
    bubbles.replaceChildren(...phone.notifications.toReversed().map(makeBubble));
    if (call) {
      name.textContent = call.fromDisplayName;
      name.title = call.fromDisplayName;
      avatar.textContent = initialOf(call.fromDisplayName);
      avatar.replaceChildren(avatar.textContent);
      note.textContent = call.callId;
      note.removeAttribute("data-word");
      kind.replaceChildren(icon(call.hasVideo ? "video" : "call"), put(make("span"), kindOf(state, call.hasVideo)));
      const values = { name: call.fromDisplayName, user: phone.userId };
      putLabel(buttons.answer, "answerWhom", values);
      putLabel(buttons.decline, "declineWhom", values);
      putLabel(buttons.end, "endWhom", values);
      return;
    }
    const [what, why] = silenceOf(phone, state);
    kind.replaceChildren(put(make("span"), what));
    if (why) put(note, ...why);
    else {
      note.removeAttribute("data-word");
      note.textContent = "";
    }
  };

  /** @param {"answer"} [wanted] */
  const firstButton = wanted =>
    (wanted ? [buttons[wanted]] : [buttons.end, buttons.answer, buttons.decline]).find(button => !button.hidden);

  return { element, update, stateOf, firstButton };
}

/**
 * @param {ScreenState} state
 * @param {boolean} hasVideo
 * @returns {Word}
 */
function kindOf(state, hasVideo) {
  if (state === "ringing") return hasVideo ? "videoCall" : "audioCall";
  return hasVideo ? "talkingVideo" : "talking";
}

/**
 * What a phone without a call says, and why.
 *
 * @param {Phone} phone
 * @param {ScreenState} state
 * @returns {[Word, [Word, import("./language.js").Values?]?]}
 */
function silenceOf(phone, state) {
  if (state === "inactive" && phone.inactive) return [INACTIVE[phone.inactive][0], [INACTIVE[phone.inactive][1]]];
  if (state === "blocked") return ["blocked", ["blockedWhy"]];
  if (state === "offline") return ["outOfReach", ["outOfReachWhy"]];
  if (phone.last?.effect === "no-call") return ["waiting", ["noCall", { n: phone.unannounced }]];
  if (phone.last?.effect === "already-handled") return ["waiting", ["alreadyHandled"]];
  if (phone.missed > 0) return ["waiting", ["missed", { n: phone.missed }]];
  return [phone.pushType === "alert" ? "waitingAlert" : "waiting"];
}

/**
 * @param {"answer" | "decline" | "end"} action
 * @param {(action: string) => void} act
 */
function callButton(action, act) {
  const button = make("button", { type: "button", class: `call-button ${action}`, onclick: () => act(action) });
  button.append(make("span", { class: "round" }, icon("call")), put(make("span", { class: "label" }), action));
  return button;
}

/** @param {object} payload of an alert push, whatever a server sent */
function makeBubble(payload) {
  const { aps } = /** @type {{ aps?: { alert?: unknown } }} */ (payload);
  const alert = aps?.alert;
  const { title, body } = /** @type {{ title?: unknown, body?: unknown }} */ (
    typeof alert === "object" && alert !== null ? alert : { body: alert }
  );
  return make("li", {}, make("strong", {}, textOf(title)), make("span", {}, textOf(body)));
}

/** @param {unknown} value */
const textOf = value => (typeof value === "string" ? value : "");

/** @param {string} name */
function initialOf(name) {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toUpperCase() ?? "?";
}
