import type { FailureText } from "../../failure-text.js";
import { brokenUnderway, keptConnecting, refusedBeforeSending } from "./what-we-did.js";

/** The error codes of this library. */
export const ownErrors = {
  INVALID_OPTIONS: {
    meaning: "An option or an environment variable is missing or wrong.",
    causes: [
      "The environment file was not loaded, or the process was not restarted after a change.",
      "A name is misspelt, or a value has blanks or quotes around it.",
    ],
    confirm: [
      "The message and `issues` name every variable that is wrong; `apns-voip doctor --env-file .env` checks them all.",
    ],
    remedy: "Correct what is named, then restart the process.",
    whatWeDid: "Threw at the start, before anything was sent.",
  },
  INVALID_KEY: {
    meaning: "The `.p8` key is missing, unreadable, or not an EC P-256 private key.",
    causes: [
      "`APNS_P8_PATH` points to a file that is not there in this container or for this user.",
      "It is another file: a certificate, a public key, an RSA key, a `.p12`.",
      "The line ends were lost when the key was put into a variable.",
    ],
    confirm: [
      "`openssl pkey -in AuthKey_XXXXXXXXXX.p8 -noout -text_pub` must say `Public-Key: (256 bit)` and `prime256v1`.",
    ],
    remedy:
      "Use the `.p8` file as Apple handed it out. It can be downloaded only once: if it is lost, create a new key.",
    whatWeDid: "Threw at the start, before anything was sent.",
  },
  INVALID_PUSH: {
    meaning: "A field of the push is wrong, or its fields do not fit together.",
    causes: [
      "A `.voip` topic with push type `alert`, a collapse id over 64 bytes, an `apnsId` that is not a UUID, or no topic and no `bundleId`.",
    ],
    confirm: ["The message names the field and what is wanted."],
    remedy: "Correct the field. Leave `topic` out to have it built from the bundle id.",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_DEVICE_TOKEN: {
    meaning: "The device token is not an even number of 32 to 400 hex digits.",
    causes: [
      "An FCM token (it contains `:`) or an Expo token was stored instead of the PushKit token.",
      "The token was sent as base64, or cut short by the column it is stored in.",
    ],
    confirm: [
      "Look at the length of the stored token and the width of its column: a device token has 64 digits or more.",
    ],
    remedy: "Let the app send the bytes of `pushCredentials.token` as hex, and keep them in a column of type `text`.",
    whatWeDid: refusedBeforeSending,
  },
  PAYLOAD_TOO_LARGE: {
    meaning: "The JSON is larger than 5120 UTF-8 bytes for a VoIP push, or 4096 for any other.",
    causes: ["The payload carries a whole SDP, an avatar or a long text."],
    confirm: ["The message says how many bytes it is; `apns-voip send --dry-run` prints them."],
    remedy: "Send ids, and let the app fetch the rest.",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_CALL: {
    meaning: "The call or message does not fit its schema.",
    causes: [
      "`callId` or `fromUserId` is missing, or `hasVideo` is neither true nor false.",
      "`type` is something else than `call.incoming`: a VoIP push must announce a call, or iOS kills and then blocks the app.",
    ],
    confirm: ["`issues` lists every field that is wrong."],
    remedy: "Correct the fields. To stop a ring, use the socket, not a push.",
    whatWeDid: refusedBeforeSending,
  },
  INVALID_REGISTRATION: {
    meaning: "A device registration does not fit its schema, so nothing was stored.",
    causes: [
      "The token is not the hex of the token that iOS gives: an FCM or Expo token, base64, or the description of a Data object.",
      "`bundleId` is missing, or not among the `bundleIds` that this server allows.",
    ],
    confirm: ["`issues` lists every field that is wrong."],
    remedy: "Correct the fields in the app's upload; send the token's bytes as hex.",
    whatWeDid: "Refused the registration as a whole; a token stored before stays as it was.",
  },
  STORE_FAILED: {
    meaning: "The device store threw an error, or did not answer in time, so it is not known which phones to ring.",
    causes: [
      "The database is down, out of connections, or not reachable from this process.",
      "The table or column is not there: the migration has not run.",
    ],
    confirm: ["The `cause` of the error, and the event `push.store-failed`, hold the store's own error."],
    remedy: "Repair the database. Nothing left for Apple, so the same call can safely be sent again.",
    whatWeDid: "Sent nothing, and kept the idempotency key free for a retry.",
  },
  DEADLINE: {
    meaning: "The deadline (the ring timeout) passed before the push could leave.",
    causes: [
      "No connection to Apple could be made in time.",
      "More pushes were queued than the connections could carry.",
      "The deadline that was given had already passed: the two servers' clocks differ.",
    ],
    confirm: [
      "The `cause` of the error, and the events `apns.connection-failed`; `apns-voip doctor` checks the way to Apple.",
    ],
    remedy: "Repair the connection; for a real load raise `maxConnections`. The push can safely be sent again.",
    whatWeDid: "Gave the push up without sending it: outcome `unsent`.",
  },
  TIMEOUT: {
    meaning: "The push left, but Apple did not answer in time. It may have rung.",
    causes: [
      "The connection is dead without anybody having said so: a NAT or firewall forgot it.",
      "The network or Apple is slow.",
    ],
    confirm: ["See whether every push on that connection timed out (dead) or only some (slow)."],
    remedy:
      "Lower `pingInterval` below the idle limit of the network (AWS drops flows after 350 s, Azure after 4 min); raise `timeout` only for a slow network.",
    whatWeDid:
      'Took the connection out of use, and gave it up unless it answered a probe. The push is `unknown`, or was sent once more with `onUnknown: "resend"`.',
  },
  CONNECTION_FAILED: {
    meaning: "No connection to Apple, or to the proxy, could be made.",
    causes: [
      "A firewall lets nothing out to port 443 or 2197.",
      "The name cannot be resolved, or the trust store is too old.",
      "A proxy is in the way, or `APNS_PROXY` is wrong.",
    ],
    confirm: [
      "The `cause` of the error is the system's own; `apns-voip doctor` walks DNS, TCP, TLS and HTTP/2 one by one.",
    ],
    remedy: "Open TCP 443 or 2197 to api.push.apple.com and api.sandbox.push.apple.com, or set `proxy`.",
    whatWeDid: keptConnecting,
  },
  CONNECTION_LOST: {
    meaning: "The connection broke while the push was on its way. It may have rung.",
    causes: ["Apple or something in between closed the connection.", "This server's network went away for a moment."],
    confirm: ["The events `apns.going-away` and `apns.connection-closed` around that time say who closed it, and why."],
    remedy:
      'Nothing, if it is rare. For calls keep `onUnknown: "resend"`: the app ignores a call id it already handles.',
    whatWeDid: brokenUnderway,
  },
  CLOSED: {
    meaning: "The client was closed before the push could leave.",
    causes: ["The process is shutting down, or `close()` was called too early."],
    confirm: ["Look for `close()` or `await using` around the client."],
    remedy: "Keep one client for the life of the process, and close it after the last request was served.",
    whatWeDid: "Finished what was in flight; this push was not sent: outcome `unsent`.",
  },
  CANCELLED: {
    meaning: "The push was cancelled before it had left. Nothing rang.",
    causes: ["The caller hung up while the push still waited, for a connection for instance."],
    confirm: ["The log of the signal server shows when the call ended."],
    remedy: "Nothing: this is what cancelling is for. If it happens often, see why pushes wait.",
    whatWeDid: "Took the push out of the line: outcome `unsent`.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;
