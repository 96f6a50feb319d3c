import { commonOptions, storeOptions } from "./options.js";

/** `apns-voip doctor` */
export const doctorCommand = {
  summary: "Say which step a call does not get past, why, and what to do",
  help: `Usage: apns-voip doctor [options]

Walks the way of a call, step by step, and says where it stops, why, and what to do.
Changes nothing unless --ring or --write is given. No secret is printed.

{options}

Secrets come from variables, not options: APNS_P8 or APNS_P8_PATH, ADMIN_PUSH_TOKEN, DATABASE_URL,
and for the app's login APP_TOKEN (or JWT_SECRET, to have one made).

Exit code: 0 nothing failed, 1 something failed, 2 used wrongly, 130 interrupted.

Examples:
  apns-voip doctor --env-file .env --user 10
  apns-voip doctor --env-file .env --ring 10
  apns-voip doctor --env-file signal.env --only sending --json`,
  options: {
    "env-file": "Variables of the server under examination; they win over those of the shell",
    user: "Whose phone should ring",
    ring: "Send a REAL test call to this user's phones",
    write: "Register the user's newest token once more, through the API",
    only: "Only this step: {steps}",
    "api-url": "The API server. Default: API_URL",
    "signal-url": "The signal server, without SOCKETIO_PATH",
    "devices-path": "Default: /api/v1/me/devices",
    "push-path": "Default: /api/internal/push/call",
    timeout: "Patience for one answer. Default: 5000",
    strict: "Exit with 1 on a warning too",
    verbose: "Show what is fine, too",
    ...storeOptions,
    ...commonOptions,
  },
  words: {
    stopped: "The call stops here: ",
    through: "Nothing stands in the way of a call, as far as can be seen from here.",
    unseen: "What could not be seen has a – in front of it above, and says why.",
    above: "see above",
    passed: "{n} fine",
    phone: "What only the phone can tell: npx apns-voip doctor --only phone",
    ifSilent: "If the phone did not ring, go through these in order:",
    summary: "{fail} failed, {warn} warning(s), {pass} fine, {skip} not looked at.",
  },
} as const;
