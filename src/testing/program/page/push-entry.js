import { icon, make } from "./element.js";
import { explain } from "./explanation.js";
import { onLanguage, put } from "./language.js";

/** @typedef {import("../as-json.js").AsJson<import("../push-view.js").PushView>} Push */

/**
 * One push. Its outcome is seen at once, everything else on a click.
 *
 * @param {Push} push
 */
export function makePushEntry(push) {
  const isGood = push.status === 200;
  const verdict = isGood ? "good" : push.status >= 500 ? "trouble" : "bad";
  const title = isGood ? put(make("strong"), "accepted") : make("strong", {}, push.reason ?? "");
  const from = callerOf(push.payload);
  const details = make(
    "details",
    { ontoggle: () => void open() },
    make(
      "summary",
      {},
      make("span", { class: `status ${verdict}` }, String(push.status)),
      make("span", { class: "what" }, title, from && make("span", { class: "caller" }, from)),
      make("time", { datetime: push.at }, timeOf(push.at)),
      icon("chevron"),
      makeRoute(push),
    ),
  );
  const body = make("div", { class: "body" });
  details.append(body);

  const open = async () => {
    if (!details.open) return;
    const why = isGood
      ? put(make("p", { class: "aside" }), "acceptedHow")
      : await explain(push.reason ?? "", push.status);
    body.replaceChildren(why, ...makeFacts(push));
  };
  return make("li", { "data-verdict": verdict, onlanguage: () => void open() }, details);
}

/** Lists that are open speak the new language too. */
onLanguage(() => {
  for (const entry of document.querySelectorAll(".push-list > li")) entry.dispatchEvent(new Event("language"));
});

/** @param {Push} push */
function makeRoute({ headers, environment, userId, tokenPrefix }) {
  const type = headers["apns-push-type"] ?? "?";
  const to = userId === null ? "" : put(make("span"), "userIs", { user: userId });
  const parts = [type, put(make("span"), environment), to, make("code", {}, `${tokenPrefix.slice(0, 8)}…`)];
  return make("span", { class: "route" }, ...parts.filter(part => part !== "").map(part => make("span", {}, part)));
}

/** @param {Push} push */
function makeFacts(push) {
  const headers = make("dl", {});
  for (const [name, value] of Object.entries(push.headers)) headers.append(make("dt", {}, name), make("dd", {}, value));
  // The id that Apple made, where the sender gave none.
  if (!push.headers["apns-id"]) headers.append(make("dt", {}, "apns-id"), make("dd", {}, `(${push.apnsId})`));
  headers.append(put(make("dt"), "providerToken"), makeProviderToken(push.providerToken));
  return [
    put(make("h3"), "payload"),
    make("pre", {}, typeof push.payload === "string" ? push.payload : JSON.stringify(push.payload, null, 2)),
    put(make("h3"), "headers"),
    headers,
    put(make("p", { class: "aside" }), "connection", { n: push.connection }),
  ];
}

/** @param {Push["providerToken"]} token */
function makeProviderToken(token) {
  const value = make("dd");
  if (token === null) return put(value, "providerTokenNone");
  if (token === "unreadable") return put(value, "providerTokenBad");
  const iat = token.iat === null ? "?" : new Date(token.iat * 1000).toLocaleString("sv");
  return put(value, "providerTokenIs", { kid: token.kid, iss: token.iss, iat });
}

/**
 * Who calls or writes, as far as the payload says so, which may be anything.
 *
 * @param {unknown} payload
 */
function callerOf(payload) {
  if (typeof payload !== "object" || payload === null) return "";
  const { aps, fromDisplayName, callerName, callId } = /** @type {Record<string, any>} */ (payload);
  const names = [fromDisplayName, callerName, aps?.alert?.title, aps?.alert, callId];
  const name = names.find(value => typeof value === "string" && value !== "");
  return typeof name === "string" ? name : "";
}

/** @param {string} at */
const timeOf = at => new Date(at).toLocaleTimeString("sv");
