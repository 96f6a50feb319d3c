import { readSettings } from "../apns/options.js";
import { ownFields, preparePush } from "../apns/prepare-push.js";
import type { ApnsPush } from "../apns/push.js";
import { type Env, setting } from "../doctor/env.js";
import { tokenPrefix } from "../internal/describe.js";
import type { ExitCode, Io } from "./command.js";
import type { SendValues } from "./send-options.js";

/** Prints what would be sent. It makes no provider token, so it needs no key. */
export function printDryRun(pushes: readonly ApnsPush[], values: SendValues, env: Env, io: Io, now: number): ExitCode {
  const settings = readSettings({
    ...{ teamId: "DRYRUN0000", keyId: "DRYRUN0000", sign: async () => new Uint8Array() },
    ...{ bundleId: setting(env, "APNS_BUNDLE_ID"), environment: setting(env, "APNS_ENV") as "production" },
    endpoints: { production: setting(env, "APNS_PRODUCTION_URL"), sandbox: setting(env, "APNS_SANDBOX_URL") },
  });
  const requests = pushes.map(push => {
    const prepared = preparePush(push, settings, () => now);
    const { environment, deviceToken, kind, body } = prepared;
    const url = `${settings.origins[environment]}/3/device/${tokenPrefix(deviceToken)}`;
    return {
      method: "POST",
      url,
      headers: { authorization: "bearer [hidden]", ...Object.fromEntries([...kind.fields, ...ownFields(prepared)]) },
      bytes: Buffer.byteLength(body),
      body: JSON.parse(body) as object,
    };
  });
  if (values.json) {
    io.stdout.write(`${JSON.stringify(requests, null, 2)}\n`);
    return 0;
  }
  for (const { method, url, headers, bytes, body } of requests) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    io.stdout.write(`${method} ${url}\n${lines.join("\n")}\n\n${JSON.stringify(body, null, 2)}\n\n${bytes} bytes\n`);
  }
  return 0;
}
