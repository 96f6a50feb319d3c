import type { OutcomeText } from "../check-text.js";

/** Where a call can stop. The reason's own explanation is added where there is one. */
export const stopTexts = {
  accepted: {
    message: "Apple accepted the push. If the phone did not ring, the fault is on the phone.",
    remedy: "Go through step 3 of the diagnosis guide.",
  },
  rang: {
    message: "The phone ({phone}) reported {event}, {milliseconds} ms after Apple had accepted the push.",
    remedy: "If nobody heard it: ring switch, volume, Focus.",
  },
  woken: {
    message:
      "A phone of user {user} registered at the signal server {milliseconds} ms after the push: the push woke its app, or somebody opened it.",
    remedy:
      "If it did not ring, the app has connected without a report to CallKit: report first of all (docs/phone.md). If it rang and could not be answered, look at what it sent to the signal server after that.",
  },
  answered: {
    message: "A phone of user {user} answered the call. It was over {seconds} s after the offer ({why}).",
  },
  "not-answered": {
    message: "The call reached a phone of user {user}, and nobody answered: {why}, {seconds} s after the offer.",
    remedy:
      "`no-answer`: nobody took it within the ring timeout; `declined`: a phone refused it; `cancelled`: the caller hung up first; `answered-elsewhere`: the two rang each other, and are in that call. If somebody did answer, the app's answer has not reached the signal server: look for what was refused meanwhile.",
  },
  "nobody-woken": {
    message:
      "Apple accepted the push, but no phone of user {user} had registered at the signal server after {seconds} s. Accepted is not delivered.",
    remedy:
      "If the phone rang, its app does not connect or register: look at its network and at the address it connects to. If it did not, in this order: iOS has stopped delivery after pushes that the app did not report to CallKit (reinstall it, then mend the report); the app was removed, or the token is that of another installation (open the app once); the phone has no network, or had none for a moment, and with expiration 0 Apple tries once and keeps nothing.",
  },
  delivered: {
    message: "The push reached the phone ({phone}), but no line says that CallKit took the call.",
    remedy: "Let the app report to CallKit first of all, and send `ringing` when CallKit has taken it (docs/phone.md).",
  },
  "call-refused": {
    message: "The push reached the phone ({phone}), but CallKit refused the call: {words}.",
    remedy:
      "CallKit's code says why: 1 the app lacks the background mode, 2 a call with this UUID is under way, 3 Focus or Do Not Disturb, 4 the caller is blocked.",
  },
  silent: {
    message: "Apple accepted the push, but the phone ({phone}) had reported nothing after {seconds} s.",
    remedy:
      "In this order: iOS has stopped delivery after pushes that the app did not report to CallKit (reinstall it, then mend the report); the app was removed, or the token is that of another installation (open the app once); the phone is out of reach; the app sends no receipts yet (docs/phone.md).",
  },
  rejected: { message: "Apple refused the push: {reason}." },
  unsent: { message: "The push never left ({reason})." },
  unknown: { message: "Whether the push reached Apple is not known." },
  duplicate: {
    message: "Nothing was sent: it was a repeat of a request that had been served.",
    remedy: "Use a new idempotency key for each call.",
  },
  cancelled: {
    message: "Nothing was sent: the caller hung up before the push had left.",
    remedy: "Nothing to do, unless the caller did not hang up: then look who asks the API server to cancel.",
  },
  excepted: {
    message: "Nothing was sent: the signal server had reached every phone of user {user} by its socket.",
    remedy: "If a phone did not ring, look whether it still had its socket, and which `exceptDeviceIds` were sent.",
  },
  "cannot-tell": {
    message:
      "This log cannot tell how the call to user {user} ended: calls to {users} were under way at once, and the lines that say how they ended name nobody.",
    remedy:
      "Log with `consoleLogger()` of this version, which says whose each push was, or log the events themselves as JSON. For this call, give the log of the signal server, too.",
  },
  "no-token": {
    message: "User {user} has no VoIP token: the phone never registered, or not for this user.",
    remedy: "Open the app on the phone, logged in as this user, and look for `Saved voipDeviceToken for user {user}`.",
  },
  "token-removed": {
    message: "User {user} has no VoIP token any more: it was removed because Apple said {reason}.",
    remedy: "Open the app once on the phone, so that it registers anew.",
  },
  "registration-refused": {
    message:
      "User {user} has no VoIP token: the phone never registered. A registration was refused before ({words}); the log does not say whose.",
    remedy:
      "Open the app on the phone, logged in as this user; if its registration is the one that is refused, let it log in again.",
  },
  "store-error": { message: "The device store failed: {words}." },
  "no-outcome": {
    message: "The token was found, but no line says how the push ended: the process stopped, or the log was cut.",
    remedy: "Look whether the API server restarted at that moment, and whether the log goes on for 30 s after it.",
  },
  "no-lookup": {
    message: "The API server was asked, but no line says what it found: the process stopped, or the log was cut.",
    remedy: "Look whether the API server restarted at that moment.",
  },
  "wrong-admin-token": {
    message: "The API server refused the signal server's admin token (status {status}).",
    remedy: "Give both servers the same ADMIN_PUSH_TOKEN, and restart both; its checksum must be the same on both.",
  },
  "bad-request": {
    message: "The API server found the request wanting: {words}.",
    remedy: "Send at least toUserId, callId and fromUserId; `issues` in the answer names each field.",
  },
  "no-route": {
    message: "There is no push route where the signal server asked (status {status}).",
    remedy: "Look at API_URL, and whether the routes are mounted at the API server.",
  },
  "api-error": {
    message: "The API server answered with {status}: {words}.",
    remedy: "Look at the API server's own log for that moment.",
  },
  "api-down": { message: "The signal server did not get through to the API server: {words}." },
  "no-answer-yet": {
    message: "The signal server asked, but no line of the API server about user {user} is in this log.",
    remedy: "Give the log of the API server, too. If it is in here, API_URL points to another server.",
  },
  "never-asked": {
    message: "The signal server saw that user {user}, or a phone of theirs, was offline, but asked nobody to ring.",
    remedy: "Call `sendCall` there, and see that API_URL and ADMIN_PUSH_TOKEN are set.",
  },
  "thought-online": {
    message: "The signal server took user {user} to be online, so nothing was pushed.",
    remedy:
      "A phone that is gone keeps its socket until the server's ping times out: lower pingTimeout, remove a user on disconnect, and push as well when the offer is not answered.",
  },
} as const satisfies Readonly<Record<string, OutcomeText>>;
