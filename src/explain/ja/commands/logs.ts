import type { logsCommand as english } from "../../en/commands/logs.js";
import type { Texts } from "../../texts.js";
import { commonOptions } from "./options.js";

export const logsCommand: Texts<typeof english> = {
  summary: "サーバのログから、1件の着信の経過を追う",
  help: `使い方: apns-voip logs [オプション] < server.log

標準入力からAPIサーバとシグナルサーバのログ(混在でも連結でも可)を読み、1件の着信を段階ごとに追って、
どこで、なぜ止まったかを示します。行は平文でもJSONでもよく、docker・compose・kubectl・journalctlの出力も
読めます。

{options}

終了コード: 0 Appleがプッシュを受理(鳴ったかどうかは端末のreceiptで分かります)、1 その手前で停止、端末が沈黙、
どの端末も来ない、または該当する着信がログにない、2 使い方の誤り。--allでは最後の着信によります。

例:
  cat api.log signal.log | apns-voip logs --user 10
  docker compose logs -t api signal | apns-voip logs`,
  options: {
    user: "このユーザーへの着信。既定はログの最後の着信",
    from: "このユーザーからの着信",
    all: "すべての着信を1行ずつ",
    ...commonOptions,
  },
  steps: {
    offer: "シグナルサーバがofferを受け取った",
    offline: "相手がオフラインと判断された",
    others: "相手の一部の端末は接続中で、残りをプッシュで呼び出す",
    asking: "シグナルサーバがAPIサーバに呼び出しを依頼した",
    asked: "APIサーバが依頼を受け取った",
    found: "VoIPトークンが見つかった",
    pushing: "プッシュを送った",
    accepted: "Appleが受理した",
    told: "シグナルサーバに結果が返った",
    woken: "プッシュの後に端末がシグナルサーバにregisterした",
    reported: "端末から報告があった",
    ended: "通話が終わった",
  },
  words: {
    title: "ユーザー{to}への着信",
    from: "(発信者: ユーザー{from})",
    line: "{n}行目",
    notSeen: "該当する行なし",
    unclear: "誰への着信かを示さない行",
    asides: "その間にシグナルサーバが出力したその他の行",
    refusedOffer: "{n}行目でofferが拒否されています。このofferでは誰も呼び出されていません。",
    guessed:
      "このログでは着信が重なっていて、誰のものか書かれていない行があります。そのような行は、それを待っていたと思われる着信のものとしました。",
    unnamed:
      "{n}行目で拒否されたリクエストは、誰への着信か分かりません。doctorによる確認でなければ、後の着信かもしれません。シグナルサーバのログも渡してください。",
  },
  noCall: {
    one: "1行の中に該当する着信が見つかりません。",
    none: "{n}行の中に該当する着信が見つかりません。",
    silent:
      "`consoleLogger()`の出力と分かる行がありません。両方のサーバで`onEvent: consoleLogger()`を設定し、着信の前からのログを渡してください。",
    noCalls:
      "サーバの行はありますが、着信の行がありません。ログがその前で途切れていませんか。シグナルサーバのログも渡してください。",
    others: "{users}への着信はあります。--userと--fromを付けずに`--all`とすると一覧できます。",
    user: "ユーザー{to}",
  },
};
