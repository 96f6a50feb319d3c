import type { ExplanationEntry } from "./entry.js";
import { credentialsReported, notRetried } from "./what-we-did.js";

const keyForOtherEnvironment: ExplanationEntry = {
  meaning: {
    en: "The key is good, but not for this environment.",
    ja: "キーは有効ですが、この環境では使えません。",
  },
  causes: [
    {
      en: "Since February 2025 a key can be limited to sandbox or to production, and this one is limited to the other.",
      ja: "2025年2月以降、キーをサンドボックス専用・本番専用にできる。このキーはもう一方の環境専用である",
    },
    {
      en: "The server talks to the wrong environment for the devices it has (`APNS_ENV`, or the environment stored with the device).",
      ja: "デバイスに合わない環境へ送っている(`APNS_ENV`、またはデバイスと一緒に保存された環境が違う)",
    },
  ],
  confirm: [
    {
      en: "`apns-voip doctor` asks both environments and says which one takes the key.",
      ja: "`apns-voip doctor`で両方の環境に問い合わせ、どちらでキーが使えるかを見る",
    },
    {
      en: "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys: its environment is shown there.",
      ja: "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、キーの環境を確認する",
    },
  ],
  remedy: {
    en: "Create a key for this environment (or for both), or use one client per environment, each with its own key, and limit each with `environments`.",
    ja: "この環境用(または両環境用)のキーを作ってください。あるいは環境ごとに別のキーでクライアントを作り、それぞれを`environments`で限定してください。",
  },
  whatWeDid: credentialsReported,
  sureness: "contested",
  note: {
    en: "Apple's documentation spells it `BadEnvironmentKeyIdInToken`, its servers send `BadEnvironmentKeyInToken`: both mean this. Whether new keys for both environments can still be made is described differently by different pages.",
    ja: "Appleの文書では`BadEnvironmentKeyIdInToken`、実際のサーバは`BadEnvironmentKeyInToken`と綴りますが、意味は同じです。両環境で使えるキーを今も新しく作れるかどうかは、資料によって説明が異なります。",
  },
};

const certificateOnly = (en: string, ja: string): ExplanationEntry => ({
  meaning: { en, ja },
  causes: [
    {
      en: "Something between this server and Apple presents a client certificate of its own; this library never uses one.",
      ja: "サーバとAppleの間にある何かが独自のクライアント証明書を提示している(本ライブラリは証明書を使わない)",
    },
  ],
  confirm: [
    {
      en: "Send once without the proxy, and look at the `debugData` of the event `apns.going-away`.",
      ja: "プロキシを通さずに一度送り、イベント`apns.going-away`の`debugData`を見る",
    },
  ],
  remedy: {
    en: "Send without a client certificate, with a `.p8` key. `.p12` certificates are not supported: create a key at developer.apple.com, under Certificates, Identifiers & Profiles > Keys.",
    ja: "クライアント証明書を使わず、`.p8`キーで送ってください。`.p12`証明書には対応していません。developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」でキーを作成してください。",
  },
  whatWeDid: credentialsReported,
  sureness: "inferred",
});

/** Status 403: the key, its ids, or what they may do. */
export const credentialFaults = {
  InvalidProviderToken: {
    meaning: {
      en: "Apple cannot verify the provider token: Team ID, Key ID and key do not belong together, or the key is no longer valid.",
      ja: "プロバイダトークンを検証できませんでした。Team ID・Key ID・キーの組み合わせが違うか、キーが無効になっています。",
    },
    causes: [
      {
        en: "`APNS_TEAM_ID` and `APNS_KEY_ID` are swapped, or one of them is wrong.",
        ja: "`APNS_TEAM_ID`と`APNS_KEY_ID`が入れ替わっている、またはどちらかが間違っている",
      },
      {
        en: "The `.p8` file belongs to another key id, or the key was revoked.",
        ja: "`.p8`ファイルが別のKey IDのものである、またはキーが失効している",
      },
      {
        en: "The key was made for something else (Sign in with Apple, MapKit, App Store Connect) and has no APNs service.",
        ja: "別の用途(「Appleでサインイン」、MapKit、App Store Connectなど)のキーで、APNsが有効になっていない",
      },
      {
        en: "Two teams share one connection, through a proxy or a sender of your own.",
        ja: "プロキシや独自の送信プログラムで、2つのチームが1つの接続を共用している",
      },
    ],
    confirm: [
      {
        en: "The key id is in the name of the file Apple handed out: `AuthKey_<key id>.p8`.",
        ja: "Appleから受け取ったファイル名`AuthKey_<Key ID>.p8`でKey IDを確かめる",
      },
      {
        en: "The Team ID is at developer.apple.com/account, under Membership details.",
        ja: "Team IDはdeveloper.apple.com/accountの「メンバーシップの詳細」で確かめる",
      },
      {
        en: "See that the key is listed there, not revoked, and enabled for Apple Push Notifications service (APNs).",
        ja: "キーが一覧にあり、失効しておらず、Apple Push Notifications service (APNs)が有効になっているか確かめる",
      },
    ],
    remedy: {
      en: "Correct the ids, or create a new key with APNs enabled and use its id and file.",
      ja: "IDを直すか、APNsを有効にした新しいキーを作成し、そのIDとファイルを使ってください。",
    },
    whatWeDid: credentialsReported,
    sureness: "reported",
  },
  ExpiredProviderToken: {
    meaning: {
      en: "In Apple's eyes the provider token is older than one hour.",
      ja: "Appleから見て、プロバイダトークンが作成から1時間を過ぎています。",
    },
    causes: [
      { en: "This server's clock is wrong.", ja: "サーバの時計がずれている" },
      { en: "A connection got stuck on an old token.", ja: "古いトークンのまま接続が固まっている" },
    ],
    confirm: [
      {
        en: "`clockSkew` in the result is our clock minus Apple's, in milliseconds. Positive: ours is ahead.",
        ja: "結果の`clockSkew`を見る。こちらの時計からAppleの時計を引いたミリ秒で、正の値なら進んでいる",
      },
      {
        en: "Compare the clock with a time server: `date -u`, `timedatectl`, `chronyc tracking`.",
        ja: "時計を時刻サーバと比べる: `date -u`、`timedatectl`、`chronyc tracking`",
      },
    ],
    remedy: {
      en: "Set the clock, and keep it set with NTP (chrony, systemd-timesyncd; on virtual machines also after a resume).",
      ja: "時計を合わせ、NTP(chronyやsystemd-timesyncd)で同期し続けてください。仮想マシンでは、一時停止からの復帰後も同期が必要です。",
    },
    whatWeDid: {
      en: "Tried once more on a fresh connection, with the provider token of the current period; when that failed too, compared our clock with the `date` header of Apple's answer.",
      ja: "新しい接続と現在の期間のプロバイダトークンでもう一度だけ試し、それも失敗したため、Appleの応答の`date`ヘッダとこちらの時計を比べました。",
    },
    sureness: "documented",
  },
  MissingProviderToken: {
    meaning: { en: "The push arrived without a provider token.", ja: "プロバイダトークンのないプッシュが届きました。" },
    causes: [
      {
        en: "A proxy dropped the `authorization` header; this library sends it with every push.",
        ja: "プロキシが`authorization`ヘッダを落としている(本ライブラリはすべてのプッシュに付ける)",
      },
    ],
    confirm: [{ en: "Send once without the proxy.", ja: "プロキシを通さずに一度送ってみる" }],
    remedy: {
      en: "Use an HTTP CONNECT proxy (`proxy`), which passes the encrypted connection through, or none.",
      ja: "暗号化された接続をそのまま通すHTTP CONNECTプロキシ(`proxy`)を使うか、プロキシなしで送ってください。",
    },
    whatWeDid: credentialsReported,
    sureness: "documented",
  },
  UnrelatedKeyIdInToken: {
    meaning: {
      en: "The key is not related to the first key that was used on this connection.",
      ja: "この接続で最初に使われたキーと関係のないキーです。",
    },
    causes: [
      { en: "The key was changed while connections were open.", ja: "接続が開いたままの状態でキーが変更された" },
      {
        en: "Two keys share one connection, through a proxy or a sender of your own.",
        ja: "プロキシや独自の送信プログラムで、2つのキーが1つの接続を共用している",
      },
    ],
    confirm: [
      {
        en: "See whether the key file or `APNS_KEY_ID` changed shortly before.",
        ja: "直前にキーファイルや`APNS_KEY_ID`が変更されていないか調べる",
      },
    ],
    remedy: {
      en: "One client per key. For a key with a new id, create a new client and close the old one.",
      ja: "キーごとに1つのクライアントを作ってください。IDの違うキーに替えるときは、新しいクライアントを作り、古いものを閉じます。",
    },
    whatWeDid: { en: "Tried once more on a fresh connection.", ja: "新しい接続でもう一度だけ試しました。" },
    sureness: "documented",
  },
  BadEnvironmentKeyIdInToken: keyForOtherEnvironment,
  BadEnvironmentKeyInToken: keyForOtherEnvironment,
  BadCertificate: certificateOnly("The client certificate is not valid.", "クライアント証明書が無効です。"),
  BadCertificateEnvironment: certificateOnly(
    "The client certificate is for the other environment.",
    "クライアント証明書が、もう一方の環境用です。",
  ),
  Forbidden: {
    meaning: { en: "Apple does not allow this action.", ja: "Appleがこの操作を許可していません。" },
    causes: [{ en: "Not documented.", ja: "公表されていない" }],
    confirm: [
      {
        en: "Ask Apple's developer support with the `apns-id` and the time of the push.",
        ja: "`apns-id`と送信時刻を添えて、Appleのデベロッパサポートに問い合わせる",
      },
    ],
    remedy: {
      en: "See that the key, the app and the developer account are in good standing; then ask Apple.",
      ja: "キー・アプリ・開発者アカウントが有効な状態か確認し、それでも続くならAppleに問い合わせてください。",
    },
    whatWeDid: notRetried,
    sureness: "undocumented",
    note: {
      en: "Neither Apple's documentation nor any report found says what causes it.",
      ja: "原因は、Appleの文書にも、見つかったどの報告にも書かれていません。",
    },
  },
} as const satisfies Record<string, ExplanationEntry>;
