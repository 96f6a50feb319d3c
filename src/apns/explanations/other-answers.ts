import type { ExplanationEntry } from "./entry.js";
import { notRetried, refusedBeforeSending, retriedElsewhere } from "./what-we-did.js";

const foreignPath: Pick<ExplanationEntry, "confirm" | "remedy" | "whatWeDid" | "sureness"> = {
  confirm: [
    {
      en: "Look at `APNS_PRODUCTION_URL` and `APNS_SANDBOX_URL`: an origin, without a path.",
      ja: "`APNS_PRODUCTION_URL`と`APNS_SANDBOX_URL`を見る。パスのないオリジンでなければならない",
    },
  ],
  remedy: {
    en: "Remove these variables, or point them at Apple or at a mock; put nothing in between that rewrites requests.",
    ja: "これらの変数を取り除くか、AppleまたはモックのURLにしてください。リクエストを書き換えるものは間に置かないでください。",
  },
  whatWeDid: notRetried,
  sureness: "inferred",
};

const appleInTrouble: Pick<ExplanationEntry, "confirm" | "remedy" | "whatWeDid" | "sureness" | "note"> = {
  confirm: [
    {
      en: "See whether pushes on other connections were fine at that moment.",
      ja: "同じ時刻に、ほかの接続のプッシュが正常だったか調べる",
    },
    { en: "Look at developer.apple.com/system-status.", ja: "developer.apple.com/system-statusを見る" },
  ],
  remedy: {
    en: "For a call, tell the caller that the phone could not be rung; a new attempt by the user may work. For messages, send again later with growing pauses.",
    ja: "着信の場合は、相手の端末を鳴らせなかったことを発信者に伝えてください。かけ直せばつながることがあります。メッセージは、間隔を延ばしながら後で送り直してください。",
  },
  whatWeDid: retriedElsewhere,
  sureness: "contested",
  note: {
    en: "Apple asks to wait 15 minutes before sending again. That is too late for a ringing call, so the library tries again within seconds, at most twice.",
    ja: "Appleは15分待ってからの再送を求めていますが、着信には間に合いません。そのため本ライブラリは、数秒以内に最大2回だけ再試行します。",
  },
};

/** Every other status: the device is gone, the limits, and Apple's own trouble. */
export const otherAnswers = {
  Unregistered: {
    meaning: {
      en: "This device token is no longer active for this topic. `timestamp` is since when Apple knows it.",
      ja: "このデバイストークンは、このトピックではもう有効ではありません。`timestamp`は、Appleがそれを把握した時刻です。",
    },
    causes: [
      { en: "The app was removed from the phone.", ja: "端末からアプリが削除された" },
      {
        en: "The phone got a new token (restore, new phone, reinstall) and the old one is still stored.",
        ja: "復元・機種変更・再インストールで新しいトークンになり、古いものが残っている",
      },
    ],
    confirm: [
      {
        en: "Compare `timestamp` with the time of the last registration: if the app registered this token later, keep it.",
        ja: "`timestamp`と最後の登録時刻を比べる。それより後にこのトークンが登録されていれば残す",
      },
      {
        en: "Start the app on the phone and see whether it uploads another token.",
        ja: "端末でアプリを起動し、別のトークンが送られてくるか見る",
      },
    ],
    remedy: {
      en: "Remove the token; the user rings again after starting the app once. Let the app upload its tokens at each start.",
      ja: "トークンを削除してください。ユーザーがアプリを一度起動すれば、また鳴るようになります。アプリは起動のたびにトークンを送るようにしてください。",
    },
    whatWeDid: {
      en: "`send` reports `remove-device` with Apple's `timestamp`. The push service removes the device, unless the app registered it again after that.",
      ja: "`send`は`remove-device`とAppleの`timestamp`を返します。プッシュサービスは、その後に再登録されていない限り、デバイスを削除します。",
    },
    sureness: "contested",
    note: {
      en: "Not a reliable sign of an uninstall: Apple starts answering 410 on a deliberately vague schedule, and a removed app may get 200 for months. Apple's documentation lets a token that was registered again later stay; Apple's staff call the answer final.",
      ja: "アンインストールの確かな印にはなりません。Appleは410を返し始める時期を意図的に曖昧にしており、削除済みのアプリに何か月も200が返ることがあります。後から再登録されたトークンを残してよいかは、Appleの文書では可、Appleの担当者の回答では「この応答は確定」とされ、食い違いがあります。",
    },
  },
  ExpiredToken: {
    meaning: { en: "The device token has expired.", ja: "デバイストークンの有効期限が切れています。" },
    causes: [
      {
        en: "The phone has a new token and the old one is still stored.",
        ja: "端末のトークンが新しくなり、古いものが残っている",
      },
    ],
    confirm: [
      {
        en: "Start the app on the phone and see whether it uploads another token.",
        ja: "端末でアプリを起動し、別のトークンが送られてくるか見る",
      },
    ],
    remedy: {
      en: "Remove the token, and let the app upload its tokens at each start.",
      ja: "トークンを削除し、アプリは起動のたびにトークンを送るようにしてください。",
    },
    whatWeDid: {
      en: "`send` reports `remove-device` with Apple's `timestamp`. The push service removes the device, unless the app registered it again after that.",
      ja: "`send`は`remove-device`とAppleの`timestamp`を返します。プッシュサービスは、その後に再登録されていない限り、デバイスを削除します。",
    },
    sureness: "documented",
    note: {
      en: "One developer reports that such a token still passed Apple's Device Token Validator days later.",
      ja: "数日後もAppleのDevice Token Validatorでは有効と表示された、という報告が1件あります。",
    },
  },
  PayloadTooLarge: {
    meaning: {
      en: "The body is larger than 5120 bytes for a VoIP push, or 4096 for any other.",
      ja: "本文が大きすぎます。上限はVoIPプッシュで5120バイト、それ以外で4096バイトです。",
    },
    causes: [
      {
        en: "The payload carries a whole SDP, an avatar or a long text. Apple counts UTF-8 bytes: a Japanese character is three, an emoji four.",
        ja: "ペイロードにSDP全体・画像・長い文章が入っている。AppleはUTF-8のバイト数で数える(日本語は1文字3バイト、絵文字は4バイト)",
      },
    ],
    confirm: [
      {
        en: "`Buffer.byteLength(JSON.stringify(payload))`, or `apns-voip send --dry-run`.",
        ja: "`Buffer.byteLength(JSON.stringify(payload))`、または`apns-voip send --dry-run`で確かめる",
      },
    ],
    remedy: { en: "Send ids, and let the app fetch the rest.", ja: "IDだけを送り、残りはアプリに取得させてください。" },
    whatWeDid: refusedBeforeSending,
    sureness: "documented",
  },
  BadPath: {
    meaning: { en: "The path is not `/3/device/<token>`.", ja: "パスが`/3/device/<トークン>`ではありません。" },
    causes: [
      {
        en: "An endpoint was configured with a path, or something in between rewrote it.",
        ja: "エンドポイントの設定にパスが含まれている、または途中で書き換えられた",
      },
    ],
    ...foreignPath,
  },
  MethodNotAllowed: {
    meaning: { en: "The method was not POST.", ja: "メソッドがPOSTではありませんでした。" },
    causes: [{ en: "Something in between changed the request.", ja: "途中でリクエストが書き換えられた" }],
    ...foreignPath,
  },
  TooManyProviderTokenUpdates: {
    meaning: {
      en: "Apple saw a new provider token sooner than 20 minutes after the previous one.",
      ja: "前のプロバイダトークンから20分以内に、新しいプロバイダトークンが使われました。",
    },
    causes: [
      {
        en: "Another program with the same key makes its own tokens: an older library, a worker that makes one per push, a script.",
        ja: "同じキーを使う別のプログラムが独自にトークンを作っている(古いライブラリ、プッシュごとに作るワーカー、スクリプトなど)",
      },
      {
        en: "A client is made for each push instead of once per process.",
        ja: "クライアントをプロセスに1つではなく、プッシュごとに作っている",
      },
      { en: "This server's clock is ahead, or jumps.", ja: "サーバの時計が進んでいる、または飛んでいる" },
      { en: "Several keys of one team are used side by side.", ja: "1つのチームの複数のキーを並行して使っている" },
    ],
    confirm: [
      {
        en: "Count the events `apns.token-made`: one per process and half hour is right.",
        ja: "イベント`apns.token-made`を数える。1プロセスにつき30分に1回が正常",
      },
      {
        en: "List everything that has this `.p8` file.",
        ja: "この`.p8`ファイルを使っているプログラムをすべて洗い出す",
      },
    ],
    remedy: {
      en: "Let every sender use this library with the same key: they all make the very same token. Stop the others, set the clock, and wait 20 minutes.",
      ja: "同じキーを使う送信プログラムを、すべて本ライブラリにしてください(どのプロセスも完全に同じトークンを作ります)。ほかを止め、時計を合わせ、20分待ってください。",
    },
    whatWeDid: {
      en: "Let that connection rest for 20 minutes, and tried the push once on a fresh one with the previous period's provider token, where that was under 50 minutes old. No token was made for it.",
      ja: "その接続を20分間休ませ、前の期間のプロバイダトークンが50分未満であれば、それを使って新しい接続で一度だけ試しました。このために新しいトークンは作っていません。",
    },
    sureness: "contested",
    note: {
      en: "What the 20 minutes apply to is contested: Apple's documentation says the connection; answers of Apple's staff and reports from the field point to the team, the host or the sender's address.",
      ja: "「20分」の対象には諸説あります。Appleの文書では接続単位ですが、Apple担当者の回答や現場の報告は、チーム・ホスト・送信元アドレス単位であることを示唆しています。",
    },
  },
  TooManyRequests: {
    meaning: {
      en: "Too many pushes in a row to this one device.",
      ja: "この1台のデバイスに、短時間で多くのプッシュを送りすぎました。",
    },
    causes: [
      { en: "A loop rings the same phone again and again.", ja: "ループして同じ端末を何度も鳴らしている" },
      { en: "A load test uses one real token.", ja: "負荷試験で1つの実トークンを使っている" },
      {
        en: "The signal server repeats its request without an idempotency key.",
        ja: "シグナルサーバが、冪等キーなしでリクエストを繰り返している",
      },
    ],
    confirm: [
      {
        en: "Count the pushes to this token in the log: `apns-voip logs` follows one call.",
        ja: "ログでこのトークンへのプッシュを数える(`apns-voip logs`で1件の通話を追える)",
      },
    ],
    remedy: {
      en: "Find what repeats, wait a while, and load-test against the mock (`apns-voip mock`).",
      ja: "繰り返しの原因を探し、しばらく待ってください。負荷試験はモック(`apns-voip mock`)に対して行ってください。",
    },
    whatWeDid: {
      en: "Tried again within the deadline with growing pauses, at most 3 attempts in all. This is the last answer.",
      ja: "期限内に、間隔を延ばしながら再試行しました(合計で最大3回)。これは最後に返ってきた答えです。",
    },
    sureness: "documented",
    note: {
      en: "Apple publishes no threshold and no waiting time.",
      ja: "しきい値も待ち時間も、Appleは公表していません。",
    },
  },
  InternalServerError: {
    meaning: { en: "Something failed inside Apple's service.", ja: "Appleのサービス内部でエラーが起きました。" },
    causes: [{ en: "Trouble at Apple, mostly short.", ja: "Apple側の障害(多くは短時間)" }],
    ...appleInTrouble,
  },
  ServiceUnavailable: {
    meaning: { en: "Apple's service is not available right now.", ja: "Appleのサービスが一時的に利用できません。" },
    causes: [{ en: "Trouble or overload at Apple, mostly short.", ja: "Apple側の障害または過負荷(多くは短時間)" }],
    ...appleInTrouble,
  },
  Shutdown: {
    meaning: {
      en: "The APNs host behind this connection is being stopped.",
      ja: "この接続の先のAPNsホストが停止中です。",
    },
    causes: [
      { en: "Maintenance at Apple; other hosts carry on.", ja: "Apple側のメンテナンス(ほかのホストは動いている)" },
    ],
    ...appleInTrouble,
  },
} as const satisfies Record<string, ExplanationEntry>;
