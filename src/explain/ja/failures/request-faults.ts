import type { requestFaults as english } from "../../en/failures/request-faults.js";
import type { Texts } from "../../texts.js";
import { notRetried, retriedElsewhere } from "./what-we-did.js";

/** Status 400: the request, the token or the topic is wrong. */
export const requestFaults: Texts<typeof english> = {
  BadDeviceToken: {
    meaning:
      "このデバイストークンは、この環境のAPNsには存在しません。形式が壊れているか、もう一方の環境のトークンです。",
    causes: [
      "サンドボックスのトークンを本番へ送っている(またはその逆)。Xcodeから実行したビルドはサンドボックス、TestFlight・App Store・Ad Hoc・Enterpriseのビルドは本番のトークンになる",
      "トークンが途中で切れている、符号化が違う(Base64や`<ab12 ...>`形式の説明文字列)、またはFCMやExpoのトークンである",
      "古いテストデータ(初期化や復元をした端末のトークン)が残っている",
    ],
    confirm: [
      "同じトークンをもう一方の環境へ一度だけ送る。受理されれば、環境が違っていたことになる",
      "保存されているトークンと、PushKitから受け取った時点でアプリが出力するトークンを、1桁ずつ比べる",
      "Appleの「プッシュ通知コンソール」(Push Notifications Console)にあるDevice Token Validatorで調べる",
    ],
    remedy:
      "環境をトークンごとに保存し、アプリからはPushKitのバイト列をそのまま16進数で送ってください。トークンを削除するのは、両方の環境で拒否されたあとだけにしてください。",
    whatWeDid:
      "`send`は`try-other-environment`を返します。プッシュサービスは、`environments`で許されていればもう一方の環境を一度だけ試し、受理された環境を保存します。デバイスを削除するのは、両方に拒否され、かつ同じトピックのプッシュが受理されるのをこのプロセスで確認済みのときだけです。",
  },
  DeviceTokenNotForTopic: {
    meaning: "トークンは本物ですが、`apns-topic`とは別のトピックのものです。",
    causes: [
      "通知用のトークン(`UIApplication`から得たもの)をVoIP用として保存し、`.voip`のトピックで送っている",
      "別のバンドルIDのビルドのトークンである(デバッグ用の接尾辞、改名したアプリ、App Extension、同じチームの別アプリなど)",
    ],
    confirm: [
      "アプリのどこで得たトークンかを調べる。VoIP用はPushKitの`didUpdate pushCredentials`、通知用は`didRegisterForRemoteNotificationsWithDeviceToken`",
      "インストールされているビルドのバンドルIDと、トピックから`.voip`を除いたものを比べる",
    ],
    remedy:
      "アプリから、PushKitのトークンを`voipDeviceToken`、`UIApplication`から得たトークンを`apnsDeviceToken`として送ってください。取り違えていない場合は、バンドルIDをトークンごとに保存し、そこからトピックを組み立ててください。トークン自体は有効で、組み合わせが違うだけなので、削除しないでください。",
    whatWeDid: notRetried,
  },
  TopicDisallowed: {
    meaning: "このキーでは、またはこのトークンに対しては、このトピックへのプッシュが許可されていません。",
    causes: [
      "VoIP用のトークンを、バンドルIDだけのトピックで送っている(`.voip`が付いていない)",
      "トピックを限定したキーで、このトピックが対象に入っていない",
      "バンドルIDが、キーとは別のチームのものである",
    ],
    confirm: [
      "`apns-topic`を見る。VoIPプッシュでは`<バンドルID>.voip`でなければならない",
      "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、キーのチームと対象トピックを確認する",
    ],
    remedy:
      "トピックは`bundleId`とプッシュ種別からライブラリに組み立てさせてください。キーが限定されている場合はトピックを追加し、チームが違う場合はアプリと同じチームのキーを使ってください。",
    whatWeDid: notRetried,
  },
  BadTopic: {
    meaning: "`apns-topic`の値がトピックとして正しくありません。",
    causes: [
      "設定したバンドルIDに`.voip`が含まれていて、接尾辞が二重になっている(`.voip.voip`)",
      "環境変数ファイルから、空白や引用符などの余計な文字がバンドルIDに混ざっている",
    ],
    confirm: ["トピックを括弧で囲んで出力してみる: `[com.example.app.voip]`"],
    remedy: "XcodeにあるとおりのバンドルIDだけを、`.voip`も引用符も付けずに設定してください。",
    whatWeDid: notRetried,
    note: "Appleは原因を説明しておらず、確かな報告も見つかっていません。",
  },
  MissingTopic: {
    meaning: "`apns-topic`がなく、どのアプリ宛てか判断できません。",
    causes: ["プロキシや別の送信プログラムがヘッダを落としている(本ライブラリは必ず送る)"],
    confirm: ["プロキシを通さずに一度送ってみる"],
    remedy: "すべてのプッシュに`apns-topic`を付け、ヘッダを書き換えるものを経由させないでください。",
    whatWeDid: notRetried,
  },
  InvalidPushType: {
    meaning: "`apns-push-type`が正しくないか、トピックと合っていません。",
    causes: [
      "プッシュ種別`alert`または`background`を`.voip`のトピックと組み合わせている",
      "Appleが知らないプッシュ種別を指定している",
    ],
    confirm: ["そのプッシュの`apns-push-type`と`apns-topic`を並べて見る(`apns-voip send --dry-run`で表示できる)"],
    remedy:
      "着信ならプッシュ種別`voip`とトピック`<バンドルID>.voip`、通知なら`alert`とバンドルIDだけのトピックにしてください。",
    whatWeDid: notRetried,
  },
  MissingDeviceToken: {
    meaning: "パスにデバイストークンがありません。",
    causes: ["本ライブラリ以外が空のトークンで送ったか、プロキシがパスを書き換えた"],
    confirm: ["ストアに空のトークンがないか調べる"],
    remedy: "空のトークンをストアから取り除き、パスを書き換えるものを経由させないでください。",
    whatWeDid: notRetried,
  },
  PayloadEmpty: {
    meaning: "プッシュの本文が空です。",
    causes: ["プロキシが本文を落としたか、別の送信プログラムが本文なしで送った"],
    confirm: ["`apns-voip send --dry-run`で、送られる本文を表示する"],
    remedy: "JSONオブジェクトを送ってください。着信なら少なくとも`callId`と`fromUserId`が必要です。",
    whatWeDid: notRetried,
  },
  BadCollapseId: {
    meaning: "`apns-collapse-id`が64バイトを超えています。",
    causes: ["文字数で数えている(AppleはUTF-8のバイト数で数える)"],
    confirm: ["`Buffer.byteLength(collapseId)`が64以下か確かめる"],
    remedy: "短くするか、指定をやめてください。着信には不要です。",
    whatWeDid: notRetried,
  },
  BadExpirationDate: {
    meaning: "`apns-expiration`が、1970年からの秒数(整数)でも0でもありません。",
    causes: ["本ライブラリ以外が、ミリ秒や日付の文字列を送った"],
    confirm: ["ヘッダを見る。10桁の数字か`0`のはず"],
    remedy: "`expiration`には`Date`か`0`を渡してください。",
    whatWeDid: notRetried,
  },
  BadMessageId: {
    meaning: "`apns-id`がUUIDではありません。",
    causes: ["通話IDなど、別の文字列を`apns-id`に使っている"],
    confirm: ["`123e4567-e89b-12d3-a456-426614174000`のような形か確かめる"],
    remedy: "`apnsId`を省くか、UUIDを渡してください。独自のIDはペイロードに入れます。",
    whatWeDid: notRetried,
  },
  BadPriority: {
    meaning: "`apns-priority`の値が、このプッシュでは使えません。",
    causes: [
      "プッシュ種別`background`に優先度10を指定している(5でなければならない)",
      "10・5・1以外の数値を指定している",
    ],
    confirm: ["そのプッシュの`apns-priority`と`apns-push-type`を見る"],
    remedy: "`priority`を省いてください。既定値がプッシュ種別に合わせて選ばれ、着信では10になります。",
    whatWeDid: notRetried,
  },
  DuplicateHeaders: {
    meaning: "同じヘッダが2つあります。",
    causes: ["プロキシがAPNsのヘッダを追加している"],
    confirm: ["プロキシを通さずに一度送ってみる"],
    remedy: "ヘッダに触れないHTTP CONNECTプロキシ(`proxy`)を使うか、プロキシなしで送ってください。",
    whatWeDid: notRetried,
  },
  IdleTimeout: {
    meaning: "長時間データが流れなかったため、Appleがリクエストを打ち切りました。",
    causes: ["サーバとAppleの間のネットワークが遅い、または止まっていた"],
    confirm: ["同じ時刻に、ほかの接続が正常だったか調べる"],
    remedy:
      "まれなら対処は不要です。頻発するならネットワークを調べてください。`apns-voip doctor`で接続にかかる時間を測れます。",
    whatWeDid: retriedElsewhere,
    note: "Appleの説明は「アイドルタイムアウトが発生した」だけで、原因の報告も見つかっていません。",
  },
};
