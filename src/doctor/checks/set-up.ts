import { readEnvironment } from "../../environment.js";
import { defineCheck } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import { keyIdInName } from "../key-reading.js";

const NEEDED = ["APNS_TEAM_ID", "APNS_KEY_ID"] as const;

export const nodeVersion = defineCheck({
  id: "node-version",
  step: "set-up",
  title: { en: "Node.js is new enough", ja: "Node.jsのバージョン" },
  outcomes: {
    good: { status: "pass", message: { en: "Node.js {version}.", ja: "Node.js {version}です。" } },
    old: {
      status: "fail",
      message: {
        en: "Node.js {version} is too old: apns-voip needs {wanted} or newer.",
        ja: "Node.js {version}は古すぎます。apns-voipには{wanted}以降が必要です。",
      },
      remedy: { en: "Install a current LTS version of Node.js.", ja: "Node.jsの現行LTS版をインストールしてください。" },
      commands: ["node --version"],
    },
  },
  run({ world }) {
    const wanted = "22.19.0";
    const outcome = compareVersions(world.nodeVersion, wanted) < 0 ? "old" : "good";
    return { outcome, values: { version: world.nodeVersion, wanted } };
  },
});

export const variables = defineCheck({
  id: "variables",
  step: "set-up",
  title: { en: "The environment variables are set", ja: "環境変数が設定されている" },
  outcomes: {
    set: {
      status: "pass",
      message: { en: "Team ID, Key ID and key are set.", ja: "Team ID・Key ID・キーが設定されています。" },
    },
    missing: {
      status: "fail",
      message: { en: "Not set: {names}.", ja: "設定されていません: {names}" },
      remedy: {
        en: "Set them where the API server starts, or name the file that holds them with --env-file.",
        ja: "APIサーバの起動環境に設定するか、設定ファイルを--env-fileで指定してください。",
      },
      commands: ["env | grep -o '^APNS_[A-Z_]*'", "npx apns-voip doctor --env-file .env"],
    },
    "two-keys": {
      status: "fail",
      message: {
        en: "Both APNS_P8 and APNS_P8_PATH are set; which key is meant?",
        ja: "APNS_P8とAPNS_P8_PATHの両方が設定されていて、どちらのキーか決められません。",
      },
      remedy: { en: "Keep one of the two.", ja: "どちらか一方だけを残してください。" },
    },
    quoted: {
      status: "fail",
      message: {
        en: "There are quotes or blanks around the value of {names}.",
        ja: "{names}の値の前後に、引用符または空白があります。",
      },
      remedy: {
        en: "Remove them. `docker run --env-file` passes quotes on as part of the value.",
        ja: "取り除いてください。`docker run --env-file`は、引用符を値の一部として渡します。",
      },
    },
  },
  run({ env }) {
    const keys = ["APNS_P8_PATH", "APNS_P8"].filter(name => setting(env, name) !== undefined);
    const missing = [
      ...NEEDED.filter(name => setting(env, name) === undefined),
      ...(keys.length === 0 ? ["APNS_P8_PATH"] : []),
    ];
    if (missing.length > 0) return { outcome: "missing", values: { names: missing.join(", ") } };
    if (keys.length > 1) return { outcome: "two-keys" };
    const quoted = [...NEEDED, "APNS_P8_PATH", "APNS_BUNDLE_ID", "APNS_ENV"].filter(name =>
      /^["'\s]|["'\s]$/.test(env[name] ?? ""),
    );
    return quoted.length > 0 ? { outcome: "quoted", values: { names: quoted.join(", ") } } : { outcome: "set" };
  },
});

export const ids = defineCheck({
  id: "ids",
  step: "set-up",
  title: { en: "Team ID and Key ID are well-formed and in their places", ja: "Team IDとKey IDの形式と位置" },
  outcomes: {
    good: { status: "pass", message: { en: "Both ids have ten characters.", ja: "どちらのIDも10文字です。" } },
    missing: { status: "skip", message: { en: "An id is not set.", ja: "IDが設定されていません。" } },
    malformed: {
      status: "fail",
      message: {
        en: "{names}: wanted ten characters A-Z and 0-9.",
        ja: "{names}: 英大文字と数字の10文字でなければなりません。",
      },
      remedy: {
        en: "The Team ID is at developer.apple.com/account under Membership details; the Key ID is in the name of the key file, AuthKey_XXXXXXXXXX.p8.",
        ja: "Team IDはdeveloper.apple.com/accountの「メンバーシップの詳細」に、Key IDはキーファイルの名前AuthKey_XXXXXXXXXX.p8にあります。",
      },
    },
    swapped: {
      status: "fail",
      message: {
        en: "Swapped: APNS_TEAM_ID holds {id}, which the name of the key file says is the Key ID.",
        ja: "入れ替わっています。APNS_TEAM_IDの{id}は、キーファイルの名前によればKey IDです。",
      },
      remedy: { en: "Swap APNS_TEAM_ID and APNS_KEY_ID.", ja: "APNS_TEAM_IDとAPNS_KEY_IDを入れ替えてください。" },
    },
    "other-key": {
      status: "warn",
      message: {
        en: "APNS_KEY_ID is {id}, but the key file is named after key {named}.",
        ja: "APNS_KEY_IDは{id}ですが、キーファイルの名前はキー{named}のものです。",
      },
      remedy: {
        en: "Unless the file was renamed on purpose, set APNS_KEY_ID={named}.",
        ja: "意図して改名したのでなければ、APNS_KEY_ID={named}にしてください。",
      },
    },
  },
  async run(patient) {
    const team = setting(patient.env, "APNS_TEAM_ID");
    const key = setting(patient.env, "APNS_KEY_ID");
    if (team === undefined || key === undefined) return { outcome: "missing" };
    const malformed = NEEDED.filter(name => !/^[A-Z0-9]{10}$/.test(setting(patient.env, name) ?? ""));
    if (malformed.length > 0) return { outcome: "malformed", values: { names: malformed.join(", ") } };
    const reading = await patient.key();
    const named = keyIdInName("path" in reading ? reading.path : undefined);
    if (named === undefined || named === key) return { outcome: "good" };
    return named === team
      ? { outcome: "swapped", values: { id: team } }
      : { outcome: "other-key", values: { id: key, named } };
  },
});

export const bundleId = defineCheck({
  id: "bundle-id",
  step: "set-up",
  title: { en: "The bundle id is the app's, without .voip", ja: "バンドルID(.voipなし)" },
  outcomes: {
    good: { status: "pass", message: { en: "Calls go to the topic {topic}.", ja: "着信のトピックは{topic}です。" } },
    missing: {
      status: "fail",
      message: {
        en: "APNS_BUNDLE_ID is not set: without it no topic can be made.",
        ja: "APNS_BUNDLE_IDが設定されていないため、トピックを組み立てられません。",
      },
      remedy: {
        en: "Set it to the app's bundle id, as in Xcode.",
        ja: "XcodeにあるアプリのバンドルIDを設定してください。",
      },
    },
    "with-voip": {
      status: "fail",
      message: {
        en: "APNS_BUNDLE_ID ends with .voip, which is added for calls: the topic would have it twice.",
        ja: "APNS_BUNDLE_IDが.voipで終わっています。着信では自動的に付くため、二重になります。",
      },
      remedy: { en: "Set APNS_BUNDLE_ID={plain}.", ja: "APNS_BUNDLE_ID={plain}にしてください。" },
    },
    "with-team": {
      status: "fail",
      message: {
        en: "APNS_BUNDLE_ID begins with the Team ID: that is the App ID, not the bundle id.",
        ja: "APNS_BUNDLE_IDがTeam IDで始まっています。これはApp IDであり、バンドルIDではありません。",
      },
      remedy: { en: "Set APNS_BUNDLE_ID={plain}.", ja: "APNS_BUNDLE_ID={plain}にしてください。" },
    },
    malformed: {
      status: "fail",
      message: {
        en: "APNS_BUNDLE_ID is {given}: only letters, digits, dots and hyphens are allowed.",
        ja: "APNS_BUNDLE_IDが{given}です。使えるのは英数字・ドット・ハイフンだけです。",
      },
      remedy: {
        en: "Copy the bundle id from Xcode (Signing & Capabilities).",
        ja: "Xcodeの「Signing & Capabilities」からバンドルIDをコピーしてください。",
      },
    },
  },
  run({ env }) {
    const given = setting(env, "APNS_BUNDLE_ID");
    if (given === undefined) return { outcome: "missing" };
    if (!/^[A-Za-z0-9.-]+$/.test(given)) return { outcome: "malformed", values: { given: JSON.stringify(given) } };
    if (given.endsWith(".voip")) return { outcome: "with-voip", values: { plain: given.replace(/(\.voip)+$/, "") } };
    const team = setting(env, "APNS_TEAM_ID");
    if (team && given.startsWith(`${team}.`))
      return { outcome: "with-team", values: { plain: given.slice(team.length + 1) } };
    return { outcome: "good", values: { topic: `${given}.voip` } };
  },
});

export const environment = defineCheck({
  id: "environment",
  step: "set-up",
  title: { en: "APNS_ENV is an environment of Apple's", ja: "APNS_ENVの値" },
  outcomes: {
    good: {
      status: "pass",
      message: {
        en: "Devices whose environment is not known are first tried in {environment}.",
        ja: "環境が分からないデバイスは、まず{environment}で試します。",
      },
    },
    wrong: {
      status: "fail",
      message: {
        en: "APNS_ENV is {given}; wanted: production or sandbox.",
        ja: "APNS_ENVが{given}です。productionかsandboxでなければなりません。",
      },
      remedy: {
        en: "production for TestFlight, App Store and Ad Hoc builds; sandbox for builds run from Xcode.",
        ja: "TestFlight・App Store・Ad Hocのビルドならproduction、Xcodeから実行したビルドならsandboxにしてください。",
      },
    },
  },
  run({ env }) {
    const given = setting(env, "APNS_ENV");
    if (given !== undefined && readEnvironment(given) === undefined)
      return { outcome: "wrong", values: { given: JSON.stringify(given) } };
    return { outcome: "good", values: { environment: defaultEnvironment(env) } };
  },
});

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map(version => version.split(".").map(part => Number.parseInt(part, 10)));
  for (let part = 0; part < 3; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
