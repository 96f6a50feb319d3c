import type { credentialFaults as english } from "../../en/failures/credential-faults.js";
import type { Texts } from "../../texts.js";
import { credentialsReported, notRetried } from "./what-we-did.js";

const keyForOtherEnvironment = {
  meaning: "キーは有効ですが、この環境では使えません。",
  causes: [
    "2025年2月以降、キーをサンドボックス専用・本番専用にできる。このキーはもう一方の環境専用である",
    "デバイスに合わない環境へ送っている(`APNS_ENV`、またはデバイスと一緒に保存された環境が違う)",
  ],
  confirm: [
    "`apns-voip doctor`で両方の環境に問い合わせ、どちらでキーが使えるかを見る",
    "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、キーの環境を確認する",
  ],
  remedy:
    "この環境用(または両環境用)のキーを作ってください。あるいはサンドボックス用の2つ目のキーを、オプション`sandbox`か、`APNS_SANDBOX_KEY_ID`と`APNS_SANDBOX_P8_PATH`(または`APNS_SANDBOX_P8`)で渡してください。その場合、1つ目のキーは本番でのみ使われます。",
  whatWeDid: credentialsReported,
  note: "Appleの文書では`BadEnvironmentKeyIdInToken`、実際のサーバは`BadEnvironmentKeyInToken`と綴りますが、意味は同じです。両環境で使えるキーを今も新しく作れるかどうかは、資料によって説明が異なります。",
} as const;

const certificateOnly = (meaning: string) =>
  ({
    meaning,
    causes: ["サーバとAppleの間にある何かが独自のクライアント証明書を提示している(本ライブラリは証明書を使わない)"],
    confirm: ["プロキシを通さずに一度送り、イベント`apns.going-away`の`debugData`を見る"],
    remedy:
      "クライアント証明書を使わず、`.p8`キーで送ってください。`.p12`証明書には対応していません。developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」でキーを作成してください。",
    whatWeDid: credentialsReported,
  }) as const;

/** Status 403: the key, its ids, or what they may do. */
export const credentialFaults: Texts<typeof english> = {
  InvalidProviderToken: {
    meaning:
      "プロバイダトークンを検証できませんでした。Team ID・Key ID・キーの組み合わせが違うか、キーが無効になっています。",
    causes: [
      "`APNS_TEAM_ID`と`APNS_KEY_ID`が入れ替わっている、またはどちらかが間違っている",
      "`.p8`ファイルが別のKey IDのものである、またはキーが失効している",
      "別の用途(「Appleでサインイン」、MapKit、App Store Connectなど)のキーで、APNsが有効になっていない",
      "プロキシや独自の送信プログラムで、2つのチームが1つの接続を共用している",
    ],
    confirm: [
      "Appleから受け取ったファイル名`AuthKey_<Key ID>.p8`でKey IDを確かめる",
      "Team IDはdeveloper.apple.com/accountの「メンバーシップの詳細」で確かめる",
      "キーが一覧にあり、失効しておらず、Apple Push Notifications service (APNs)が有効になっているか確かめる",
    ],
    remedy: "IDを直すか、APNsを有効にした新しいキーを作成し、そのIDとファイルを使ってください。",
    whatWeDid: credentialsReported,
  },
  ExpiredProviderToken: {
    meaning: "Appleから見て、プロバイダトークンが作成から1時間を過ぎています。",
    causes: ["サーバの時計がずれている", "古いトークンのまま接続が固まっている"],
    confirm: [
      "結果の`clockSkew`を見る。こちらの時計からAppleの時計を引いたミリ秒で、正の値なら進んでいる",
      "時計を時刻サーバと比べる: `date -u`、`timedatectl`、`chronyc tracking`",
    ],
    remedy:
      "時計を合わせ、NTP(chronyやsystemd-timesyncd)で同期し続けてください。仮想マシンでは、一時停止からの復帰後も同期が必要です。",
    whatWeDid:
      "新しい接続と現在の期間のプロバイダトークンでもう一度だけ試し、それも失敗したため、Appleの応答の`date`ヘッダとこちらの時計を比べました。",
  },
  MissingProviderToken: {
    meaning: "プロバイダトークンのないプッシュが届きました。",
    causes: ["プロキシが`authorization`ヘッダを落としている(本ライブラリはすべてのプッシュに付ける)"],
    confirm: ["プロキシを通さずに一度送ってみる"],
    remedy: "暗号化された接続をそのまま通すHTTP CONNECTプロキシ(`proxy`)を使うか、プロキシなしで送ってください。",
    whatWeDid: credentialsReported,
  },
  UnrelatedKeyIdInToken: {
    meaning: "この接続で最初に使われたキーと関係のないキーです。",
    causes: [
      "接続が開いたままの状態でキーが変更された",
      "プロキシや独自の送信プログラムで、2つのキーが1つの接続を共用している",
    ],
    confirm: ["直前にキーファイルや`APNS_KEY_ID`が変更されていないか調べる"],
    remedy:
      "キーごとに1つのクライアントを作ってください。IDの違うキーに替えるときは、新しいクライアントを作り、古いものを閉じます。",
    whatWeDid: "新しい接続でもう一度だけ試しました。",
  },
  BadEnvironmentKeyIdInToken: keyForOtherEnvironment,
  BadEnvironmentKeyInToken: keyForOtherEnvironment,
  BadCertificate: certificateOnly("クライアント証明書が無効です。"),
  BadCertificateEnvironment: certificateOnly("クライアント証明書が、もう一方の環境用です。"),
  Forbidden: {
    meaning: "Appleがこの操作を許可していません。",
    causes: ["公表されていない"],
    confirm: ["`apns-id`と送信時刻を添えて、Appleのデベロッパサポートに問い合わせる"],
    remedy: "キー・アプリ・開発者アカウントが有効な状態か確認し、それでも続くならAppleに問い合わせてください。",
    whatWeDid: notRetried,
    note: "原因は、Appleの文書にも、見つかったどの報告にも書かれていません。",
  },
};
