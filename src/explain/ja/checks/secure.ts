import type { secureChecks as english } from "../../en/checks/secure.js";
import type { Texts } from "../../texts.js";
import { notTried } from "./not-tried.js";

export const secureChecks: Texts<typeof english> = {
  tls: {
    title: "相手がAppleだと証明できる(TLS)",
    outcomes: {
      trusted: { message: "{version}で接続し、証明書({issuer}の署名)を信頼できました。" },
      untrusted: { message: "{host}の証明書を信頼できません({reason})。署名者は「{issuer}」です。" },
      failed: {
        message: "{host}:{port}とTLS接続できません({reason})。",
        remedy:
          "途中の何かがTLSの通信を妨げています。ファイアウォールやプロキシで、{host}を復号せずに通してください。モックなら、このポートがTLSかどうか確認してください。",
      },
      "not-tried": notTried,
    },
  },

  http2: {
    title: "HTTP/2で通信できる",
    outcomes: {
      spoken: { message: "HTTP/2で通信できました(最初の有効なプッシュまでの同時リクエスト数: {streams})。" },
      "http1-only": {
        message:
          "{host}:{port}はHTTP/1.1しか話しません。Appleの代わりに、「{issuer}」が署名した証明書のプロキシまたはファイアウォールが応答しています。",
        remedy: "{host}を復号せずに通すよう設定するか、HTTP CONNECTプロキシ(APNS_PROXY)を使ってください。",
      },
      broken: {
        message: "{host}:{port}はHTTP/2に合意しましたが、正しく話しません({reason})。",
        remedy:
          "途中の何かがHTTP/2の通信を壊しています。{host}を復号せずに通すか、HTTP CONNECTプロキシ(APNS_PROXY)を使ってください。",
      },
      "not-tried": notTried,
    },
  },

  latency: {
    title: "接続が速い",
    outcomes: {
      quick: { message: "{milliseconds}ミリ秒で送信できる状態になりました。" },
      slow: {
        message: "送信できる状態になるまで{milliseconds}ミリ秒かかりました。",
        remedy: "クライアントはプロセスで1つを使い続け、最初の着信の前に`warmUp()`で接続しておいてください。",
      },
      "not-tried": notTried,
    },
  },
};
