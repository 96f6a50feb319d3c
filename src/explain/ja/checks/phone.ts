import type { phoneChecks as english } from "../../en/checks/phone.js";
import type { Texts } from "../../texts.js";

export const phoneChecks: Texts<typeof english> = {
  "phone-token": {
    title: "正しいアプリと正しいトークンか",
    outcomes: {
      look: {
        message:
          "`pushRegistry(_:didUpdate:for:)`でトークンを出力し、先頭12文字がサーバのログ`Retrieved voipDeviceToken for user ...`と一致するか見てください。",
        remedy:
          "違っていれば、別のトークンか別のビルドが保存されています。このアプリにログインして一度起動し、登録させてください。",
      },
    },
  },
  "phone-online": {
    title: "端末がオンラインか",
    outcomes: {
      look: {
        message:
          "着信は一度だけ試され、保存されません(expirationが0)。その瞬間に圏外の端末には届きません。Macの「コンソール」アプリで`apsd`プロセスを選び、Appleとの接続が保たれているか見てください。",
        remedy:
          "良好なネットワークで、ロックを解除した端末でもう一度試してください。`callExpiration`で数秒の猶予を持たせることもできます。",
      },
    },
  },
  "phone-blocked": {
    title: "iOSがアプリを遮断していないか",
    outcomes: {
      look: {
        message:
          "「コンソール」アプリで`callservicesd`がアプリを終了させた行を、クラッシュレポートで`_terminateAppIfThereAreUnhandledVoIPPushes`または`0xBAADCA11`を探してください。CallKitに報告されないVoIPプッシュが数回続くと、iOSは配信を止めます。Appleは200を返し続け、アプリからもサーバからも見えません。",
        remedy:
          "読み取れないものも含め、すべてのVoIPプッシュを同じランループ内でCallKitに報告するよう直し、アプリを削除して入れ直してください。",
      },
    },
  },
  "phone-payload": {
    title: "アプリがペイロードを読めるか",
    outcomes: {
      look: {
        message:
          "`pushRegistry(_:didReceiveIncomingPushWith:...)`で辞書を出力し、パーサのキーと比べてください。画面に「不明な発信者」と出るなら解析に失敗しています。UUIDでないIDやhandleの欠落は、よく使われるプラグインを黙って壊します。",
        remedy:
          "アプリが読むキーで送ってください。`npx apns-voip send --dry-run`でペイロードを表示でき、`presets`がよく使われるプラグインに対応します。",
      },
    },
  },
  "phone-focus": {
    title: "集中モードや着信拒否ではないか",
    outcomes: {
      look: {
        message:
          "`reportNewIncomingCall`が`CXErrorCodeIncomingCallError`の3(おやすみモード・集中モード)または4(着信拒否)で終わっていないか見てください。",
        remedy: "集中モードを切るか、そのアプリや発信者を許可してください。",
      },
    },
  },
  "phone-callkit": {
    title: "CallKitが無効になっていないか",
    outcomes: {
      look: {
        message:
          "中国のApp Store向けのビルドや地域判定のあるアプリはCallKitを無効にします。その場合、PushKitも使えません。",
        remedy: "その地域ではLiveCommunicationKitを使うか、`alert`のプッシュを送ってください。",
      },
    },
  },
  "phone-capabilities": {
    title: "アプリがVoIPプッシュを受け取れる設定か",
    outcomes: {
      look: {
        message:
          "Info.plistのUIBackgroundModesに`voip`、エンタイトルメントに`aps-environment`が必要です。また、PKPushRegistryを起動のたびに作り、保持し続けなければなりません。",
        remedy:
          "Xcodeで「Push Notifications」と「Background Modes」(Voice over IP)を追加し、PKPushRegistryは画面ではなく`didFinishLaunchingWithOptions`で作ってください。",
      },
    },
  },
  "phone-debugger": {
    title: "デバッガの影響ではないか",
    outcomes: {
      look: {
        message: "Xcodeで停止したアプリは、「起動していないアプリ」と同じ状態ではありません。",
        remedy: "デバッガなしで試すか、スキームで「Wait for the executable to be launched」を選んでください。",
      },
    },
  },
  "phone-network": {
    title: "端末側のネットワークがAppleへの通信を通すか",
    outcomes: {
      look: {
        message: "Wi-Fiによっては、Apple宛てのTCP 5223番(および代わりの443番)を遮断します。",
        remedy: "モバイル回線で試してください。鳴るなら、Wi-Fi側でこれらのポートを開けてください。",
      },
    },
  },
  "phone-idle": {
    title: "OS側の問題ではないか",
    outcomes: {
      look: {
        message: "待機中でロックされた端末が、複数のアプリのVoIPプッシュを同時に取りこぼすという報告があります。",
        remedy: "同じ端末で別の通話アプリと比べ、iOSを更新してください。",
      },
    },
  },
  "phone-apple": {
    title: "Appleが把握している情報",
    outcomes: {
      look: {
        message:
          "サンドボックスでは、apns-unique-idを「プッシュ通知コンソール」のDelivery Logで調べられます。本番では合計値しか見られませんが、apns-idと時刻を伝えればAppleのデベロッパサポートが調べられます。",
        remedy:
          "プッシュの到着を、アプリから自社のサーバへ報告させてください。Appleの応答から到着を知ることはできません。",
      },
    },
  },
};
