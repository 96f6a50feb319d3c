import type { ApnsClient } from "../apns/client.js";
import { createApnsClient } from "../apns/create-client.js";
import { apnsOptionsFromEnv } from "../apns/options-from-env.js";
import type { ApnsPush, ApnsResult } from "../apns/push.js";
import { PUSH_TYPES } from "../apns/push-types.js";
import { systemClock } from "../clock.js";
import type { Device } from "../devices/device.js";
import type { Env } from "../doctor/env.js";
import { otherEnvironment } from "../environment.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { explainReason } from "../explain/explain-reason.js";
import { fill } from "../explain/texts.js";
import { tokenPrefix } from "../internal/describe.js";
import { presets } from "../payload/presets.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { describeCommand, readNumber, readOptions } from "./options.js";
import { readEnv } from "./read-env.js";
import { printDryRun } from "./send-dry-run.js";
import { draftPush, type PushDraft, SEND_OPTIONS, type SendValues } from "./send-options.js";
import { openStore } from "./store-options.js";
import { createPage, type Page } from "./terminal/page.js";
import { createProgressLine } from "./terminal/progress.js";

/** One push and what came of it. */
interface Sent {
  readonly push: ApnsPush;
  readonly result: ApnsResult;
  /** True when the environment that was tried first did not know the token, and the other one did. */
  readonly moved: boolean;
}

/** `apns-voip send` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(SEND_OPTIONS, args);
  if (values.help) {
    const names = Object.keys(presets).join(", ");
    io.stdout.write(`${describeCommand(SEND_OPTIONS, COMMAND_TEXTS[io.lang].send, io.lang, { presets: names })}\n`);
    return 0;
  }
  if ((values.token === undefined) === (values.user === undefined)) {
    throw new UsageError("send: give either --token or --user; --help tells more");
  }
  const env = await readEnv(values["env-file"] ?? [], io.env, io.cwd);
  const clock = io.world?.clock ?? systemClock;
  const draft = await draftPush(values, io.cwd, clock.now());
  const pushes = await addressed(draft, values, env, io.cwd);
  if (values["dry-run"]) return printDryRun(pushes, values, env, io, clock.now());

  const timeout = readNumber("timeout", values.timeout, 1, 3_600_000) ?? 30_000;
  const client = (io.world?.createApnsClient ?? createApnsClient)({ ...apnsOptionsFromEnv(env), clock });
  const progress = createProgressLine(io.stderr);
  progress.show(fill(COMMAND_TEXTS[io.lang].send.words.sending, { n: pushes.length }));
  try {
    const deadline = clock.now() + timeout;
    const sent = await Promise.all(pushes.map(push => sendOne(client, push, { deadline, signal: io.signal })));
    progress.end();
    if (values.json) io.stdout.write(`${JSON.stringify(sent.map(toJson), null, 2)}\n`);
    else for (const one of sent) render(createPage(io.stdout, env, values["no-color"]), one, io);
    return sent.every(({ result }) => result.outcome === "accepted") ? 0 : 1;
  } finally {
    progress.end();
    await client.close();
  }
}

/** One push per device: the token that was given, or all of the user's. */
async function addressed(draft: PushDraft, values: SendValues, env: Env, cwd: string): Promise<readonly ApnsPush[]> {
  if (values.token !== undefined) return [{ ...draft, deviceToken: values.token }];
  const store = await openStore(values, env, cwd);
  if (store === undefined)
    throw new UsageError("send --user: say where devices are kept: --database (or DATABASE_URL), --redis or --store");
  try {
    const kind = draft.pushType === "voip" ? "voip" : "alert";
    const devices = await store.devices.list(values.user!, kind);
    if (devices.length === 0)
      throw new UsageError(`send --user: user ${values.user} has no ${kind} token in this store`);
    return devices.map(device => forDevice(draft, device));
  } finally {
    await store.close();
  }
}

/** Topic and environment are the device's own, unless they were given. */
function forDevice(draft: PushDraft, { token, bundleId, environment }: Device): ApnsPush {
  const { suffix } = PUSH_TYPES[draft.pushType];
  const topic = draft.topic ?? (bundleId === undefined ? undefined : `${bundleId}${suffix ?? ""}`);
  return { ...draft, deviceToken: token, topic, environment: draft.environment ?? environment };
}

/** Where nobody named the environment of a token, both are tried, as the push service does. */
async function sendOne(
  client: ApnsClient,
  push: ApnsPush,
  options: { deadline: number; signal: AbortSignal },
): Promise<Sent> {
  const result = await client.send(push, options);
  const unknownThere = result.outcome === "rejected" && result.reason === "BadDeviceToken";
  if (push.environment !== undefined || !unknownThere) return { push, result, moved: false };
  const second = await client.send({ ...push, environment: otherEnvironment(result.environment) }, options);
  return second.outcome === "accepted" ? { push, result: second, moved: true } : { push, result, moved: false };
}

function toJson({ push, result }: Sent): object {
  const { outcome, environment, apnsId, attempts } = result;
  return {
    ...{ token: tokenPrefix(push.deviceToken), environment, outcome, apnsId, attempts },
    ...(result.outcome === "accepted" && { apnsUniqueId: result.apnsUniqueId }),
    ...(result.outcome === "rejected" && {
      status: result.status,
      reason: result.reason,
      timestamp: result.timestamp,
      disposition: result.disposition,
    }),
    ...("error" in result && { code: result.error.code, message: result.error.message }),
  };
}

function render(page: Page, { push, result, moved }: Sent, { lang }: Io): void {
  const good = result.outcome === "accepted";
  const { environment, apnsId } = result;
  const values: Record<string, string> = {
    ...{ token: tokenPrefix(push.deviceToken), environment, apnsId, other: otherEnvironment(environment) },
    ...(result.outcome === "rejected" && { status: String(result.status), reason: result.reason }),
    ...("error" in result && { message: result.error.message }),
    ...(result.outcome === "accepted" && { uniqueId: result.apnsUniqueId ?? "" }),
  };
  const { headings, send } = COMMAND_TEXTS[lang];
  const words = (text: string) => fill(text, values);
  const paint = good ? page.paint.green : result.outcome === "unknown" ? page.paint.yellow : page.paint.red;
  page.put(words(send.words[result.outcome]), {
    lead: `${paint(good ? "✓" : result.outcome === "unknown" ? "!" : "✗")} `,
    leadWidth: 2,
  });
  if (moved) page.put(words(send.words.learned), { lead: "  " });
  if (values.uniqueId) page.put(words(send.words.uniqueId), { lead: "  " });
  if (result.outcome === "accepted") return;
  const { meaning, causes, remedy } = explainReason(result.outcome === "rejected" ? result.reason : result.error.code, {
    lang,
  });
  page.put(meaning, { lead: "  " });
  page.put(headings.causes, { lead: "  ", style: page.paint.bold });
  for (const [index, cause] of causes.entries()) page.put(cause, { lead: `    ${index + 1}. ` });
  page.put(headings.remedy, { lead: "  ", style: page.paint.bold });
  page.put(remedy, { lead: "    " });
}
