import type { ExplanationEntry } from "./entry.js";
import { notRetried, retriedElsewhere } from "./what-we-did.js";

/** Status 400: the request, the token or the topic is wrong. */
export const requestFaults = {
  BadDeviceToken: {
    meaning: {
      en: "Apple does not know this device token in this environment: it is malformed, or it belongs to the other environment.",
      ja: "このデバイストークンは、この環境のAPNsには存在しません。形式が壊れているか、もう一方の環境のトークンです。",
    },
    causes: [
      {
        en: "A sandbox token was sent to production, or the reverse. Builds run from Xcode get sandbox tokens; TestFlight, App Store, Ad Hoc and Enterprise builds get production tokens.",
        ja: "サンドボックスのトークンを本番へ送っている(またはその逆)。Xcodeから実行したビルドはサンドボックス、TestFlight・App Store・Ad Hoc・Enterpriseのビルドは本番のトークンになる",
      },
      {
        en: "The token was cut short, encoded wrongly (base64, or the `<ab12 ...>` description text), or is an FCM or Expo token.",
        ja: "トークンが途中で切れている、符号化が違う(Base64や`<ab12 ...>`形式の説明文字列)、またはFCMやExpoのトークンである",
      },
      {
        en: "Old test data: a token of a phone that was wiped or restored.",
        ja: "古いテストデータ(初期化や復元をした端末のトークン)が残っている",
      },
    ],
    confirm: [
      {
        en: "Send the same token once to the other environment: if that accepts it, the environment was wrong.",
        ja: "同じトークンをもう一方の環境へ一度だけ送る。受理されれば、環境が違っていたことになる",
      },
      {
        en: "Compare the stored token with the one the app prints when PushKit hands it over, digit by digit.",
        ja: "保存されているトークンと、PushKitから受け取った時点でアプリが出力するトークンを、1桁ずつ比べる",
      },
      {
        en: "Paste it into the Device Token Validator of Apple's Push Notifications Console.",
        ja: "Appleの「プッシュ通知コンソール」(Push Notifications Console)にあるDevice Token Validatorで調べる",
      },
    ],
    remedy: {
      en: "Store the environment with each token, and let the app upload the raw PushKit bytes as hex. Delete a token only after both environments have refused it.",
      ja: "環境をトークンごとに保存し、アプリからはPushKitのバイト列をそのまま16進数で送ってください。トークンを削除するのは、両方の環境で拒否されたあとだけにしてください。",
    },
    whatWeDid: {
      en: "`send` reports `try-other-environment`. The push service tries the other environment once, where `environments` allows it, and stores the one that accepts. It removes the device only when both refuse and this process has seen Apple accept a push for the same topic.",
      ja: "`send`は`try-other-environment`を返します。プッシュサービスは、`environments`で許されていればもう一方の環境を一度だけ試し、受理された環境を保存します。デバイスを削除するのは、両方に拒否され、かつ同じトピックのプッシュが受理されるのをこのプロセスで確認済みのときだけです。",
    },
    sureness: "reported",
  },
  DeviceTokenNotForTopic: {
    meaning: {
      en: "The token is real, but it belongs to another topic than the one in `apns-topic`.",
      ja: "トークンは本物ですが、`apns-topic`とは別のトピックのものです。",
    },
    causes: [
      {
        en: "An alert token (from `UIApplication`) was stored as the VoIP token and sent with the `.voip` topic.",
        ja: "通知用のトークン(`UIApplication`から得たもの)をVoIP用として保存し、`.voip`のトピックで送っている",
      },
      {
        en: "The token comes from a build with another bundle id: a debug suffix, a renamed app, an extension, a second app of the team.",
        ja: "別のバンドルIDのビルドのトークンである(デバッグ用の接尾辞、改名したアプリ、App Extension、同じチームの別アプリなど)",
      },
    ],
    confirm: [
      {
        en: "Compare the token's source in the app: PushKit's `didUpdate pushCredentials` for VoIP, `didRegisterForRemoteNotificationsWithDeviceToken` for alerts.",
        ja: "アプリのどこで得たトークンかを調べる。VoIP用はPushKitの`didUpdate pushCredentials`、通知用は`didRegisterForRemoteNotificationsWithDeviceToken`",
      },
      {
        en: "Compare the bundle id of the installed build with the topic without `.voip`.",
        ja: "インストールされているビルドのバンドルIDと、トピックから`.voip`を除いたものを比べる",
      },
    ],
    remedy: {
      en: "Let the app upload the PushKit token as `voipDeviceToken`, and the one from `UIApplication` as `apnsDeviceToken`. Where they are not mixed up, store the bundle id with each token and build the topic from it. Do not delete the token: it is good, only the pairing is wrong.",
      ja: "アプリから、PushKitのトークンを`voipDeviceToken`、`UIApplication`から得たトークンを`apnsDeviceToken`として送ってください。取り違えていない場合は、バンドルIDをトークンごとに保存し、そこからトピックを組み立ててください。トークン自体は有効で、組み合わせが違うだけなので、削除しないでください。",
    },
    whatWeDid: notRetried,
    sureness: "reported",
  },
  TopicDisallowed: {
    meaning: {
      en: "Pushing to this topic is not allowed with this key or to this token.",
      ja: "このキーでは、またはこのトークンに対しては、このトピックへのプッシュが許可されていません。",
    },
    causes: [
      {
        en: "A VoIP token was sent with the plain bundle id as topic: the `.voip` suffix is missing.",
        ja: "VoIP用のトークンを、バンドルIDだけのトピックで送っている(`.voip`が付いていない)",
      },
      {
        en: "The key is limited to certain topics and this one is not among them.",
        ja: "トピックを限定したキーで、このトピックが対象に入っていない",
      },
      { en: "The bundle id belongs to another team than the key.", ja: "バンドルIDが、キーとは別のチームのものである" },
    ],
    confirm: [
      {
        en: "Look at `apns-topic`: it must be `<bundle id>.voip` for a VoIP push.",
        ja: "`apns-topic`を見る。VoIPプッシュでは`<バンドルID>.voip`でなければならない",
      },
      {
        en: "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys: its team, and the topics it may use.",
        ja: "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、キーのチームと対象トピックを確認する",
      },
    ],
    remedy: {
      en: "Let the library build the topic from `bundleId` and the push type, or add the topic to the key, or use the key of the app's own team.",
      ja: "トピックは`bundleId`とプッシュ種別からライブラリに組み立てさせてください。キーが限定されている場合はトピックを追加し、チームが違う場合はアプリと同じチームのキーを使ってください。",
    },
    whatWeDid: notRetried,
    sureness: "reported",
  },
  BadTopic: {
    meaning: {
      en: "The value of `apns-topic` is not a valid topic.",
      ja: "`apns-topic`の値がトピックとして正しくありません。",
    },
    causes: [
      {
        en: "The suffix is there twice (`.voip.voip`), because the bundle id was configured with `.voip`.",
        ja: "設定したバンドルIDに`.voip`が含まれていて、接尾辞が二重になっている(`.voip.voip`)",
      },
      {
        en: "Blanks, quotes or other characters got into the bundle id from an environment file.",
        ja: "環境変数ファイルから、空白や引用符などの余計な文字がバンドルIDに混ざっている",
      },
    ],
    confirm: [
      {
        en: "Print the topic in brackets: `[com.example.app.voip]`.",
        ja: "トピックを括弧で囲んで出力してみる: `[com.example.app.voip]`",
      },
    ],
    remedy: {
      en: "Configure the bundle id alone, as in Xcode, without `.voip` and without quotes.",
      ja: "XcodeにあるとおりのバンドルIDだけを、`.voip`も引用符も付けずに設定してください。",
    },
    whatWeDid: notRetried,
    sureness: "inferred",
    note: {
      en: "Apple documents no cause, and no firm report of one was found.",
      ja: "Appleは原因を説明しておらず、確かな報告も見つかっていません。",
    },
  },
  MissingTopic: {
    meaning: {
      en: "`apns-topic` is missing, and Apple cannot tell which app is meant.",
      ja: "`apns-topic`がなく、どのアプリ宛てか判断できません。",
    },
    causes: [
      {
        en: "A proxy or another sender dropped the header; this library always sends it.",
        ja: "プロキシや別の送信プログラムがヘッダを落としている(本ライブラリは必ず送る)",
      },
    ],
    confirm: [{ en: "Send once without the proxy.", ja: "プロキシを通さずに一度送ってみる" }],
    remedy: {
      en: "Send `apns-topic` with every push, through nothing that rewrites headers.",
      ja: "すべてのプッシュに`apns-topic`を付け、ヘッダを書き換えるものを経由させないでください。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  InvalidPushType: {
    meaning: {
      en: "`apns-push-type` is wrong, or does not fit the topic.",
      ja: "`apns-push-type`が正しくないか、トピックと合っていません。",
    },
    causes: [
      {
        en: "Push type `alert` or `background` together with a `.voip` topic.",
        ja: "プッシュ種別`alert`または`background`を`.voip`のトピックと組み合わせている",
      },
      { en: "A push type that Apple does not know.", ja: "Appleが知らないプッシュ種別を指定している" },
    ],
    confirm: [
      {
        en: "Look at `apns-push-type` and `apns-topic` of the push side by side (`apns-voip send --dry-run` prints them).",
        ja: "そのプッシュの`apns-push-type`と`apns-topic`を並べて見る(`apns-voip send --dry-run`で表示できる)",
      },
    ],
    remedy: {
      en: "For a call: push type `voip` and topic `<bundle id>.voip`. For a notification: `alert` and the plain bundle id.",
      ja: "着信ならプッシュ種別`voip`とトピック`<バンドルID>.voip`、通知なら`alert`とバンドルIDだけのトピックにしてください。",
    },
    whatWeDid: notRetried,
    sureness: "reported",
  },
  MissingDeviceToken: {
    meaning: { en: "The path holds no device token.", ja: "パスにデバイストークンがありません。" },
    causes: [
      {
        en: "An empty token was sent by something else than this library, or a proxy rewrote the path.",
        ja: "本ライブラリ以外が空のトークンで送ったか、プロキシがパスを書き換えた",
      },
    ],
    confirm: [{ en: "Look for empty tokens in the store.", ja: "ストアに空のトークンがないか調べる" }],
    remedy: {
      en: "Remove empty tokens from the store, and send through nothing that rewrites paths.",
      ja: "空のトークンをストアから取り除き、パスを書き換えるものを経由させないでください。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  PayloadEmpty: {
    meaning: { en: "The push has no body.", ja: "プッシュの本文が空です。" },
    causes: [
      {
        en: "A proxy dropped the body, or another sender sent none.",
        ja: "プロキシが本文を落としたか、別の送信プログラムが本文なしで送った",
      },
    ],
    confirm: [
      {
        en: "`apns-voip send --dry-run` prints the body that would be sent.",
        ja: "`apns-voip send --dry-run`で、送られる本文を表示する",
      },
    ],
    remedy: {
      en: "Send a JSON object; for a call at least `callId` and `fromUserId`.",
      ja: "JSONオブジェクトを送ってください。着信なら少なくとも`callId`と`fromUserId`が必要です。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  BadCollapseId: {
    meaning: { en: "`apns-collapse-id` is longer than 64 bytes.", ja: "`apns-collapse-id`が64バイトを超えています。" },
    causes: [
      {
        en: "The id was counted in characters; Apple counts UTF-8 bytes.",
        ja: "文字数で数えている(AppleはUTF-8のバイト数で数える)",
      },
    ],
    confirm: [
      {
        en: "`Buffer.byteLength(collapseId)` must be at most 64.",
        ja: "`Buffer.byteLength(collapseId)`が64以下か確かめる",
      },
    ],
    remedy: {
      en: "Shorten it, or leave it out: a call needs none.",
      ja: "短くするか、指定をやめてください。着信には不要です。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  BadExpirationDate: {
    meaning: {
      en: "`apns-expiration` is not a time in whole seconds since 1970, nor 0.",
      ja: "`apns-expiration`が、1970年からの秒数(整数)でも0でもありません。",
    },
    causes: [
      {
        en: "Milliseconds or a date text were sent by something else than this library.",
        ja: "本ライブラリ以外が、ミリ秒や日付の文字列を送った",
      },
    ],
    confirm: [{ en: "Look at the header: ten digits, or `0`.", ja: "ヘッダを見る。10桁の数字か`0`のはず" }],
    remedy: { en: "Give `expiration` as a `Date` or `0`.", ja: "`expiration`には`Date`か`0`を渡してください。" },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  BadMessageId: {
    meaning: { en: "`apns-id` is not a UUID.", ja: "`apns-id`がUUIDではありません。" },
    causes: [
      { en: "A call id or another text was used as `apns-id`.", ja: "通話IDなど、別の文字列を`apns-id`に使っている" },
    ],
    confirm: [
      {
        en: "It must read like `123e4567-e89b-12d3-a456-426614174000`.",
        ja: "`123e4567-e89b-12d3-a456-426614174000`のような形か確かめる",
      },
    ],
    remedy: {
      en: "Leave `apnsId` out, or give a UUID; put your own ids into the payload.",
      ja: "`apnsId`を省くか、UUIDを渡してください。独自のIDはペイロードに入れます。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  BadPriority: {
    meaning: {
      en: "`apns-priority` is not allowed for this push.",
      ja: "`apns-priority`の値が、このプッシュでは使えません。",
    },
    causes: [
      {
        en: "Priority 10 with push type `background`, which must be 5.",
        ja: "プッシュ種別`background`に優先度10を指定している(5でなければならない)",
      },
      { en: "A number other than 10, 5 or 1.", ja: "10・5・1以外の数値を指定している" },
    ],
    confirm: [
      {
        en: "Look at `apns-priority` and `apns-push-type` of the push.",
        ja: "そのプッシュの`apns-priority`と`apns-push-type`を見る",
      },
    ],
    remedy: {
      en: "Leave `priority` out: the default fits the push type, and is 10 for a call.",
      ja: "`priority`を省いてください。既定値がプッシュ種別に合わせて選ばれ、着信では10になります。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  DuplicateHeaders: {
    meaning: { en: "A header is there twice.", ja: "同じヘッダが2つあります。" },
    causes: [{ en: "A proxy added an APNs header of its own.", ja: "プロキシがAPNsのヘッダを追加している" }],
    confirm: [{ en: "Send once without the proxy.", ja: "プロキシを通さずに一度送ってみる" }],
    remedy: {
      en: "Send through an HTTP CONNECT proxy (`proxy`), which cannot touch headers, or through none.",
      ja: "ヘッダに触れないHTTP CONNECTプロキシ(`proxy`)を使うか、プロキシなしで送ってください。",
    },
    whatWeDid: notRetried,
    sureness: "documented",
  },
  IdleTimeout: {
    meaning: {
      en: "Apple closed the request because nothing moved for too long.",
      ja: "長時間データが流れなかったため、Appleがリクエストを打ち切りました。",
    },
    causes: [
      {
        en: "A slow or stalled network between this server and Apple.",
        ja: "サーバとAppleの間のネットワークが遅い、または止まっていた",
      },
    ],
    confirm: [
      {
        en: "See whether other connections were fine at that moment.",
        ja: "同じ時刻に、ほかの接続が正常だったか調べる",
      },
    ],
    remedy: {
      en: "Nothing, if it is rare. If it is frequent, look at the network: `apns-voip doctor` measures the time to connect.",
      ja: "まれなら対処は不要です。頻発するならネットワークを調べてください。`apns-voip doctor`で接続にかかる時間を測れます。",
    },
    whatWeDid: retriedElsewhere,
    sureness: "undocumented",
    note: {
      en: 'Apple documents only the words "The idle timeout occurred"; no report of a cause was found.',
      ja: "Appleの説明は「アイドルタイムアウトが発生した」だけで、原因の報告も見つかっていません。",
    },
  },
} as const satisfies Record<string, ExplanationEntry>;
