import type { stopTexts as english } from "../en/stops.js";
import type { Texts } from "../texts.js";

export const stopTexts: Texts<typeof english> = {
  accepted: {
    message: "Appleがプッシュを受理しています。鳴らなかったのなら、原因は端末側です。",
    remedy: "診断ガイドのステップ3に進んでください。",
  },
  rang: {
    message: "端末({phone})が、Appleの受理から{milliseconds} ms後に{event}を報告しています。",
    remedy: "鳴ったことに気づかなかったのなら、消音スイッチ、音量、集中モードを確認してください。",
  },
  woken: {
    message:
      "プッシュから{milliseconds} ms後に、ユーザー{user}の端末がシグナルサーバにregisterしました。プッシュで起動したか、誰かがアプリを開いています。",
    remedy:
      "鳴らなかったのなら、アプリがCallKitへ報告せずに接続しています。何よりも先に報告してください(docs/phone.ja.md)。鳴ったのに応答できなかったのなら、その後に端末がシグナルサーバへ送ったものを確認してください。",
  },
  answered: {
    message: "ユーザー{user}の端末が応答しました。offerから{seconds}秒後に終わっています({why})。",
  },
  "not-answered": {
    message:
      "着信はユーザー{user}の端末に届きましたが、応答はありませんでした。offerから{seconds}秒後に終わっています({why})。",
    remedy:
      "`no-answer`は時間内に誰も応答しなかった、`declined`は端末が拒否した、`cancelled`は発信者が先に切った、`answered-elsewhere`は互いにかけ合っていて、もう一方の通話で話している、という意味です。応答したはずなら、アプリのanswerがシグナルサーバに届いていません。その間に拒否されたものがないか確認してください。",
  },
  "nobody-woken": {
    message:
      "Appleはプッシュを受理しましたが、{seconds}秒たってもユーザー{user}の端末がシグナルサーバにregisterしていません。受理は配信ではありません。",
    remedy:
      "鳴ったのなら、アプリが接続またはregisterをしていません。通信状態と接続先を確認してください。鳴らなかったのなら、可能性の高い順に、CallKitへ報告されないプッシュが続いたためiOSが配信を止めた(再インストールし、報告の処理を直す)、アプリが削除されたかトークンが別のインストールのもの(アプリを一度開く)、端末が圏外だった(有効期限が0のプッシュは、Appleが一度だけ配信を試み、保存しません)。",
  },
  delivered: {
    message: "プッシュは端末({phone})に届きましたが、CallKitが着信を受け付けたことを示す行がありません。",
    remedy: "アプリでは何よりも先にCallKitへ報告し、受け付けられたら`ringing`を送ってください(docs/phone.ja.md)。",
  },
  "call-refused": {
    message: "プッシュは端末({phone})に届きましたが、CallKitが着信を拒否しました: {words}",
    remedy:
      "理由はCallKitのコードで分かります。1はバックグラウンドモードの不足、2は同じUUIDの通話が進行中、3は集中モードまたはおやすみモード、4は発信者のブロックです。",
  },
  silent: {
    message: "Appleはプッシュを受理しましたが、端末({phone})からは{seconds}秒たっても報告がありません。",
    remedy:
      "可能性の高い順に、CallKitへ報告されないプッシュが続いたためiOSが配信を止めた(再インストールし、報告の処理を直す)、アプリが削除されたかトークンが別のインストールのもの(アプリを一度開く)、端末が圏外、アプリがまだreceiptを送っていない(docs/phone.ja.md)。",
  },
  rejected: { message: "Appleがプッシュを拒否しました: {reason}。" },
  unsent: { message: "プッシュは送られませんでした({reason})。" },
  unknown: { message: "プッシュがAppleに届いたかどうか分かりません。" },
  duplicate: {
    message: "すでに処理されたリクエストの繰り返しだったため、何も送っていません。",
    remedy: "着信ごとに新しい冪等キーを使ってください。",
  },
  cancelled: {
    message: "プッシュが出る前に発信者が電話を切ったため、何も送っていません。",
    remedy:
      "発信者が切っていないのでなければ、対処は不要です。切っていない場合は、何がAPIサーバに取り消しを依頼しているかを調べてください。",
  },
  excepted: {
    message: "シグナルサーバがユーザー{user}のすべての端末にソケットで届けていたため、何も送っていません。",
    remedy:
      "鳴らなかった端末があれば、ソケットがまだつながっていたか、どの`exceptDeviceIds`が送られたかを調べてください。",
  },
  "cannot-tell": {
    message:
      "ユーザー{user}への着信がどう終わったかは、このログからは分かりません。{users}への着信が同時に進んでいて、結果を示す行に誰のものかが書かれていません。",
    remedy:
      "このバージョンの`consoleLogger()`(誰へのプッシュかを出力します)を使うか、イベントそのものをJSONで記録してください。この着信については、シグナルサーバのログも渡してください。",
  },
  "no-token": {
    message: "ユーザー{user}のVoIPトークンがありません。端末が一度も登録していないか、別のユーザーで登録しています。",
    remedy:
      "端末でこのユーザーとしてログインしてアプリを開き、`Saved voipDeviceToken for user {user}`が出るか見てください。",
  },
  "token-removed": {
    message: "ユーザー{user}のVoIPトークンは、Appleの{reason}という応答により削除されています。",
    remedy: "端末でアプリを一度起動し、登録し直させてください。",
  },
  "registration-refused": {
    message:
      "ユーザー{user}のVoIPトークンがありません。端末が一度も登録していません。その前に拒否された登録がありますが({words})、誰のものかはログから分かりません。",
    remedy:
      "端末でこのユーザーとしてログインしてアプリを開いてください。拒否されるのがその登録なら、ログインし直させてください。",
  },
  "store-error": { message: "デバイスの保存先でエラーが起きました: {words}" },
  "no-outcome": {
    message:
      "トークンは見つかりましたが、プッシュの結果を示す行がありません。プロセスが止まったか、ログが途切れています。",
    remedy: "その時刻にAPIサーバが再起動していないか、ログが少なくとも30秒後まで続いているか確認してください。",
  },
  "no-lookup": {
    message: "APIサーバに依頼は届きましたが、その後の行がありません。プロセスが止まったか、ログが途切れています。",
    remedy: "その時刻にAPIサーバが再起動していないか確認してください。",
  },
  "wrong-admin-token": {
    message: "APIサーバが、シグナルサーバの管理トークンを拒否しました(ステータス{status})。",
    remedy:
      "両方のサーバに同じADMIN_PUSH_TOKENを設定し、両方を再起動してください。チェックサムが両方で一致するはずです。",
  },
  "bad-request": {
    message: "APIサーバがリクエストの不備を指摘しています: {words}",
    remedy: "少なくともtoUserId・callId・fromUserIdを送ってください。応答の`issues`に項目名があります。",
  },
  "no-route": {
    message: "シグナルサーバが依頼した先に、プッシュのルートがありません(ステータス{status})。",
    remedy: "API_URLと、APIサーバにルートが組み込まれているかを確認してください。",
  },
  "api-error": {
    message: "APIサーバの応答が{status}です: {words}",
    remedy: "その時刻のAPIサーバのログを見てください。",
  },
  "api-down": { message: "シグナルサーバがAPIサーバに接続できませんでした: {words}" },
  "no-answer-yet": {
    message: "シグナルサーバは依頼しましたが、ユーザー{user}に関するAPIサーバの行がこのログにありません。",
    remedy: "APIサーバのログも渡してください。すでに含まれているなら、API_URLが別のサーバを指しています。",
  },
  "never-asked": {
    message:
      "シグナルサーバは、ユーザー{user}、またはその端末の一部がオフラインだと分かりましたが、呼び出しを依頼していません。",
    remedy: "そこで`sendCall`を呼び、API_URLとADMIN_PUSH_TOKENが設定されているか確認してください。",
  },
  "thought-online": {
    message: "シグナルサーバがユーザー{user}をオンラインと判断したため、プッシュは送られていません。",
    remedy:
      "いなくなった端末のソケットは、サーバのpingがタイムアウトするまで残ります。pingTimeoutを短くし、切断時にユーザーを外し、offerに応答がないときはプッシュも送ってください。",
  },
};
