import type { callTexts as english } from "../en/calls.js";
import type { Texts } from "../texts.js";

export const callTexts: Texts<typeof english> = {
  nobodyWoken:
    "受理は配信ではありません。電話が鳴ったのなら、アプリがこのサーバーに接続してregisterしていません。通信状態と、アプリの接続先を確認してください。鳴らなかったのなら、電話の通信状態と、アプリがVoIPプッシュを受け取るたびにすぐCallKitへ報告しているかを確認してください。報告しないと、iOSはそのアプリにVoIPプッシュを届けなくなります。",
};
