import { defineCheck } from "../check.js";
import { shellWord } from "../shell-word.js";

export const keyFile = defineCheck({
  id: "key",
  step: "set-up",
  title: {
    en: "The .p8 key can be read and is an EC P-256 private key",
    ja: ".p8キーを読み取れ、EC P-256の秘密鍵である",
  },
  outcomes: {
    good: {
      status: "pass",
      message: { en: "The key is an EC P-256 private key.", ja: "キーはEC P-256の秘密鍵です。" },
    },
    missing: { status: "skip", message: { en: "No key is set.", ja: "キーが設定されていません。" } },
    unreadable: {
      status: "fail",
      message: {
        en: "The key file {path} cannot be read ({code}).",
        ja: "キーファイル{path}を読み取れません({code})。",
      },
      remedy: {
        en: "Correct APNS_P8_PATH, mount the file into the container, or let the server's user read it.",
        ja: "APNS_P8_PATHを直すか、ファイルをコンテナにマウントするか、サーバの実行ユーザーが読めるようにしてください。",
      },
      commands: ["ls -l {shellPath}", "id"],
    },
    wrong: {
      status: "fail",
      message: { en: "Not a key for APNs: {words}.", ja: "APNs用のキーではありません: {words}" },
      remedy: {
        en: "Use the .p8 file as Apple handed it out. A .p12 certificate is not supported: create a key at developer.apple.com, under Certificates, Identifiers & Profiles > Keys, with APNs enabled.",
        ja: "Appleから受け取った.p8ファイルをそのまま使ってください。.p12証明書には対応していません。developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」で、APNsを有効にしたキーを作成してください。",
      },
      commands: ['openssl pkey -in "$APNS_P8_PATH" -noout -text_pub'],
    },
  },
  async run(patient) {
    const key = await patient.key();
    switch (key.state) {
      case "unreadable":
        return { outcome: "unreadable", values: { path: key.path, shellPath: shellWord(key.path), code: key.reason } };
      case "wrong":
        return { outcome: "wrong", values: { words: key.words } };
      default:
        return { outcome: key.state };
    }
  },
});

export const keyMode = defineCheck({
  id: "key-mode",
  step: "set-up",
  title: { en: "Only the server can read the key file", ja: "キーファイルの権限" },
  outcomes: {
    closed: {
      status: "pass",
      message: {
        en: "The key file is readable by its owner only ({mode}).",
        ja: "キーファイルは所有者だけが読めます({mode})。",
      },
    },
    mounted: {
      status: "pass",
      message: {
        en: "The key file is a mounted secret ({path}).",
        ja: "キーファイルは、マウントされたシークレットです({path})。",
      },
    },
    open: {
      status: "warn",
      message: {
        en: "Other users of this machine can read the key file {path} ({mode}).",
        ja: "このマシンのほかのユーザーがキーファイル{path}を読めます({mode})。",
      },
      remedy: {
        en: "Whoever has the key can send pushes to every app of the team: close the file.",
        ja: "キーを持つ者は、チームのすべてのアプリにプッシュを送れます。権限を閉じてください。",
      },
      commands: ["chmod 600 {shellPath}"],
    },
    "no-file": {
      status: "skip",
      message: { en: "There is no key file to look at.", ja: "調べるキーファイルがありません。" },
    },
  },
  async run(patient) {
    const key = await patient.key();
    const path = "path" in key && key.state !== "unreadable" ? key.path : undefined;
    const bits = path === undefined ? undefined : await patient.world.fileMode(path).catch(() => undefined);
    if (path === undefined || bits === undefined) return { outcome: "no-file" };
    // Orchestrators mount secrets readable for all, inside a container that has one user.
    if (/^\/(var\/)?run\/secrets\//.test(path)) return { outcome: "mounted", values: { path } };
    const outcome = (bits & 0o077) === 0 ? "closed" : "open";
    return { outcome, values: { path, shellPath: shellWord(path), mode: bits.toString(8).padStart(4, "0") } };
  },
});
