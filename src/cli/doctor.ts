import { diagnose } from "../doctor/diagnose.js";
import { setting } from "../doctor/env.js";
import { type Finding, STEPS, type Step } from "../doctor/finding.js";
import { DOCTOR_TEXTS } from "../explain/catalogue.js";
import type { Text } from "../explain/language.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { COMMON_OPTIONS, describeOptions, type OptionTable, readNumber, readOptions } from "./options.js";
import { readEnv } from "./read-env.js";
import { countStatuses, firstFailure, renderFindings } from "./render-findings.js";
import { openStore, STORE_OPTIONS } from "./store-options.js";
import { createPage } from "./terminal/page.js";
import { createProgressLine } from "./terminal/progress.js";

const OPTIONS = {
  "env-file": {
    type: "string",
    multiple: true,
    value: "<file>",
    help: {
      en: "Variables of the server under examination; they win over those of the shell",
      ja: "調べるサーバの環境変数ファイル。シェルの変数より優先",
    },
  },
  user: {
    type: "string",
    short: "u",
    value: "<user>",
    help: { en: "Whose phone should ring", ja: "鳴らしたい端末のユーザー" },
  },
  ring: {
    type: "string",
    value: "<user>",
    help: { en: "Send a REAL test call to this user's phones", ja: "このユーザーの端末に実際の試験着信を送る" },
  },
  write: {
    type: "boolean",
    help: {
      en: "Register the user's newest token once more, through the API",
      ja: "ユーザーの最新のトークンを、APIを通してもう一度登録する",
    },
  },
  only: {
    type: "string",
    multiple: true,
    value: "<step>",
    help: { en: `Only this step: ${STEPS.join(", ")}`, ja: `このステップだけ: ${STEPS.join(", ")}` },
  },
  "api-url": {
    type: "string",
    value: "<url>",
    help: { en: "The API server. Default: API_URL", ja: "APIサーバ。既定はAPI_URL" },
  },
  "signal-url": {
    type: "string",
    value: "<url>",
    help: { en: "The signal server, without SOCKETIO_PATH", ja: "シグナルサーバ(SOCKETIO_PATHは付けない)" },
  },
  "devices-path": {
    type: "string",
    value: "<path>",
    help: { en: "Default: /api/v1/me/devices", ja: "既定は/api/v1/me/devices" },
  },
  "push-path": {
    type: "string",
    value: "<path>",
    help: { en: "Default: /api/internal/push/call", ja: "既定は/api/internal/push/call" },
  },
  ...STORE_OPTIONS,
  timeout: {
    type: "string",
    value: "<ms>",
    help: { en: "Patience for one answer. Default: 5000", ja: "1つの応答を待つ時間。既定は5000" },
  },
  strict: { type: "boolean", help: { en: "Exit with 1 on a warning too", ja: "警告でも終了コード1にする" } },
  verbose: { type: "boolean", short: "v", help: { en: "Show what is fine, too", ja: "問題のない項目も表示" } },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

const HELP: Text = {
  en: `Usage: apns-voip doctor [options]

Walks the way of a call, step by step, and says where it stops, why, and what to do.
Changes nothing unless --ring or --write is given. No secret is printed.

{options}

Secrets come from variables, not options: APNS_P8 or APNS_P8_PATH, ADMIN_PUSH_TOKEN, DATABASE_URL,
and for the app's login APP_TOKEN (or JWT_SECRET, to have one made).

Exit code: 0 nothing failed, 1 something failed, 2 used wrongly, 130 interrupted.

Examples:
  apns-voip doctor --env-file .env --user 10
  apns-voip doctor --env-file .env --ring 10
  apns-voip doctor --env-file signal.env --only sending --json`,
  ja: `使い方: apns-voip doctor [オプション]

着信の経路を順にたどり、どこで、なぜ止まるのか、どうすればよいかを示します。
--ringか--writeを付けない限り、何も変更しません。秘密の値は表示しません。

{options}

秘密の値はオプションではなく環境変数で渡します: APNS_P8またはAPNS_P8_PATH、ADMIN_PUSH_TOKEN、DATABASE_URL、
アプリのログインにはAPP_TOKEN(またはその場で作るためのJWT_SECRET)。

終了コード: 0 失敗なし、1 失敗あり、2 使い方の誤り、130 中断。

例:
  apns-voip doctor --env-file .env --user 10
  apns-voip doctor --env-file .env --ring 10
  apns-voip doctor --env-file signal.env --only sending --json`,
};

/** `apns-voip doctor` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(OPTIONS, args);
  if (values.help) {
    io.stdout.write(`${HELP[io.lang].replace("{options}", describeOptions(OPTIONS, io.lang))}\n`);
    return 0;
  }
  const steps = readSteps(values.only);
  const timeout = readNumber("timeout", values.timeout, 1, 600_000);
  const fileEnv = await readEnv(values["env-file"] ?? [], io.env, io.cwd);
  const env = values["api-url"] === undefined ? fileEnv : { ...fileEnv, API_URL: values["api-url"] };
  const userId = values.user ?? values.ring;
  const { "devices-path": devicesPath, "push-path": pushPath } = values;

  const progress = createProgressLine(io.stderr);
  const store = await openStore(values, env, io.cwd);
  let findings: readonly Finding[];
  try {
    findings = await diagnose({
      env,
      lang: io.lang,
      steps,
      devices: store?.devices,
      showDevices: userId === undefined ? undefined : store?.show(userId),
      userId,
      appToken: setting(env, "APP_TOKEN"),
      paths: { ...(devicesPath && { devices: devicesPath }), ...(pushPath && { pushCall: pushPath }) },
      signalUrl: values["signal-url"],
      ring: values.ring,
      write: values.write,
      timeout,
      signal: io.signal,
      world: io.world,
      onProgress: ({ step, title, number, of }) =>
        progress.show(io.stderr.isTerminal ? `[${number}/${of}] ${title}` : `${DOCTOR_TEXTS[io.lang].steps[step]} ...`),
    });
  } finally {
    progress.end();
    await store?.close();
  }

  const counts = countStatuses(findings);
  const failed = counts.fail > 0 || (values.strict === true && counts.warn > 0);
  if (values.json) {
    const stoppedAt = firstFailure(findings)?.step;
    io.stdout.write(`${JSON.stringify({ ok: !failed, ...(stoppedAt && { stoppedAt }), counts, findings }, null, 2)}\n`);
  } else {
    const page = createPage(io.stdout, io.env, values["no-color"]);
    renderFindings(page, findings, {
      lang: io.lang,
      verbose: values.verbose ?? false,
      phoneAsked: steps?.includes("phone") ?? false,
    });
  }
  return failed ? 1 : 0;
}

function readSteps(given: readonly string[] | undefined): readonly Step[] | undefined {
  const names = given?.flatMap(text => text.split(","));
  return names?.map(name => {
    const step = STEPS.find(known => known === name.trim());
    if (step === undefined) throw new UsageError(`--only: ${JSON.stringify(name)} given; wanted: ${STEPS.join(", ")}`);
    return step;
  });
}
