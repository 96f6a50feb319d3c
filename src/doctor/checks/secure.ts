import { defineCheck } from "../check.js";
import { because, notTried, ofBoth } from "./of-both.js";

/** Milliseconds from the first packet to SETTINGS that a caller would notice. */
const SLOW = 2000;

const showCertificate =
  "openssl s_client -connect {host}:{port} -alpn h2 </dev/null 2>/dev/null | grep -E 'issuer|verify|ALPN'";

export const tls = defineCheck({
  id: "tls",
  step: "reach",
  title: { en: "The other end proves to be Apple (TLS)", ja: "相手がAppleだと証明できる(TLS)" },
  outcomes: {
    trusted: {
      status: "pass",
      message: {
        en: "{version}, certificate trusted, signed by {issuer}.",
        ja: "{version}で接続し、証明書({issuer}の署名)を信頼できました。",
      },
    },
    untrusted: {
      status: "fail",
      message: {
        en: 'The certificate of {host} is not trusted ({reason}); it was signed by "{issuer}".',
        ja: "{host}の証明書を信頼できません({reason})。署名者は「{issuer}」です。",
      },
      commands: [showCertificate],
    },
    failed: {
      status: "fail",
      message: {
        en: "No TLS connection to {host}:{port} ({reason}).",
        ja: "{host}:{port}とTLS接続できません({reason})。",
      },
      remedy: {
        en: "Something on the way keeps TLS from being spoken: let {host} pass firewall and proxy unopened. For a mock, see that it speaks TLS at this port.",
        ja: "途中の何かがTLSの通信を妨げています。ファイアウォールやプロキシで、{host}を復号せずに通してください。モックなら、このポートがTLSかどうか確認してください。",
      },
      commands: [showCertificate],
    },
    "not-tried": notTried,
  },
  run: ofBoth(({ tls: layer, plainTls }) => {
    // Refusing h2 is a matter for the next check: TLS itself was spoken.
    const spoken = plainTls ?? layer;
    if (spoken === undefined) return { outcome: "not-tried" };
    if (!spoken.ok) return { outcome: "failed", ...because(spoken.reason) };
    const { distrust, version, issuer } = spoken.value;
    return distrust === undefined
      ? { outcome: "trusted", values: { version, issuer } }
      : { outcome: "untrusted", reason: distrust, values: { issuer } };
  }),
});

export const http2 = defineCheck({
  id: "http2",
  step: "reach",
  title: { en: "HTTP/2 is spoken", ja: "HTTP/2で通信できる" },
  outcomes: {
    spoken: {
      status: "pass",
      message: {
        en: "HTTP/2; {streams} request(s) at once before the first valid push.",
        ja: "HTTP/2で通信できました(最初の有効なプッシュまでの同時リクエスト数: {streams})。",
      },
    },
    "http1-only": {
      status: "fail",
      message: {
        en: '{host}:{port} speaks only HTTP/1.1: a proxy or firewall whose certificate was signed by "{issuer}" answers in Apple\'s place.',
        ja: "{host}:{port}はHTTP/1.1しか話しません。Appleの代わりに、「{issuer}」が署名した証明書のプロキシまたはファイアウォールが応答しています。",
      },
      remedy: {
        en: "Let {host} pass it unopened, or reach Apple through an HTTP CONNECT proxy (APNS_PROXY).",
        ja: "{host}を復号せずに通すよう設定するか、HTTP CONNECTプロキシ(APNS_PROXY)を使ってください。",
      },
      commands: [showCertificate],
    },
    broken: {
      status: "fail",
      message: {
        en: "{host}:{port} agreed on HTTP/2 but does not speak it ({reason}).",
        ja: "{host}:{port}はHTTP/2に合意しましたが、正しく話しません({reason})。",
      },
      remedy: {
        en: "Something on the way breaks HTTP/2: let {host} pass it unopened, or reach Apple through an HTTP CONNECT proxy (APNS_PROXY).",
        ja: "途中の何かがHTTP/2の通信を壊しています。{host}を復号せずに通すか、HTTP CONNECTプロキシ(APNS_PROXY)を使ってください。",
      },
      commands: ["curl -v --http2 https://{host}:{port}/"],
    },
    "not-tried": notTried,
  },
  run: ofBoth(({ tls: layer, plainTls, http2: spoken }) => {
    const shown = layer?.ok && layer.value.alpn !== "h2" ? layer : plainTls;
    if (shown?.ok && shown.value.distrust === undefined)
      return { outcome: "http1-only", values: { issuer: shown.value.issuer } };
    if (spoken === undefined) return { outcome: "not-tried" };
    return spoken.ok
      ? { outcome: "spoken", values: { streams: spoken.value.streams } }
      : { outcome: "broken", ...because(spoken.reason) };
  }),
});

export const latency = defineCheck({
  id: "latency",
  step: "reach",
  title: { en: "Connecting is quick", ja: "接続が速い" },
  outcomes: {
    quick: {
      status: "pass",
      message: {
        en: "Ready to send after {milliseconds} ms.",
        ja: "{milliseconds}ミリ秒で送信できる状態になりました。",
      },
    },
    slow: {
      status: "warn",
      message: {
        en: "It took {milliseconds} ms until a push could be sent.",
        ja: "送信できる状態になるまで{milliseconds}ミリ秒かかりました。",
      },
      remedy: {
        en: "Keep one client for the life of the process, and connect before the first call with `warmUp()`.",
        ja: "クライアントはプロセスで1つを使い続け、最初の着信の前に`warmUp()`で接続しておいてください。",
      },
    },
    "not-tried": notTried,
  },
  run: ofBoth(({ http2: layer }) => {
    if (!layer?.ok) return { outcome: "not-tried" };
    const milliseconds = Math.round(layer.value.milliseconds);
    return { outcome: milliseconds > SLOW ? "slow" : "quick", values: { milliseconds } };
  }),
});
