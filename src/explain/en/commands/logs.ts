import { commonOptions } from "./options.js";

/** `apns-voip logs` */
export const logsCommand = {
  summary: "Follow one call through the servers' logs",
  help: `Usage: apns-voip logs [options] < server.log

Reads the logs of the API server and the signal server, mixed or one after the other, from standard
input, follows one call through the steps, and says where it stopped and why. Lines may be plain or JSON, and
come from docker, compose, kubectl or journalctl.

{options}

Exit code: 0 Apple accepted the push (whether the phone rang, its receipt says), 1 the call stopped before that, the
phone stayed silent, no phone came, or the log holds no such call, 2 used wrongly. With --all, the last call counts.

Examples:
  cat api.log signal.log | apns-voip logs --user 10
  docker compose logs -t api signal | apns-voip logs`,
  options: {
    user: "Calls to this user. Default: the last call in the log",
    from: "Calls from this user",
    all: "One line for each call",
    ...commonOptions,
  },
  steps: {
    offer: "The signal server got the offer",
    offline: "The callee was found to be offline",
    others: "Phones of the callee are connected, and the others are rung by push",
    asking: "The signal server asked the API server to ring",
    asked: "The API server got the request",
    found: "The VoIP token was found",
    pushing: "The push was sent",
    accepted: "Apple accepted it",
    told: "The signal server was told",
    woken: "A phone registered at the signal server after the push",
    reported: "The phone reported",
    ended: "The call ended",
  },
  words: {
    title: "Call to user {to}",
    from: " from user {from}",
    line: "line {n}",
    notSeen: "no such line",
    unclear: "a line that names no call",
    asides: "What else the signal server said meanwhile",
    refusedOffer: "Line {n} refuses an offer: nobody was rung for it.",
    guessed:
      "Calls overlap in this log, and some of its lines name nobody: those were given to the call that seemed to wait for them.",
    unnamed:
      "Line {n} refuses a request without saying for whom. If it was no test by the doctor, it may be a later call: give the signal server's log, too.",
  },
  noCall: {
    one: "No such call found in 1 line.",
    none: "No such call found in {n} lines.",
    silent:
      "No line is of the kind that `consoleLogger()` prints: set `onEvent: consoleLogger()` on both servers, and give the log from before the call on.",
    noCalls:
      "There are lines of the servers, but none of a call: was the log cut before it? Give the signal server's log, too.",
    others: "There are calls to {users}. `--all` without --user and --from lists them.",
    user: "user {to}",
  },
} as const;
