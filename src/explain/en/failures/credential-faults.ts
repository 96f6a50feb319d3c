import type { FailureText } from "../../failure-text.js";
import { credentialsReported, notRetried } from "./what-we-did.js";

const keyForOtherEnvironment = {
  meaning: "The key is good, but not for this environment.",
  causes: [
    "Since February 2025 a key can be limited to sandbox or to production, and this one is limited to the other.",
    "The server talks to the wrong environment for the devices it has (`APNS_ENV`, or the environment stored with the device).",
  ],
  confirm: [
    "`apns-voip doctor` asks both environments and says which one takes the key.",
    "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys: its environment is shown there.",
  ],
  remedy:
    "Create a key for this environment (or for both), or give the client a second key: its option `sandbox`, or `APNS_SANDBOX_KEY_ID` with `APNS_SANDBOX_P8_PATH` or `APNS_SANDBOX_P8`; the first key is then used in production only.",
  whatWeDid: credentialsReported,
  note: "Apple's documentation spells it `BadEnvironmentKeyIdInToken`, its servers send `BadEnvironmentKeyInToken`: both mean this. Whether new keys for both environments can still be made is described differently by different pages.",
} as const;

const certificateOnly = (meaning: string) =>
  ({
    meaning,
    causes: [
      "Something between this server and Apple presents a client certificate of its own; this library never uses one.",
    ],
    confirm: ["Send once without the proxy, and look at the `debugData` of the event `apns.going-away`."],
    remedy:
      "Send without a client certificate, with a `.p8` key. `.p12` certificates are not supported: create a key at developer.apple.com, under Certificates, Identifiers & Profiles > Keys.",
    whatWeDid: credentialsReported,
  }) as const;

/** Status 403: the key, its ids, or what they may do. */
export const credentialFaults = {
  InvalidProviderToken: {
    meaning:
      "Apple cannot verify the provider token: Team ID, Key ID and key do not belong together, or the key is no longer valid.",
    causes: [
      "`APNS_TEAM_ID` and `APNS_KEY_ID` are swapped, or one of them is wrong.",
      "The `.p8` file belongs to another key id, or the key was revoked.",
      "The key was made for something else (Sign in with Apple, MapKit, App Store Connect) and has no APNs service.",
      "Two teams share one connection, through a proxy or a sender of your own.",
    ],
    confirm: [
      "The key id is in the name of the file Apple handed out: `AuthKey_<key id>.p8`.",
      "The Team ID is at developer.apple.com/account, under Membership details.",
      "See that the key is listed there, not revoked, and enabled for Apple Push Notifications service (APNs).",
    ],
    remedy: "Correct the ids, or create a new key with APNs enabled and use its id and file.",
    whatWeDid: credentialsReported,
  },
  ExpiredProviderToken: {
    meaning: "In Apple's eyes the provider token is older than one hour.",
    causes: ["This server's clock is wrong.", "A connection got stuck on an old token."],
    confirm: [
      "`clockSkew` in the result is our clock minus Apple's, in milliseconds. Positive: ours is ahead.",
      "Compare the clock with a time server: `date -u`, `timedatectl`, `chronyc tracking`.",
    ],
    remedy:
      "Set the clock, and keep it set with NTP (chrony, systemd-timesyncd; on virtual machines also after a resume).",
    whatWeDid:
      "Tried once more on a fresh connection, with the provider token of the current period; when that failed too, compared our clock with the `date` header of Apple's answer.",
  },
  MissingProviderToken: {
    meaning: "The push arrived without a provider token.",
    causes: ["A proxy dropped the `authorization` header; this library sends it with every push."],
    confirm: ["Send once without the proxy."],
    remedy: "Use an HTTP CONNECT proxy (`proxy`), which passes the encrypted connection through, or none.",
    whatWeDid: credentialsReported,
  },
  UnrelatedKeyIdInToken: {
    meaning: "The key is not related to the first key that was used on this connection.",
    causes: [
      "The key was changed while connections were open.",
      "Two keys share one connection, through a proxy or a sender of your own.",
    ],
    confirm: ["See whether the key file or `APNS_KEY_ID` changed shortly before."],
    remedy: "One client per key. For a key with a new id, create a new client and close the old one.",
    whatWeDid: "Tried once more on a fresh connection.",
  },
  BadEnvironmentKeyIdInToken: keyForOtherEnvironment,
  BadEnvironmentKeyInToken: keyForOtherEnvironment,
  BadCertificate: certificateOnly("The client certificate is not valid."),
  BadCertificateEnvironment: certificateOnly("The client certificate is for the other environment."),
  Forbidden: {
    meaning: "Apple does not allow this action.",
    causes: ["Not documented."],
    confirm: ["Ask Apple's developer support with the `apns-id` and the time of the push."],
    remedy: "See that the key, the app and the developer account are in good standing; then ask Apple.",
    whatWeDid: notRetried,
    note: "Neither Apple's documentation nor any report found says what causes it.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;
