import { defineCheck } from "../check.js";
import { originOf, setting, URL_VARIABLES } from "../env.js";
import { errorCode } from "../error-code.js";
import { shellWord } from "../shell-word.js";

export const endpoints = defineCheck({
  id: "endpoints",
  step: "set-up",
  title: { en: "Pushes go to Apple", ja: "プッシュの送り先" },
  outcomes: {
    apple: {
      status: "pass",
      message: { en: "Pushes go to Apple ({origin}).", ja: "プッシュはAppleへ送られます({origin})。" },
    },
    elsewhere: {
      status: "warn",
      message: {
        en: "{variable} sends pushes to {origin}: that is not Apple, and no phone will ring.",
        ja: "{variable}により、プッシュは{origin}へ送られます。Appleではないため、端末は鳴りません。",
      },
      remedy: {
        en: "Right for a mock; otherwise remove {variable}.",
        ja: "モックなら問題ありません。そうでなければ{variable}を取り除いてください。",
      },
    },
    unusable: {
      status: "fail",
      message: { en: "{variable} is not an https origin.", ja: "{variable}がhttpsのオリジンではありません。" },
      remedy: {
        en: "Remove it, or give an origin without a path, for example https://api.push.apple.com:2197.",
        ja: "取り除くか、パスのないオリジンを指定してください(例: https://api.push.apple.com:2197)。",
      },
    },
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
  title: { en: "APNS_PROXY can be used", ja: "APNS_PROXYの形式" },
  outcomes: {
    unset: {
      status: "pass",
      message: {
        en: "No proxy is set: Apple is reached directly.",
        ja: "プロキシの設定はありません(Appleへ直接接続します)。",
      },
    },
    good: {
      status: "pass",
      message: {
        en: "Apple is reached through the proxy {proxy}.",
        ja: "プロキシ{proxy}を経由してAppleに接続します。",
      },
    },
    unusable: {
      status: "fail",
      message: { en: "APNS_PROXY is not an http URL.", ja: "APNS_PROXYがhttpのURLではありません。" },
      remedy: {
        en: "Write it as http://user:password@host:port, with a proxy that allows CONNECT.",
        ja: "CONNECTを許すプロキシを、http://user:password@host:portの形で指定してください。",
      },
    },
  },
  run({ env }) {
    const given = setting(env, "APNS_PROXY");
    if (given === undefined) return { outcome: "unset" };
    const url = URL.canParse(given) ? new URL(given) : undefined;
    return url?.protocol === "http:" ? { outcome: "good", values: { proxy: url.host } } : { outcome: "unusable" };
  },
});

export const extraCertificates = defineCheck({
  id: "ca-file",
  step: "set-up",
  title: { en: "APNS_CA_PATH can be read", ja: "APNS_CA_PATHを読み取れる" },
  outcomes: {
    unset: {
      status: "pass",
      message: {
        en: "Only the system's certificate authorities are trusted.",
        ja: "システムの認証局だけを信頼します。",
      },
    },
    good: {
      status: "pass",
      message: {
        en: "The certificates in {path} are trusted besides the system's.",
        ja: "システムの認証局に加え、{path}の証明書を信頼します。",
      },
    },
    "no-certificate": {
      status: "fail",
      message: { en: "{path} holds no PEM certificate.", ja: "{path}にPEM形式の証明書がありません。" },
      remedy: {
        en: "Name a file with -----BEGIN CERTIFICATE-----, or remove APNS_CA_PATH.",
        ja: "-----BEGIN CERTIFICATE-----を含むファイルを指定するか、APNS_CA_PATHを取り除いてください。",
      },
      commands: ["openssl x509 -in {shellPath} -noout -subject"],
    },
    unreadable: {
      status: "fail",
      message: { en: "{path} cannot be read ({code}).", ja: "{path}を読み取れません({code})。" },
      remedy: {
        en: "Correct APNS_CA_PATH, or remove it: Apple's certificate needs none.",
        ja: "APNS_CA_PATHを直すか、取り除いてください。Appleの証明書には不要です。",
      },
      commands: ["ls -l {shellPath}"],
    },
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
