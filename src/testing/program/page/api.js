import { find } from "./element.js";
import { say } from "./language.js";

/**
 * Asks the control API. Failures are shown, and answered with `undefined`.
 *
 * @param {"GET" | "POST" | "DELETE"} method
 * @param {string} path below `/control/`
 * @param {object} [body]
 */
export async function ask(method, path, body) {
  try {
    const response = await fetch(`control/${path}`, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    show(response.status === 401 ? say("unauthorized") : say("failed", { message: messageOf(answer) }));
  } catch {
    show(say("unreachable"));
  }
  return undefined;
}

/** @param {{ error?: string, message?: string, issues?: readonly { message: string }[] }} answer */
function messageOf({ error = "", message, issues }) {
  return message ?? issues?.map(issue => issue.message).join("; ") ?? error;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;

/**
 * Says something for a while.
 *
 * @param {string} text
 */
export function show(text) {
  const toast = find("toast", HTMLElement);
  toast.textContent = text;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.textContent = "";
  }, 6000);
}

/**
 * Puts a text on the clipboard, which browsers allow on localhost and over HTTPS.
 *
 * @param {string} text
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    show(say("copied"));
  } catch {
    show(say("notCopied"));
  }
}
