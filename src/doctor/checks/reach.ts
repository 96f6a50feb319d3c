import { defineCheck } from "../check.js";
import { setting } from "../env.js";
import { OTHER_PORT } from "../reach.js";
import { because, notTried, ofBoth } from "./of-both.js";

export const dns = defineCheck({
  id: "dns",
  step: "reach",
  outcomes: {
    found: { status: "pass" },
    "not-found": { status: "fail", commands: ["getent hosts {host}", "nslookup {host}", "cat /etc/resolv.conf"] },
    "not-needed": { status: "pass" },
  },
  run: ofBoth(({ addresses }) => {
    if (addresses === undefined) return { outcome: "not-needed" };
    return addresses.ok ? { outcome: "found" } : { outcome: "not-found", ...because(addresses.reason) };
  }),
});

export const tcp = defineCheck({
  id: "tcp",
  step: "reach",
  outcomes: {
    open: { status: "pass" },
    "both-open": { status: "pass" },
    "other-only": { status: "fail", commands: ["export {variable}=https://{host}:{other}"] },
    closed: { status: "fail", commands: ["nc -vz -w 5 {host} {port}", "nc -vz -w 5 {host} 2197"] },
    "elsewhere-closed": { status: "fail", commands: ["nc -vz -w 5 {host} {port}"] },
    "closed-but-proxy": { status: "fail", commands: ['export APNS_PROXY="{proxyReference}"'] },
    "proxy-open": { status: "pass" },
    "proxy-closed": { status: "fail", commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'] },
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
  outcomes: {
    "no-proxy": { status: "pass" },
    open: { status: "pass" },
    "wants-login": { status: "fail" },
    refused: { status: "fail", commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'] },
    failed: { status: "fail", commands: ['curl -v --proxy "$APNS_PROXY" https://{host}:{port}/'] },
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
