import { defineCheck } from "../check.js";
import { setting } from "../env.js";
import { OTHER_PORT } from "../reach.js";
import { because, notTried, ofBoth } from "./of-both.js";

export const dns = defineCheck({
  id: "dns",
  step: "reach",
  title: { en: "The host name is resolved", ja: "ホスト名の解決(DNS)" },
  outcomes: {
    found: { status: "pass", message: { en: "{host} is resolved.", ja: "{host}の名前を解決できました。" } },
    "not-found": {
      status: "fail",
      message: { en: "{host} cannot be resolved ({reason}).", ja: "{host}の名前を解決できません({reason})。" },
      remedy: {
        en: "See which DNS server /etc/resolv.conf names, and let it resolve {host}. A name of your own may be misspelt.",
        ja: "/etc/resolv.confのDNSサーバを確認し、{host}を解決できるようにしてください。自分で設定した名前なら、綴りも確認してください。",
      },
      commands: ["getent hosts {host}", "nslookup {host}", "cat /etc/resolv.conf"],
    },
    "not-needed": {
      status: "pass",
      message: { en: "No name to resolve here for {host}.", ja: "{host}は、ここで名前を解決する必要がありません。" },
    },
  },
  run: ofBoth(({ addresses }) => {
    if (addresses === undefined) return { outcome: "not-needed" };
    return addresses.ok ? { outcome: "found" } : { outcome: "not-found", ...because(addresses.reason) };
  }),
});

export const tcp = defineCheck({
  id: "tcp",
  step: "reach",
  title: { en: "The port is open (443, else 2197)", ja: "ポートが開いている(443、または2197)" },
  outcomes: {
    open: {
      status: "pass",
      message: { en: "TCP {port} to {host} is open.", ja: "{host}のTCP {port}番に接続できました。" },
    },
    "both-open": {
      status: "pass",
      message: {
        en: "TCP {port} and {other} to {host} are open.",
        ja: "{host}のTCP {port}番と{other}番に接続できました。",
      },
    },
    "other-only": {
      status: "fail",
      message: {
        en: "TCP {port} to {host} cannot be reached ({reason}), but {other} can.",
        ja: "{host}のTCP {port}番には接続できません({reason})が、{other}番には接続できます。",
      },
      remedy: {
        en: "Apple offers port {other} for this: set {variable}=https://{host}:{other}, or open port {port}.",
        ja: "Appleはこのような場合のために{other}番を用意しています。{variable}=https://{host}:{other}を設定するか、{port}番を開けてください。",
      },
      commands: ["export {variable}=https://{host}:{other}"],
    },
    closed: {
      status: "fail",
      message: {
        en: "TCP {port} to {host} cannot be reached ({reason}).",
        ja: "{host}のTCP {port}番に接続できません({reason})。",
      },
      remedy: {
        en: "Let outgoing TCP {port}, or 2197, to {host} through the firewall (Apple's addresses are 17.0.0.0/8); if there is a proxy, set APNS_PROXY.",
        ja: "ファイアウォールで、{host}へのTCP {port}番または2197番(Appleのアドレスは17.0.0.0/8)を許可してください。プロキシがあればAPNS_PROXYを設定します。",
      },
      commands: ["nc -vz -w 5 {host} {port}", "nc -vz -w 5 {host} 2197"],
    },
    "elsewhere-closed": {
      status: "fail",
      message: {
        en: "Nothing can be reached at {host}:{port}, where {variable} points ({reason}).",
        ja: "{variable}が指す{host}:{port}に接続できません({reason})。",
      },
      remedy: {
        en: "That is not Apple: start the mock, or remove {variable}.",
        ja: "これはAppleではありません。モックを起動するか、{variable}を取り除いてください。",
      },
      commands: ["nc -vz -w 5 {host} {port}"],
    },
    "closed-but-proxy": {
      status: "fail",
      message: {
        en: "TCP {port} to {host} cannot be reached ({reason}), and {proxyVariable} is set: this network seems to have a proxy.",
        ja: "{host}のTCP {port}番に接続できません({reason})。{proxyVariable}が設定されているため、このネットワークにはプロキシがあるようです。",
      },
      remedy: {
        en: "apns-voip reads only APNS_PROXY: give it the proxy there.",
        ja: "apns-voipが読むのはAPNS_PROXYだけです。プロキシをそこに設定してください。",
      },
      commands: ['export APNS_PROXY="{proxyReference}"'],
    },
    "proxy-open": {
      status: "pass",
      message: { en: "The proxy {proxy} answers.", ja: "プロキシ{proxy}に接続できました。" },
    },
    "proxy-closed": {
      status: "fail",
      message: {
        en: "The proxy {proxy} (APNS_PROXY) cannot be reached ({reason}).",
        ja: "プロキシ{proxy}(APNS_PROXY)に接続できません({reason})。",
      },
      remedy: {
        en: "Correct APNS_PROXY, or remove it if there is no proxy.",
        ja: "APNS_PROXYを直すか、プロキシがなければ取り除いてください。",
      },
      commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'],
    },
    "not-tried": notTried,
  },
  run: ofBoth(({ tcp: layer, otherPort, proxy, apple }, { env }) => {
    if (layer === undefined) return { outcome: "not-tried" };
    if (proxy !== undefined) {
      const values = { proxy: proxy.host };
      return layer.ok
        ? { outcome: "proxy-open", values }
        : { outcome: "proxy-closed", values, ...because(layer.reason) };
    }
    const other = { other: OTHER_PORT };
    if (layer.ok) return otherPort?.ok ? { outcome: "both-open", values: other } : { outcome: "open" };
    if (otherPort?.ok) return { outcome: "other-only", values: other, ...because(layer.reason) };
    const proxyVariable = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].find(name => setting(env, name));
    return proxyVariable === undefined
      ? { outcome: apple ? "closed" : "elsewhere-closed", ...because(layer.reason) }
      : {
          outcome: "closed-but-proxy",
          values: { proxyVariable, proxyReference: `$${proxyVariable}` },
          ...because(layer.reason),
        };
  }),
});

export const tunnel = defineCheck({
  id: "tunnel",
  step: "reach",
  title: { en: "The proxy lets the connection through", ja: "プロキシが接続を通す" },
  outcomes: {
    "no-proxy": { status: "pass", message: { en: "No proxy is used.", ja: "プロキシは使っていません。" } },
    open: {
      status: "pass",
      message: {
        en: "The proxy {proxy} opens a tunnel to {host}:{port}.",
        ja: "プロキシ{proxy}が{host}:{port}へのトンネルを開きました。",
      },
    },
    "wants-login": {
      status: "fail",
      message: {
        en: "The proxy {proxy} wants a user name and a password, or other ones (status 407).",
        ja: "プロキシ{proxy}が、ユーザー名とパスワード(または別のもの)を求めています(ステータス407)。",
      },
      remedy: {
        en: "Put them into APNS_PROXY: http://user:password@{proxy}. Special characters as %40 and the like.",
        ja: "APNS_PROXYにhttp://user:password@{proxy}の形で入れてください。記号は%40のように書きます。",
      },
    },
    refused: {
      status: "fail",
      message: {
        en: "The proxy {proxy} refuses CONNECT {host}:{port} with status {status}.",
        ja: "プロキシ{proxy}が、CONNECT {host}:{port}をステータス{status}で拒否しました。",
      },
      remedy: {
        en: "Let whoever runs the proxy allow CONNECT to {host}:{port}.",
        ja: "プロキシの管理者に、{host}:{port}へのCONNECTを許可してもらってください。",
      },
      commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'],
    },
    failed: {
      status: "fail",
      message: {
        en: "The proxy {proxy} gave no proper answer to CONNECT ({reason}).",
        ja: "プロキシ{proxy}が、CONNECTにきちんと応答しませんでした({reason})。",
      },
      remedy: {
        en: "See that APNS_PROXY is an HTTP proxy that allows CONNECT.",
        ja: "APNS_PROXYが、CONNECTを許すHTTPプロキシかどうか確認してください。",
      },
      commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'],
    },
    "not-tried": notTried,
  },
  run: ofBoth(({ proxy, tunnel: layer }) => {
    if (proxy === undefined) return { outcome: "no-proxy" };
    const values = { proxy: proxy.host };
    if (layer === undefined) return { outcome: "not-tried" };
    if (!layer.ok) return { outcome: "failed", values, ...because(layer.reason) };
    const { status, socket } = layer.value;
    if (socket !== undefined) return { outcome: "open", values };
    return { outcome: status === 407 ? "wants-login" : "refused", values: { ...values, status } };
  }),
});
