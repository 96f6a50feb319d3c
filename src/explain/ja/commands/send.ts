import type { sendCommand as english } from "../../en/commands/send.js";
import type { Texts } from "../../texts.js";
import { commonOptions, storeOptions } from "./options.js";

export const sendCommand: Texts<typeof english> = {
  summary: "トークンまたはユーザーの端末に、プッシュを1件送る",
  help: `使い方: apns-voip send --token <16進数> [オプション]
        apns-voip send --user <ユーザー> [オプション]

プッシュ(既定では着信)を1件、Appleへ直接送り、結果を示します。APIサーバは経由しません。

{options}

終了コード: 0 すべてAppleが受理、1 受理されないものあり、2 使い方の誤り、130 中断。

例:
  apns-voip send --env-file .env --token 9f739db8afff... --from 11 --name Alice
  apns-voip send --env-file .env --user 10 --video --dry-run`,
  options: {
    "env-file": "環境変数ファイル。シェルの変数より優先",
    token: "デバイストークン、または",
    user: "保存先にある、このユーザーの端末",
    environment: "productionまたはsandbox。既定はデバイスの環境、なければAPNS_ENV",
    "push-type": "voip(既定)、alert、background",
    topic: "既定はバンドルIDとプッシュ種別から",
    "call-id": "既定は新しいID",
    from: "fromUserId。既定は0",
    name: "fromDisplayName。既定はapns-voip",
    room: "room。既定はp2p:<通話ID>",
    video: "hasVideoをtrueにする",
    preset: "よく使われるクライアントのキー: {presets}",
    payload: "ペイロード全体をそのまま指定",
    title: "通知のタイトル(プッシュ種別alert)",
    body: "通知の本文(プッシュ種別alert)",
    priority: "既定は10、backgroundは5",
    expiration: "Appleが保持してよい秒数。0なら一度だけ(voipの既定)",
    "collapse-id": "64バイトまで",
    "apns-id": "既定は新しいUUID",
    timeout: "全体の制限時間。既定は30000",
    "dry-run": "ヘッダと本文を表示するだけで送らない",
    ...storeOptions,
    ...commonOptions,
  },
  words: {
    accepted: "Appleが{token}({environment})へのプッシュを受理しました。apns-id: {apnsId}",
    rejected: "Appleが{token}({environment})へのプッシュを拒否しました: {status} {reason}",
    unsent: "{token}({environment})へは何も送られていません: {message}",
    unknown: "{token}({environment})に届いたか分かりません: {message}",
    uniqueId: "apns-unique-id: {uniqueId}(Appleの「プッシュ通知コンソール」のDelivery Logで調べられます)",
    learned: "{other}のトークンではなく、{environment}のトークンでした。",
    sending: "{n}台に送信しています…",
  },
};
