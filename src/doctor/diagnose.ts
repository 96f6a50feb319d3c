import type { DeviceStore } from "../devices/device.js";
import { CHECK_TEXTS } from "../explain/catalogue/checks.js";
import { DOCTOR_TEXTS } from "../explain/catalogue/doctor.js";
import { LANGUAGES, type Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import {
  aFlag,
  aFunction,
  aText,
  checkOptions,
  group,
  has,
  type OptionChecks,
  oneOf,
  wants,
  wantsThing,
  whole,
} from "../internal/options.js";
import { DEFAULT_PATHS } from "../internal/route-paths.js";
import { toFinding } from "./check.js";
import { CHECKS } from "./checks/index.js";
import type { Env } from "./env.js";
import { errorWords } from "./error-code.js";
import { type Finding, STEPS, type Step } from "./finding.js";
import { type ApiPaths, createPatient } from "./patient.js";
import { createHider, hideIn } from "./secrets.js";
import { systemWorld, type World } from "./world.js";

/** What is to be examined, and how. Everything is optional: what is not given is skipped, and the findings say so. */
export interface DiagnoseOptions {
  /** The variables of the server under examination. Default: `process.env`. */
  readonly env?: Env | undefined;
  /** Default `"en"`. */
  readonly lang?: Language | undefined;
  /** Only these steps. Default: all. */
  readonly steps?: readonly Step[] | undefined;
  /** Where the API server keeps devices. Read only, unless `write` or `ring` is given. */
  readonly devices?: DeviceStore | undefined;
  /** A shell command that shows the user's rows, for the commands to try next. */
  readonly showDevices?: string | undefined;
  /** The user whose phone should ring. */
  readonly userId?: string | number | undefined;
  /** A Bearer token as the app sends it. Default: one is made with `JWT_SECRET` for `userId`, good for a minute. */
  readonly appToken?: string | undefined;
  /** Paths below `API_URL`. Default: those of `createPushRoutes`. */
  readonly paths?: Partial<ApiPaths> | undefined;
  /** Where the signal server is, without `SOCKETIO_PATH`. */
  readonly signalUrl?: string | undefined;
  /** Sends a real test call to the phones of this user. */
  readonly ring?: string | number | undefined;
  /** Registers the user's newest token once more, through the API. Default false. */
  readonly write?: boolean | undefined;
  /** Milliseconds to wait for one answer. Default 5000. Bounds: 1 to 600000. */
  readonly timeout?: number | undefined;
  /** Called before each check, for a progress display. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the doctor touches, for tests and other runtimes. */
  readonly world?: Partial<World> | undefined;
}

/** Which check is about to run. */
export interface Progress {
  readonly id: string;
  readonly step: Step;
  readonly title: string;
  /** Counts from 1. */
  readonly number: number;
  readonly of: number;
}

const DEFAULT_TIMEOUT = 5000;
const API_PATHS: ApiPaths = { devices: DEFAULT_PATHS.devices, pushCall: DEFAULT_PATHS.call };

const aUser = wants("a user id, text or a number", given => typeof given === "string" || typeof given === "number");
const anObject = wantsThing("an object", given => typeof given === "object" && given !== null);

const CHECKED: OptionChecks<DiagnoseOptions> = {
  env: anObject,
  lang: oneOf(...LANGUAGES),
  steps: wants(
    `a list of ${STEPS.join(", ")}`,
    (given: unknown) => Array.isArray(given) && given.every(step => STEPS.includes(step)),
  ),
  devices: wantsThing("a DeviceStore", has("list")),
  showDevices: aText,
  userId: aUser,
  appToken: aText,
  paths: group<Partial<ApiPaths>>("{ devices, pushCall }", { devices: aText, pushCall: aText }),
  signalUrl: aText,
  ring: aUser,
  write: aFlag,
  timeout: whole(1, 600_000),
  onProgress: aFunction,
  signal: wantsThing("an AbortSignal", has("throwIfAborted")),
  world: anObject,
};

/**
 * Examines a set-up: credentials, the way to Apple, the device store, the API server and the signal server, and says
 * which step a call does not get past, why, and what to do. Changes nothing unless `ring` or `write` is given; rings
 * nobody but the user of `ring`. Findings hold no secret and no whole device token.
 *
 * Sends up to four pushes to device tokens that nobody has, to see whether Apple takes the key, and asks both of Apple's
 * hosts for their root path, to see their clock.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, for what is wrong with the options; what is wrong with the set-up is a finding.
 * @example
 * ```ts
 * import { diagnose } from "apns-voip/doctor";
 *
 * const findings = await diagnose({ userId: 10, devices });
 * const broken = findings.find(({ status }) => status === "fail");
 * if (broken) console.error(broken.step, broken.message, broken.remedy);
 * ```
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Finding[]> {
  checkOptions<DiagnoseOptions>("diagnose", options, CHECKED);
  const { env = process.env, lang = "en", steps, onProgress, signal, appToken } = options;
  const patient = createPatient({
    world: { ...systemWorld, ...options.world },
    env,
    lang,
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    signal,
    devices: options.devices,
    showDevices: options.showDevices,
    userId: textOf(options.userId ?? options.ring),
    appToken,
    paths: { ...API_PATHS, ...options.paths },
    signalUrl: options.signalUrl,
    ring: textOf(options.ring),
    write: options.write ?? false,
  });
  const hide = createHider(env, [appToken]);
  const checks = CHECKS.filter(({ step }) => steps === undefined || steps.includes(step));
  const findings: Finding[] = [];
  for (const [index, check] of checks.entries()) {
    signal?.throwIfAborted();
    const { id, step } = check;
    onProgress?.({ id, step, title: CHECK_TEXTS[lang][id].title, number: index + 1, of: checks.length });
    try {
      const verdicts = [await check.run(patient)].flat();
      findings.push(...verdicts.map(verdict => hideIn(toFinding(check, verdict, lang), hide)));
    } catch (error) {
      signal?.throwIfAborted();
      findings.push(hideIn(stumbled(id, step, error, lang), hide));
    }
  }
  return findings;
}

/** The finding of a check that threw, which must not hide what the other checks found. */
function stumbled(id: string, step: Step, error: unknown, lang: Language): Finding {
  return {
    id,
    step,
    status: "warn",
    outcome: "stumbled",
    message: fill(DOCTOR_TEXTS[lang].stumbled, { words: errorWords(error) }),
    causes: [],
    confirm: [],
    remedy: "",
    commands: [],
  };
}

function textOf(userId: string | number | undefined): string | undefined {
  return userId === undefined ? undefined : String(userId);
}
