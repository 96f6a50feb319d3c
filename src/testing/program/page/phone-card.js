import { ask, copy } from "./api.js";
import { icon, make } from "./element.js";
import { put, putLabel } from "./language.js";
import { screenOf } from "./phone-screen.js";

/** @typedef {import("../as-json.js").AsJson<import("../phone-view.js").PhoneView>} Phone */

/**
 * A phone: its screen, whose it is, and what can be done to it. Made once and then brought up to date, so that the focus
 * stays where it is.
 *
 * @param {Phone} first
 */
export function makePhoneCard(first) {
  let phone = first;
  /**
   * @param {string} action
   * @param {object} [body]
   */
  const act = (action, body) => void ask("POST", `devices/${phone.token}/${action}`, body);

  const title = make("h3", { tabindex: "-1", id: `phone-${phone.token.slice(0, 12)}` });
  const screen = screenOf(act);
  const copyToken = make("button", { type: "button", class: "token", onclick: () => void copy(phone.token) });
  copyToken.append(make("code", {}, `${phone.token.slice(0, 8)}…`), icon("copy"));
  const offline = make("button", {
    type: "button",
    role: "switch",
    class: "switch",
    onclick: () => act(phone.offline ? "online" : "offline"),
  });
  offline.append(make("span", { class: "knob", "aria-hidden": "true" }), put(make("span"), "offline"));
  const install = make("button", {
    type: "button",
    class: "quiet",
    onclick: () => act(phone.inactive || phone.blocked ? "reinstall" : "uninstall"),
  });
  const facts = make("p", { class: "facts" });
  const reported = make("p", { class: "note" });
  const element = make(
    "li",
    { class: "phone", "aria-labelledby": title.id },
    make("div", { class: "owner" }, title, copyToken),
    make("div", { class: "device" }, screen.element),
    facts,
    reported,
    make("div", { class: "controls" }, offline, install),
  );

  /** @param {Phone} next */
  const update = next => {
    const focused = document.activeElement;
    const hadFocus = element.contains(focused);
    phone = next;
    put(title, "userIs", { user: phone.userId });
    facts.replaceChildren(
      put(make("span", { class: "chip" }), phone.pushType === "voip" ? "voipShort" : "alertShort"),
      put(make("span", { class: `chip ${phone.environment}` }), phone.environment),
      make("span", { class: "bundle", title: phone.topic }, ...breakable(phone.bundleId)),
    );
    reported.hidden = phone.receipts.length === 0;
    const what = phone.receipts.map(({ event, status, error }) => `${event} ${status ?? error ?? "…"}`).join(", ");
    put(reported, "reported", { what });
    putLabel(copyToken, "copyToken", { user: phone.userId });
    offline.setAttribute("aria-checked", String(phone.offline));
    put(install, phone.inactive || phone.blocked ? "reinstall" : "uninstall");
    screen.update(phone);
    element.dataset.state = screen.stateOf(phone);
    // The button that had the focus may be gone: the next one, or the phone itself, takes it.
    if (hadFocus && focused instanceof HTMLElement && !focused.checkVisibility())
      (screen.firstButton() ?? title).focus();
  };

  update(phone);
  return { element, update, focusCall: () => (screen.firstButton("answer") ?? title).focus(), phone: () => phone };
}

/**
 * A bundle id that the browser may break after its dots.
 *
 * @param {string} bundleId
 */
function breakable(bundleId) {
  return bundleId.split(/(?<=\.)/).flatMap(part => [part, make("wbr")]);
}
