import { defineCheck } from "../check.js";
import { because, notTried, ofBoth } from "./of-both.js";

/** Milliseconds from the first packet to SETTINGS from which people notice the wait. */
const SLOW = 2000;

const showCertificate =
  "openssl s_client -connect {host}:{port} -alpn h2 </dev/null 2>/dev/null | grep -E 'issuer|verify|ALPN'";

export const tls = defineCheck({
  id: "tls",
  step: "reach",
  outcomes: {
    trusted: { status: "pass" },
    untrusted: { status: "fail", commands: [showCertificate] },
    failed: { status: "fail", commands: [showCertificate] },
    "not-tried": notTried,
  },
  run: ofBoth(({ tls: layer, plainTls }) => {
    // A server that refuses h2 has spoken TLS, so this check passes: the next one tells of h2.
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
  outcomes: {
    spoken: { status: "pass" },
    "http1-only": { status: "fail", commands: [showCertificate] },
    broken: { status: "fail", commands: ["curl -v --http2 https://{host}:{port}/"] },
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
  outcomes: {
    quick: { status: "pass" },
    slow: { status: "warn" },
    "not-tried": notTried,
  },
  run: ofBoth(({ http2: layer }) => {
    if (!layer?.ok) return { outcome: "not-tried" };
    const milliseconds = Math.round(layer.value.milliseconds);
    return { outcome: milliseconds > SLOW ? "slow" : "quick", values: { milliseconds } };
  }),
});
