import type { Device } from "../../devices/device.js";
import { readDeviceToken, tokenPrefix } from "../../internal/device-token.js";
import { type Check, defineCheck, type Verdict } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import type { Patient, StoreAnswer } from "../patient.js";

const DAY = 24 * 60 * 60 * 1000;
/** Days after which a phone in daily use would long have registered again. */
const STALE = 60;

type Judge<Name extends string> = (
  device: Device,
  patient: Patient,
  all: Extract<StoreAnswer, { readonly state: "answered" }>,
) => Omit<Verdict<Name>, "subject"> | Promise<Omit<Verdict<Name>, "subject">>;

/** Judges each VoIP token of the user; says nothing where there is none. */
function ofEachDevice<Name extends string>(judge: Judge<Name>): Check<Name>["run"] {
  return async patient => {
    const answer = await patient.registered();
    if (answer.state !== "answered") return [];
    return Promise.all(
      answer.voip.map(async device => ({
        ...(await judge(device, patient, answer)),
        subject: tokenPrefix(device.token),
      })),
    );
  };
}

export const deviceToken = defineCheck({
  id: "device-token",
  step: "registration",
  title: { en: "The token is a VoIP token of Apple's", ja: "AppleのVoIPトークンである" },
  outcomes: {
    "well-formed": {
      status: "pass",
      message: { en: "{subject} is well-formed.", ja: "{subject}の形式は正しいです。" },
    },
    malformed: {
      status: "fail",
      message: {
        en: "{subject} is no device token of Apple's: {problem}.",
        ja: "{subject}はAppleのデバイストークンではありません: {problem}",
      },
      remedy: {
        en: "Let the app send the bytes of PushKit's pushCredentials.token as hex, and store them in a column of type text.",
        ja: "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送り、サーバはtext型の列に保存してください。",
      },
      commands: ["{showDevices}"],
    },
    "fcm-token": {
      status: "fail",
      message: {
        en: "{subject} is a registration token of Firebase Cloud Messaging, which Apple does not know.",
        ja: "{subject}はFirebase Cloud Messagingの登録トークンで、Appleのトークンではありません。",
      },
      remedy: {
        en: "Let the app send the bytes of PushKit's pushCredentials.token as hex; Firebase has no part in calls.",
        ja: "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送ってください。着信にFirebaseは関わりません。",
      },
      commands: ["{showDevices}"],
    },
    "expo-token": {
      status: "fail",
      message: {
        en: "{subject} is a token of Expo's push service, which Apple does not know.",
        ja: "{subject}はExpoのプッシュサービスのトークンで、Appleのトークンではありません。",
      },
      remedy: {
        en: "Let the app send the bytes of PushKit's pushCredentials.token as hex; Expo's service cannot ring.",
        ja: "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送ってください。Expoのサービスでは着信できません。",
      },
      commands: ["{showDevices}"],
    },
    "alert-token": {
      status: "fail",
      message: {
        en: "{subject} is stored as the VoIP token and as the notification token: a phone has two different ones.",
        ja: "{subject}がVoIP用と通知用の両方に保存されています。端末の2つのトークンは別のもののはずです。",
      },
      remedy: {
        en: "voipDeviceToken must come from PushKit (didUpdate pushCredentials), not from didRegisterForRemoteNotificationsWithDeviceToken.",
        ja: "voipDeviceTokenには、didRegisterForRemoteNotificationsWithDeviceTokenではなく、PushKitのdidUpdate pushCredentialsで得たトークンを送ってください。",
      },
      commands: ["{showDevices}"],
    },
  },
  run: ofEachDevice(({ token }, { showDevices }, { alert }) => {
    const values = { showDevices: showDevices ?? "" };
    const { problem } = readDeviceToken(token);
    if (/^expo/i.test(token)) return { outcome: "expo-token", values };
    if (problem !== undefined && token.includes(":")) return { outcome: "fcm-token", values };
    if (problem !== undefined) return { outcome: "malformed", values: { ...values, problem } };
    return { outcome: alert.some(other => other.token === token) ? "alert-token" : "well-formed", values };
  }),
});

export const deviceAge = defineCheck({
  id: "device-age",
  step: "registration",
  title: { en: "The phone registered lately", ja: "最近登録された" },
  outcomes: {
    fresh: {
      status: "pass",
      message: { en: "{subject} was registered on {date}.", ja: "{subject}の登録日は{date}です。" },
    },
    stale: {
      status: "warn",
      message: {
        en: "{subject} was last registered on {date}, {days} days ago.",
        ja: "{subject}が最後に登録されたのは{date}({days}日前)です。",
      },
      remedy: {
        en: "An app should upload its tokens at every launch. Open it once on the phone; if the date stays, it does not.",
        ja: "アプリは起動のたびにトークンを送るべきです。端末で一度開いても日付が変わらなければ、送信していません。",
      },
    },
  },
  run: ofEachDevice(({ registeredAt }, { world }) => {
    const days = Math.floor((world.clock.now() - registeredAt.getTime()) / DAY);
    return {
      outcome: days > STALE ? "stale" : "fresh",
      values: { days, date: registeredAt.toISOString().slice(0, 10) },
    };
  }),
});

export const deviceApp = defineCheck({
  id: "device-app",
  step: "registration",
  title: { en: "The bundle id of the token is known", ja: "トークンのバンドルIDが分かる" },
  outcomes: {
    known: {
      status: "pass",
      message: {
        en: "{subject} belongs to {bundleId}: topic {bundleId}.voip.",
        ja: "{subject}は{bundleId}のもので、トピックは{bundleId}.voipです。",
      },
    },
    "another-app": {
      status: "pass",
      message: {
        en: "{subject} belongs to {bundleId}, not to {preset}: it is sent to the topic {bundleId}.voip.",
        ja: "{subject}は{preset}ではなく{bundleId}のもので、トピック{bundleId}.voipへ送られます。",
      },
    },
    preset: {
      status: "pass",
      message: {
        en: "{subject} was stored without a bundle id; {preset} (APNS_BUNDLE_ID) is used.",
        ja: "{subject}はバンドルIDなしで保存されているため、{preset}(APNS_BUNDLE_ID)を使います。",
      },
    },
    unknown: {
      status: "fail",
      message: {
        en: "{subject} was stored without a bundle id, and APNS_BUNDLE_ID is not set.",
        ja: "{subject}はバンドルIDなしで保存されており、APNS_BUNDLE_IDも設定されていません。",
      },
      remedy: {
        en: "Let the app send bundleId when it registers, or set APNS_BUNDLE_ID.",
        ja: "アプリが登録時にbundleIdを送るようにするか、APNS_BUNDLE_IDを設定してください。",
      },
    },
    "with-voip": {
      status: "fail",
      message: {
        en: "{subject} was stored with the bundle id {bundleId}, which ends with .voip.",
        ja: "{subject}のバンドルID{bundleId}が.voipで終わっています。",
      },
      remedy: {
        en: "Store the plain bundle id; .voip is added for calls.",
        ja: "バンドルIDだけを保存してください。.voipは着信のときに自動で付きます。",
      },
    },
  },
  run: ofEachDevice(({ bundleId }, { env }) => {
    const preset = setting(env, "APNS_BUNDLE_ID");
    if (bundleId === undefined)
      return preset === undefined ? { outcome: "unknown" } : { outcome: "preset", values: { preset } };
    if (bundleId.endsWith(".voip")) return { outcome: "with-voip", values: { bundleId } };
    if (preset === undefined || preset === bundleId) return { outcome: "known", values: { bundleId } };
    return { outcome: "another-app", values: { bundleId, preset } };
  }),
});

export const deviceEnvironment = defineCheck({
  id: "device-environment",
  step: "registration",
  title: { en: "The key is good for the token's environment", ja: "トークンの環境でキーが使える" },
  outcomes: {
    known: {
      status: "pass",
      message: { en: "{subject} belongs to {environment}.", ja: "{subject}は{environment}のトークンです。" },
    },
    "not-known": {
      status: "pass",
      message: {
        en: "Where {subject} belongs is not known yet: {environment} is tried first, and the one that accepts is stored.",
        ja: "{subject}の環境はまだ分かりません。まず{environment}を試し、受理された環境を保存します。",
      },
    },
    "key-not-good": {
      status: "fail",
      message: {
        en: "{subject} belongs to {environment}, but the key is not good there.",
        ja: "{subject}は{environment}のトークンですが、このキーは{environment}では使えません。",
      },
    },
  },
  run: ofEachDevice(async ({ environment }, patient) => {
    if (environment === undefined)
      return { outcome: "not-known", values: { environment: defaultEnvironment(patient.env) } };
    const answer = await patient.credentials(environment);
    const refused = answer.state === "answered" && answer.result.outcome === "rejected" ? answer.result.reason : "";
    return refused.startsWith("BadEnvironmentKey")
      ? { outcome: "key-not-good", reason: refused, values: { environment } }
      : { outcome: "known", values: { environment } };
  }),
});
