import type { reachChecks as english } from "../../en/checks/reach.js";
import type { Texts } from "../../texts.js";
import { notTried } from "./not-tried.js";

export const reachChecks: Texts<typeof english> = {
  dns: {
    title: "ホスト名の解決(DNS)",
    outcomes: {
      found: { message: "{host}の名前を解決できました。" },
      "not-found": {
        message: "{host}の名前を解決できません({reason})。",
        remedy:
          "/etc/resolv.confのDNSサーバを確認し、{host}を解決できるようにしてください。自分で設定した名前なら、綴りも確認してください。",
      },
      "not-needed": { message: "{host}は、ここで名前を解決する必要がありません。" },
    },
  },

  tcp: {
    title: "ポートが開いている(443、または2197)",
    outcomes: {
      open: { message: "{host}のTCP {port}番に接続できました。" },
      "both-open": { message: "{host}のTCP {port}番と{other}番に接続できました。" },
      "other-only": {
        message: "{host}のTCP {port}番には接続できません({reason})が、{other}番には接続できます。",
        remedy:
          "Appleはこのような場合のために{other}番を用意しています。{variable}=https://{host}:{other}を設定するか、{port}番を開けてください。",
      },
      closed: {
        message: "{host}のTCP {port}番に接続できません({reason})。",
        remedy:
          "ファイアウォールで、{host}へのTCP {port}番または2197番(Appleのアドレスは17.0.0.0/8)を許可してください。プロキシがあればAPNS_PROXYを設定します。",
      },
      "elsewhere-closed": {
        message: "{variable}が指す{host}:{port}に接続できません({reason})。",
        remedy: "これはAppleではありません。モックを起動するか、{variable}を取り除いてください。",
      },
      "closed-but-proxy": {
        message:
          "{host}のTCP {port}番に接続できません({reason})。{proxyVariable}が設定されているため、このネットワークにはプロキシがあるようです。",
        remedy: "apns-voipが読むのはAPNS_PROXYだけです。プロキシをそこに設定してください。",
      },
      "proxy-open": { message: "プロキシ{proxy}に接続できました。" },
      "proxy-closed": {
        message: "プロキシ{proxy}(APNS_PROXY)に接続できません({reason})。",
        remedy: "APNS_PROXYを直すか、プロキシがなければ取り除いてください。",
      },
      "not-tried": notTried,
    },
  },

  tunnel: {
    title: "プロキシが接続を通す",
    outcomes: {
      "no-proxy": { message: "プロキシは使っていません。" },
      open: { message: "プロキシ{proxy}が{host}:{port}へのトンネルを開きました。" },
      "wants-login": {
        message: "プロキシ{proxy}が、ユーザー名とパスワード(または別のもの)を求めています(ステータス407)。",
        remedy: "APNS_PROXYにhttp://user:password@{proxy}の形で入れてください。記号は%40のように書きます。",
      },
      refused: {
        message: "プロキシ{proxy}が、CONNECT {host}:{port}をステータス{status}で拒否しました。",
        remedy: "プロキシの管理者に、{host}:{port}へのCONNECTを許可してもらってください。",
      },
      failed: {
        message: "プロキシ{proxy}が、CONNECTにきちんと応答しませんでした({reason})。",
        remedy: "APNS_PROXYが、CONNECTを許すHTTPプロキシかどうか確認してください。",
      },
      "not-tried": notTried,
    },
  },
};
