import { commonOptions, storeOptions } from "./options.js";

/** `apns-voip send` */
export const sendCommand = {
  summary: "Send one push to a token or to a user's phones",
  help: `Usage: apns-voip send --token <hex> [options]
       apns-voip send --user <user> [options]

Sends one push, by default a call, straight to Apple, and says what came of it. The API server is not asked.

{options}

Exit code: 0 accepted by Apple for all, 1 not accepted for some, 2 used wrongly, 130 interrupted.

Examples:
  apns-voip send --env-file .env --token 9f739db8afff... --from 11 --name Alice
  apns-voip send --env-file .env --user 10 --video --dry-run`,
  options: {
    "env-file": "Variables; they win over those of the shell",
    token: "A device token, or ...",
    user: "... the phones of this user of the store",
    environment: "production or sandbox. Default: the device's own, else APNS_ENV",
    "push-type": "voip (default), alert, background",
    topic: "Default: from the bundle id and the push type",
    "call-id": "Default: a new one",
    from: "fromUserId. Default: 0",
    name: "fromDisplayName. Default: apns-voip",
    room: "room. Default: p2p:<call id>",
    video: "hasVideo: true",
    preset: "Keys of common clients: {presets}",
    payload: "The whole payload instead, as it is",
    title: "Of a notification (push type alert)",
    body: "Of a notification (push type alert)",
    priority: "Default: 10, background 5",
    expiration: "How long Apple may keep it; 0: one try (default for voip)",
    "collapse-id": "At most 64 bytes",
    "apns-id": "Default: a new one",
    timeout: "Until everything is over. Default: 30000",
    "dry-run": "Print headers and body, send nothing",
    ...storeOptions,
    ...commonOptions,
  },
  words: {
    accepted: "Apple accepted the push to {token} ({environment}), apns-id {apnsId}",
    rejected: "Apple refused the push to {token} ({environment}): {status} {reason}",
    unsent: "Nothing was sent to {token} ({environment}): {message}",
    unknown: "Whether it reached {token} ({environment}) is not known: {message}",
    uniqueId: "apns-unique-id {uniqueId}: look it up in the Delivery Log of Apple's Push Notifications Console.",
    learned: "{other} did not know the token; {environment} does.",
    sending: "Sending to {n} device(s) ...",
  },
} as const;
