import type { ApnsVoipEvent, SignalEvent } from "../events.js";
import { id, type LinesOf, messageOf, PUSH_WORDS, text } from "../internal/log-text.js";

/** The signal server's lines, to the letter that operators search for. */
export const SIGNAL_LINES: LinesOf<SignalEvent> = {
  "signal.offer": ({ fromUserId, toUserId }) => [`[signal] offer from ${id(fromUserId)} to ${id(toUserId)}`],
  "signal.user-offline": ({ toUserId }) => [`[signal] user ${id(toUserId)} is offline, sending VoIP Push`],
  "signal.pushing-others": ({ toUserId, connected }) => [
    `[signal] user ${id(toUserId)} has ${connected} ${connected === 1 ? "phone" : "phones"} connected, sending VoIP Push to the others`,
  ],
  "signal.phone-woken": ({ toUserId, milliseconds }) => [
    `📲 A phone of user ${id(toUserId)} registered ${Math.round(milliseconds)} ms after the push`,
  ],
  "signal.nobody-woken": ({ toUserId, milliseconds }) => [
    `⚠️ APNs accepted, but no phone of user ${id(toUserId)} has registered within ${Math.round(milliseconds / 1000)} s`,
  ],
  "signal.call-ended": ({ fromUserId, toUserId, why, answered, milliseconds }) => [
    `[signal] call from ${id(fromUserId)} to ${id(toUserId)} ended after ${Math.round(milliseconds / 1000)} s, ${answered ? "answered" : "not answered"}: ${id(why)}`,
  ],
  "signal.refused": ({ userId, event, why }) => [
    `[signal] ${event} of user ${id(userId || "unknown")} refused: ${text(why)}`,
  ],
  "signal.store-failed": ({ operation, error }) => [`❌ Call store error (${operation}): ${messageOf(error)}`],
  "signal.online-failed": ({ userId, error }) => [
    `❌ Cannot tell which phones of user ${id(userId)} are connected: ${messageOf(error)}`,
  ],
  "signal.push-started": ({ kind, toUserId }) => [
    `${kind === "call" ? "📞" : "💬"} Sending ${PUSH_WORDS[kind].push} to user ${id(toUserId)}`,
  ],
  "signal.push-cancelled": ({ toUserId, cancelled, message }) => {
    const push = `VoIP Push to user ${id(toUserId)}`;
    if (message !== undefined) return [`❌ Failed to cancel ${push}: ${text(message)}`];
    return [cancelled ? `${push} cancelled before it left` : `${push} not cancelled: nothing was waiting any more`];
  },
  "signal.push-finished": ({ kind, toUserId, status, message }) => {
    const { push } = PUSH_WORDS[kind];
    if (status === "accepted") return [`✅ ${push} sent to user ${id(toUserId)}`];
    if (status === "duplicate") return [`${push} to user ${id(toUserId)} not sent again: a repeat of the same request`];
    if (status === "cancelled") return [`${push} to user ${id(toUserId)} cancelled before it left`];
    if (status === "unknown") return [`⚠️ ${push} to user ${id(toUserId)} may have been sent: ${text(message ?? "")}`];
    return [`❌ Failed to send ${push}: ${text(message ?? status)}`];
  },
};

/**
 * What to do about a push that failed, in one line that also says whose it was: the line before it, which operators
 * search for, does not.
 */
export function adviceOn(event: ApnsVoipEvent): string | undefined {
  if (event.type === "signal.nobody-woken") return `   user ${id(event.toUserId)}: ${NOBODY_WOKEN}`;
  if (event.type !== "signal.push-finished") return undefined;
  const { status, httpStatus, toUserId } = event;
  if (status === "accepted" || status === "duplicate" || status === "cancelled") return undefined;
  return `   user ${id(toUserId)}: ${whatToDo(status, httpStatus)}`;
}

const NOBODY_WOKEN =
  "Accepted is not delivered. If the phone rang, its app has not connected and registered here: look at its network and at the address that it connects to. If it did not ring, look at the phone's network and at the app, which must report each VoIP push to CallKit at once, or iOS delivers none any more.";

function whatToDo(status: "no-devices" | "unknown" | "failed", httpStatus: number | undefined): string {
  if (status === "no-devices")
    return "The API server knows no phone of this user. Open the app once on the phone, logged in as this user.";
  if (status === "unknown") return "The phone may ring. The API server's log of this moment says how the push ended.";
  if (httpStatus === undefined)
    return "Nothing was sent. See that the API server runs, and that apiUrl leads to it from this machine or container.";
  if (httpStatus === 401 || httpStatus === 403)
    return "The API server refuses the admin token. Give both servers the same one, and restart both.";
  if (httpStatus === 502 || httpStatus === 503 || httpStatus === 504)
    return "A proxy answered in the API server's place. See that the API server runs behind it.";
  if (httpStatus < 400 || httpStatus === 404 || httpStatus === 405)
    return "Nothing was sent. See that apiUrl has no path too many, and that the push routes are mounted there.";
  return "The API server's log of this moment says why, and what to do.";
}
