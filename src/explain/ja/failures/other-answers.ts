import type { otherAnswers as english } from "../../en/failures/other-answers.js";
import type { Texts } from "../../texts.js";
import { notRetried, refusedBeforeSending, retriedElsewhere } from "./what-we-did.js";

const foreignPath = {
  confirm: ["`APNS_PRODUCTION_URL`と`APNS_SANDBOX_URL`を見る。パスのないオリジンでなければならない"],
  remedy:
    "これらの変数を取り除くか、AppleまたはモックのURLにしてください。リクエストを書き換えるものは間に置かないでください。",
  whatWeDid: notRetried,
} as const;

const appleInTrouble = {
  confirm: ["同じ時刻に、ほかの接続のプッシュが正常だったか調べる", "developer.apple.com/system-statusを見る"],
  remedy:
    "着信の場合は、相手の端末を鳴らせなかったことを発信者に伝えてください。かけ直せばつながることがあります。メッセージは、間隔を延ばしながら後で送り直してください。",
  whatWeDid: retriedElsewhere,
  note: "Appleは15分待ってからの再送を求めていますが、着信には間に合いません。そのため本ライブラリは、数秒以内に最大2回だけ再試行します。",
} as const;

/** Every other status: the device is gone, the limits, and Apple's own trouble. */
export const otherAnswers: Texts<typeof english> = {
  Unregistered: {
    meaning:
      "このデバイストークンは、このトピックではもう有効ではありません。`timestamp`は、Appleがそれを把握した時刻です。",
    causes: [
      "端末からアプリが削除された",
      "復元・機種変更・再インストールで新しいトークンになり、古いものが残っている",
    ],
    confirm: [
      "`timestamp`と最後の登録時刻を比べる。それより後にこのトークンが登録されていれば残す",
      "端末でアプリを起動し、別のトークンが送られてくるか見る",
    ],
    remedy:
      "トークンを削除してください。ユーザーがアプリを一度起動すれば、また鳴るようになります。アプリは起動のたびにトークンを送るようにしてください。",
    whatWeDid:
      "`send`は`remove-device`とAppleの`timestamp`を返します。プッシュサービスは、その後に再登録されていない限り、デバイスを削除します。",
    note: "アンインストールの確かな印にはなりません。Appleは410を返し始める時期を意図的に曖昧にしており、削除済みのアプリに何か月も200が返ることがあります。後から再登録されたトークンを残してよいかは、Appleの文書では可、Appleの担当者の回答では「この応答は確定」とされ、食い違いがあります。",
  },
  ExpiredToken: {
    meaning: "デバイストークンの有効期限が切れています。",
    causes: ["端末のトークンが新しくなり、古いものが残っている"],
    confirm: ["端末でアプリを起動し、別のトークンが送られてくるか見る"],
    remedy: "トークンを削除し、アプリは起動のたびにトークンを送るようにしてください。",
    whatWeDid:
      "`send`は`remove-device`とAppleの`timestamp`を返します。プッシュサービスは、その後に再登録されていない限り、デバイスを削除します。",
    note: "数日後もAppleのDevice Token Validatorでは有効と表示された、という報告が1件あります。",
  },
  PayloadTooLarge: {
    meaning: "本文が大きすぎます。上限はVoIPプッシュで5120バイト、それ以外で4096バイトです。",
    causes: [
      "ペイロードにSDP全体・画像・長い文章が入っている。AppleはUTF-8のバイト数で数える(日本語は1文字3バイト、絵文字は4バイト)",
    ],
    confirm: ["`Buffer.byteLength(JSON.stringify(payload))`、または`apns-voip send --dry-run`で確かめる"],
    remedy: "IDだけを送り、残りはアプリに取得させてください。",
    whatWeDid: refusedBeforeSending,
  },
  BadPath: {
    meaning: "パスが`/3/device/<トークン>`ではありません。",
    causes: ["エンドポイントの設定にパスが含まれている、または途中で書き換えられた"],
    ...foreignPath,
  },
  MethodNotAllowed: {
    meaning: "メソッドがPOSTではありませんでした。",
    causes: ["途中でリクエストが書き換えられた"],
    ...foreignPath,
  },
  TooManyProviderTokenUpdates: {
    meaning: "前のプロバイダトークンから20分以内に、新しいプロバイダトークンが使われました。",
    causes: [
      "同じキーを使う別のプログラムが独自にトークンを作っている(古いライブラリ、プッシュごとに作るワーカー、スクリプトなど)",
      "クライアントをプロセスに1つではなく、プッシュごとに作っている",
      "サーバの時計が進んでいる、または飛んでいる",
      "1つのチームの複数のキーを並行して使っている",
    ],
    confirm: [
      "イベント`apns.token-made`を数える。1プロセスにつき30分に1回が正常",
      "この`.p8`ファイルを使っているプログラムをすべて洗い出す",
    ],
    remedy:
      "同じキーを使う送信プログラムを、すべて本ライブラリにしてください(どのプロセスも完全に同じトークンを作ります)。ほかを止め、時計を合わせ、20分待ってください。",
    whatWeDid:
      "その接続を20分間休ませ、前の期間のプロバイダトークンが50分未満であれば、それを使って新しい接続で一度だけ試しました。このために新しいトークンは作っていません。",
    note: "「20分」の対象には諸説あります。Appleの文書では接続単位ですが、Apple担当者の回答や現場の報告は、チーム・ホスト・送信元アドレス単位であることを示唆しています。",
  },
  TooManyRequests: {
    meaning: "この1台のデバイスに、短時間で多くのプッシュを送りすぎました。",
    causes: [
      "ループして同じ端末を何度も鳴らしている",
      "負荷試験で1つの実トークンを使っている",
      "シグナルサーバが、冪等キーなしでリクエストを繰り返している",
    ],
    confirm: ["ログでこのトークンへのプッシュを数える(`apns-voip logs`で1件の通話を追える)"],
    remedy: "繰り返しの原因を探し、しばらく待ってください。負荷試験はモック(`apns-voip mock`)に対して行ってください。",
    whatWeDid: "期限内に、間隔を延ばしながら再試行しました(合計で最大3回)。これは最後に返ってきた答えです。",
    note: "しきい値も待ち時間も、Appleは公表していません。",
  },
  InternalServerError: {
    meaning: "Appleのサービス内部でエラーが起きました。",
    causes: ["Apple側の障害(多くは短時間)"],
    ...appleInTrouble,
  },
  ServiceUnavailable: {
    meaning: "Appleのサービスが一時的に利用できません。",
    causes: ["Apple側の障害または過負荷(多くは短時間)"],
    ...appleInTrouble,
  },
  Shutdown: {
    meaning: "この接続の先のAPNsホストが停止中です。",
    causes: ["Apple側のメンテナンス(ほかのホストは動いている)"],
    ...appleInTrouble,
  },
};
