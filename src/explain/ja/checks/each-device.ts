import type { eachDeviceChecks as english } from "../../en/checks/each-device.js";
import type { Texts } from "../../texts.js";

export const eachDeviceChecks: Texts<typeof english> = {
  "device-token": {
    title: "AppleのVoIPトークンである",
    outcomes: {
      "well-formed": { message: "{subject}の形式は正しいです。" },
      malformed: {
        message: "{subject}はAppleのデバイストークンではありません: {problem}",
        remedy:
          "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送り、サーバはtext型の列に保存してください。",
      },
      "fcm-token": {
        message: "{subject}はFirebase Cloud Messagingの登録トークンで、Appleのトークンではありません。",
        remedy:
          "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送ってください。着信にFirebaseは関わりません。",
      },
      "expo-token": {
        message: "{subject}はExpoのプッシュサービスのトークンで、Appleのトークンではありません。",
        remedy:
          "アプリはPushKitのpushCredentials.tokenのバイト列を16進数で送ってください。Expoのサービスでは着信できません。",
      },
      "alert-token": {
        message: "{subject}がVoIP用と通知用の両方に保存されています。端末の2つのトークンは別のもののはずです。",
        remedy:
          "voipDeviceTokenには、didRegisterForRemoteNotificationsWithDeviceTokenではなく、PushKitのdidUpdate pushCredentialsで得たトークンを送ってください。",
      },
    },
  },

  "device-age": {
    title: "最近登録された",
    outcomes: {
      fresh: { message: "{subject}の登録日は{date}です。" },
      stale: {
        message: "{subject}が最後に登録されたのは{date}({days}日前)です。",
        remedy:
          "アプリは起動のたびにトークンを送るべきです。端末で一度開いても日付が変わらなければ、送信していません。",
      },
    },
  },

  "device-app": {
    title: "トークンのバンドルIDが分かる",
    outcomes: {
      known: { message: "{subject}は{bundleId}のもので、トピックは{bundleId}.voipです。" },
      "another-app": {
        message: "{subject}は{preset}ではなく{bundleId}のもので、トピック{bundleId}.voipへ送られます。",
      },
      preset: {
        message:
          "{subject}が{preset}(APNS_BUNDLE_ID)のものかどうかは、ここからは分かりません。バンドルIDなしで保存されています。",
        remedy:
          "試験着信で分かります。--ring {user}の結果がDeviceTokenNotForTopicなら、別のアプリのものです。分かるようにするには、トークンと一緒にバンドルIDを保存してください。",
      },
      unknown: {
        message: "{subject}はバンドルIDなしで保存されており、APNS_BUNDLE_IDも設定されていません。",
        remedy: "アプリが登録時にbundleIdを送るようにするか、APNS_BUNDLE_IDを設定してください。",
      },
      "with-voip": {
        message: "{subject}のバンドルID{bundleId}が.voipで終わっています。",
        remedy: "バンドルIDだけを保存してください。.voipは着信のときに自動で付きます。",
      },
    },
  },

  "device-environment": {
    title: "トークンの環境でキーが使える",
    outcomes: {
      known: { message: "{subject}は{environment}のトークンです。" },
      "not-known": {
        message: "{subject}の環境はまだ分かりません。まず{environment}を試し、受理された環境を保存します。",
      },
      "key-not-good": { message: "{subject}は{environment}のトークンですが、このキーは{environment}では使えません。" },
    },
  },
};
