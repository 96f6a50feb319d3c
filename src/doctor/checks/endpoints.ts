import { whatIsWrongWithProxy } from "../../apns/proxy.js";
import { shellWord } from "../../internal/shell-word.js";
import { defineCheck } from "../check.js";
import { originOf, proxySetting, setting, URL_VARIABLES } from "../env.js";
import { errorCode } from "../error-code.js";

export const endpoints = defineCheck({
  id: "endpoints",
  step: "set-up",
  outcomes: {
    apple: { status: "pass" },
    elsewhere: { status: "warn" },
    unusable: { status: "fail" },
  },
  run({ env }) {
    return (["production", "sandbox"] as const).map(subject => {
      const variable = URL_VARIABLES[subject];
      const given = setting(env, variable);
      const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
      if (given !== undefined && (url?.protocol !== "https:" || url.pathname !== "/"))
        return { outcome: "unusable", subject, values: { variable } };
      const { origin, apple } = originOf(env, subject);
      return { outcome: apple ? "apple" : "elsewhere", subject, values: { variable, origin } };
    });
  },
});

export const proxyUrl = defineCheck({
  id: "proxy-url",
  step: "set-up",
  outcomes: {
    unset: { status: "pass" },
    good: { status: "pass" },
    unusable: { status: "fail" },
  },
  run({ env }) {
    const given = proxySetting(env);
    if (given === undefined) return { outcome: "unset" };
    if (whatIsWrongWithProxy(given) !== undefined) return { outcome: "unusable" };
    return { outcome: "good", values: { proxy: new URL(given).host } };
  },
});

export const extraCertificates = defineCheck({
  id: "ca-file",
  step: "set-up",
  outcomes: {
    unset: { status: "pass" },
    good: { status: "pass" },
    "no-certificate": { status: "fail", commands: ["openssl x509 -in {shellPath} -noout -subject"] },
    unreadable: { status: "fail", commands: ["ls -l {shellPath}"] },
  },
  async run({ env, world }) {
    const path = setting(env, "APNS_CA_PATH");
    if (path === undefined) return { outcome: "unset" };
    const values = { path, shellPath: shellWord(path) };
    try {
      const text = Buffer.from(await world.readFile(path)).toString("latin1");
      return { outcome: text.includes("-----BEGIN CERTIFICATE-----") ? "good" : "no-certificate", values };
    } catch (error) {
      return { outcome: "unreadable", values: { ...values, code: errorCode(error) ?? "?" } };
    }
  },
});
