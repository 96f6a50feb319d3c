import type { Text } from "../../explain/language.js";
import { type Check, defineCheck } from "../check.js";

/** What only the phone can tell: what to look at, the line to look for, and what to do when it is there. */
interface PhoneQuestion {
  readonly id: string;
  readonly title: Text;
  readonly look: Text;
  readonly remedy: Text;
  readonly commands?: readonly string[];
}

/** The likely ones first: the order in which to go through them when Apple accepts and nothing rings. */
export const PHONE_QUESTIONS: readonly PhoneQuestion[] = [
  {
    id: "phone-token",
    title: { en: "The right app, the right token", ja: "正しいアプリと正しいトークンか" },
    look: {
      en: "Print the token in `pushRegistry(_:didUpdate:for:)`: its first 12 characters must be those the server logs in `Retrieved voipDeviceToken for user ...`.",
      ja: "`pushRegistry(_:didUpdate:for:)`でトークンを出力し、先頭12文字がサーバのログ`Retrieved voipDeviceToken for user ...`と一致するか見てください。",
    },
    remedy: {
      en: "Another token or another build is stored: start this app once, logged in, so that it registers.",
      ja: "違っていれば、別のトークンか別のビルドが保存されています。このアプリにログインして一度起動し、登録させてください。",
    },
    commands: ["grep 'Retrieved voipDeviceToken' api.log | tail -1"],
  },
  {
    id: "phone-online",
    title: { en: "The phone is online", ja: "端末がオンラインか" },
    look: {
      en: "A call is tried once and not stored (expiration 0): a phone that is out of reach at that moment gets nothing. In Console.app, process `apsd`, see whether the connection to Apple is up.",
      ja: "着信は一度だけ試され、保存されません(expirationが0)。その瞬間に圏外の端末には届きません。Macの「コンソール」アプリで`apsd`プロセスを選び、Appleとの接続が保たれているか見てください。",
    },
    remedy: {
      en: "Try again with the phone unlocked on a good network; give calls a few seconds with `callExpiration`.",
      ja: "良好なネットワークで、ロックを解除した端末でもう一度試してください。`callExpiration`で数秒の猶予を持たせることもできます。",
    },
  },
  {
    id: "phone-blocked",
    title: { en: "iOS has not blocked the app", ja: "iOSがアプリを遮断していないか" },
    look: {
      en: "Look in Console.app for `callservicesd` saying that it kills the app, and in the crash reports for `_terminateAppIfThereAreUnhandledVoIPPushes` or `0xBAADCA11`. After a few VoIP pushes that were not reported to CallKit iOS stops delivering them; Apple goes on answering 200, and neither app nor server can see it.",
      ja: "「コンソール」アプリで`callservicesd`がアプリを終了させた行を、クラッシュレポートで`_terminateAppIfThereAreUnhandledVoIPPushes`または`0xBAADCA11`を探してください。CallKitに報告されないVoIPプッシュが数回続くと、iOSは配信を止めます。Appleは200を返し続け、アプリからもサーバからも見えません。",
    },
    remedy: {
      en: "Report every VoIP push to CallKit in the same run loop, also one that cannot be read; then delete the app and install it again.",
      ja: "読み取れないものも含め、すべてのVoIPプッシュを同じランループ内でCallKitに報告するよう直し、アプリを削除して入れ直してください。",
    },
  },
  {
    id: "phone-payload",
    title: { en: "The app can read the payload", ja: "アプリがペイロードを読めるか" },
    look: {
      en: "Log the dictionary in `pushRegistry(_:didReceiveIncomingPushWith:...)` and compare its keys with the parser. An unknown caller on the screen means that parsing failed; an id that is no UUID, or a missing handle, silently breaks common plug-ins.",
      ja: "`pushRegistry(_:didReceiveIncomingPushWith:...)`で辞書を出力し、パーサのキーと比べてください。画面に「不明な発信者」と出るなら解析に失敗しています。UUIDでないIDやhandleの欠落は、よく使われるプラグインを黙って壊します。",
    },
    remedy: {
      en: "Send the keys the app reads: `npx apns-voip send --dry-run` prints the payload; `presets` fits common plug-ins.",
      ja: "アプリが読むキーで送ってください。`npx apns-voip send --dry-run`でペイロードを表示でき、`presets`がよく使われるプラグインに対応します。",
    },
    commands: ["npx apns-voip send --token <token> --from 11 --name Alice --dry-run"],
  },
  {
    id: "phone-focus",
    title: { en: "No Focus, no blocked caller", ja: "集中モードや着信拒否ではないか" },
    look: {
      en: "`reportNewIncomingCall` ends with `CXErrorCodeIncomingCallError` 3 (Do Not Disturb, a Focus) or 4 (blocked caller).",
      ja: "`reportNewIncomingCall`が`CXErrorCodeIncomingCallError`の3(おやすみモード・集中モード)または4(着信拒否)で終わっていないか見てください。",
    },
    remedy: {
      en: "Turn the Focus off, or allow the app or the caller in it.",
      ja: "集中モードを切るか、そのアプリや発信者を許可してください。",
    },
  },
  {
    id: "phone-callkit",
    title: { en: "CallKit is not turned off", ja: "CallKitが無効になっていないか" },
    look: {
      en: "Builds for the China storefront, and apps with a region check, turn CallKit off; then PushKit must not be used either.",
      ja: "中国のApp Store向けのビルドや地域判定のあるアプリはCallKitを無効にします。その場合、PushKitも使えません。",
    },
    remedy: {
      en: "Use LiveCommunicationKit there, or send `alert` pushes.",
      ja: "その地域ではLiveCommunicationKitを使うか、`alert`のプッシュを送ってください。",
    },
  },
  {
    id: "phone-capabilities",
    title: { en: "The app may receive VoIP pushes", ja: "アプリがVoIPプッシュを受け取れる設定か" },
    look: {
      en: "Info.plist must list `voip` in UIBackgroundModes, the entitlements must have `aps-environment`, and a PKPushRegistry must be made at every launch and kept.",
      ja: "Info.plistのUIBackgroundModesに`voip`、エンタイトルメントに`aps-environment`が必要です。また、PKPushRegistryを起動のたびに作り、保持し続けなければなりません。",
    },
    remedy: {
      en: "Add the Push Notifications and Background Modes (Voice over IP) capabilities in Xcode; make the registry in `didFinishLaunchingWithOptions`, not on a screen.",
      ja: "Xcodeで「Push Notifications」と「Background Modes」(Voice over IP)を追加し、PKPushRegistryは画面ではなく`didFinishLaunchingWithOptions`で作ってください。",
    },
    commands: [
      "plutil -p App.app/Info.plist | grep -A5 UIBackgroundModes",
      "codesign -d --entitlements - App.app | grep -A1 aps-environment",
    ],
  },
  {
    id: "phone-debugger",
    title: { en: "It was not killed by the debugger", ja: "デバッガの影響ではないか" },
    look: {
      en: "An app stopped in Xcode is not the same as an app that is not running.",
      ja: "Xcodeで停止したアプリは、「起動していないアプリ」と同じ状態ではありません。",
    },
    remedy: {
      en: 'Test without the debugger, or with "Wait for the executable to be launched" in the scheme.',
      ja: "デバッガなしで試すか、スキームで「Wait for the executable to be launched」を選んでください。",
    },
  },
  {
    id: "phone-network",
    title: { en: "The phone's network lets Apple through", ja: "端末側のネットワークがAppleへの通信を通すか" },
    look: {
      en: "Some Wi-Fi blocks TCP 5223, and 443 as the way around it, to Apple.",
      ja: "Wi-Fiによっては、Apple宛てのTCP 5223番(および代わりの443番)を遮断します。",
    },
    remedy: {
      en: "Try over the mobile network. If it rings there, open these ports in the Wi-Fi.",
      ja: "モバイル回線で試してください。鳴るなら、Wi-Fi側でこれらのポートを開けてください。",
    },
  },
  {
    id: "phone-idle",
    title: { en: "It is not the platform", ja: "OS側の問題ではないか" },
    look: {
      en: "There are reports of idle, locked phones that miss VoIP pushes of several apps at once.",
      ja: "待機中でロックされた端末が、複数のアプリのVoIPプッシュを同時に取りこぼすという報告があります。",
    },
    remedy: {
      en: "Compare with another calling app on the same phone; update iOS.",
      ja: "同じ端末で別の通話アプリと比べ、iOSを更新してください。",
    },
  },
  {
    id: "phone-apple",
    title: { en: "What Apple knows", ja: "Appleが把握している情報" },
    look: {
      en: "Sandbox: look up the apns-unique-id in the Delivery Log of the Push Notifications Console. Production: only totals are shown there; with apns-id and time Apple's developer support can look.",
      ja: "サンドボックスでは、apns-unique-idを「プッシュ通知コンソール」のDelivery Logで調べられます。本番では合計値しか見られませんが、apns-idと時刻を伝えればAppleのデベロッパサポートが調べられます。",
    },
    remedy: {
      en: "Let the app tell your own server that a push arrived: no answer of Apple's ever does.",
      ja: "プッシュの到着を、アプリから自社のサーバへ報告させてください。Appleの応答から到着を知ることはできません。",
    },
  },
];

/** Nothing to measure from here: each says where to look. */
export const phoneChecks: readonly Check[] = PHONE_QUESTIONS.map(({ id, title, look, remedy, commands }) =>
  defineCheck({
    id,
    step: "phone",
    title,
    outcomes: { look: { status: "skip", message: look, remedy, ...(commands && { commands }) } },
    run: () => ({ outcome: "look" as const }),
  }),
);
