import { resolve } from "node:path";
import { isBundleId } from "../apns/bundle-id.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import { tokenPrefix } from "../internal/describe.js";
import { shellWord } from "../internal/shell-word.js";
import { viewPhone } from "../testing/program/phone-view.js";
import { type MockProgram, startMockProgram } from "../testing/program/start.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { printLive } from "./mock-live.js";
import { MOCK_OPTIONS, readPhone, readToken } from "./mock-options.js";
import { describeCommand, readNumber, readOptions } from "./options.js";
import { createPage, type Page } from "./terminal/page.js";
import { displayWidth } from "./terminal/width.js";

const LARGEST_PORT = 65_535;

/** `apns-voip mock` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(MOCK_OPTIONS, args);
  if (values.help) {
    io.stdout.write(`${describeCommand(MOCK_OPTIONS, COMMAND_TEXTS[io.lang].mock, io.lang)}\n`);
    return 0;
  }
  const bundleId = values["bundle-id"];
  if (bundleId !== undefined && !isBundleId(bundleId)) {
    throw new UsageError(`--bundle-id: ${JSON.stringify(bundleId)} given; wanted: com.example.app, without .voip`);
  }
  const port = (name: "port" | "sandbox-port" | "control-port") => readNumber(name, values[name], 0, LARGEST_PORT);
  const token = readToken(io.env.APNS_VOIP_MOCK_TOKEN);
  const ringFor = readNumber("ring-for", values["ring-for"], 0, 86_400);

  const program = await startMockProgram({
    port: port("port"),
    sandboxPort: port("sandbox-port"),
    controlPort: port("control-port"),
    host: values.host,
    hostNames: values["host-name"],
    folder: resolve(io.cwd, values.dir ?? ".apns-voip-mock"),
    bundleId,
    phones: (values.phone ?? ["10"]).map(readPhone),
    token,
    receipts: values.receipts,
    ringFor: ringFor === undefined ? undefined : ringFor * 1000,
    mock: {
      keep: readNumber("keep", values.keep, 1, 1_000_000) ?? 1000,
      seed: readNumber("seed", values.seed, 0, 2 ** 32 - 1),
    },
    onError: error => io.stderr.write(`apns-voip mock: ${error instanceof Error ? error.stack : String(error)}\n`),
  });
  const page = createPage(io.stdout, io.env, values["no-color"]);
  // A token that the user has given is not printed: they know it.
  const tokenToTell = token === undefined ? program.token : undefined;
  if (values.json) io.stdout.write(`${JSON.stringify(toJson(program, tokenToTell))}\n`);
  else print(page, program, tokenToTell, io.lang);
  if (!values.json && !values.quiet) printLive(program.live, page, io.lang);

  await untilAborted(io.signal);
  await program.close();
  return 0;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What `--json` prints, in one line, when everything is ready. */
function toJson({ setUp, controlUrl, scene }: MockProgram, token: string | undefined): object {
  return { controlUrl, ...(token && { token }), ...setUp, devices: [...scene.handsets.values()].map(viewPhone) };
}

function print(page: Page, { setUp, controlUrl, scene }: MockProgram, token: string | undefined, lang: Language): void {
  const { endpoints, caPath, keyPath, keyId, teamId, envPath, env } = setUp;
  const { words } = COMMAND_TEXTS[lang].mock;
  const names = [words.page, words.production, words.sandbox, words.ca, words.key, words.phone];
  const width = Math.max(...names.map(name => displayWidth(name)));
  const put = (name: string, value: string) => {
    const blanks = " ".repeat(width - displayWidth(name));
    page.verbatim(`  ${page.paint.dim(name)}${blanks}  ${value}`);
  };

  page.verbatim(page.paint.bold(words.title));
  page.gap();
  put(words.page, page.paint.cyan(token === undefined ? controlUrl : `${controlUrl}/?token=${token}`));
  if (token !== undefined) page.put(words.token, { lead: " ".repeat(width + 4) });
  put(words.production, endpoints.production);
  put(words.sandbox, endpoints.sandbox);
  put(words.ca, caPath);
  put(words.key, fill(words.keyOf, { key: keyPath, team: teamId, id: keyId }));
  for (const { device } of scene.handsets.values()) {
    const { token: deviceToken, userId, pushType, environment, bundleId } = device;
    put(words.phone, `${userId}: ${pushType}, ${environment}, ${bundleId}, ${tokenPrefix(deviceToken)}`);
  }
  page.put(fill(words.wholeTokens, { url: `${controlUrl}/control/devices` }), { lead: " ".repeat(width + 4) });
  page.gap();
  page.put(fill(words.env, { file: shellWord(envPath) }));
  page.gap();
  for (const [name, value] of Object.entries(env)) page.verbatim(`export ${name}=${shellWord(value)}`);
  page.gap();
  page.put(words.end);
}
