import { diagnose } from "../doctor/diagnose.js";
import { setting } from "../doctor/env.js";
import { type Finding, STEPS, type Step } from "../doctor/finding.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { DOCTOR_TEXTS } from "../explain/catalogue/doctor.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { COMMON_OPTIONS, describeCommand, type OptionTable, readNumber, readOptions } from "./options.js";
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
  },
  user: {
    type: "string",
    short: "u",
    value: "<user>",
  },
  ring: {
    type: "string",
    value: "<user>",
  },
  write: {
    type: "boolean",
  },
  only: {
    type: "string",
    multiple: true,
    value: "<step>",
  },
  "api-url": {
    type: "string",
    value: "<url>",
  },
  "signal-url": {
    type: "string",
    value: "<url>",
  },
  "devices-path": {
    type: "string",
    value: "<path>",
  },
  "push-path": {
    type: "string",
    value: "<path>",
  },
  ...STORE_OPTIONS,
  timeout: {
    type: "string",
    value: "<ms>",
  },
  strict: { type: "boolean" },
  verbose: { type: "boolean", short: "v" },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

/** `apns-voip doctor` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(OPTIONS, args);
  if (values.help) {
    const steps = STEPS.join(", ");
    io.stdout.write(`${describeCommand(OPTIONS, COMMAND_TEXTS[io.lang].doctor, io.lang, { steps })}\n`);
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
