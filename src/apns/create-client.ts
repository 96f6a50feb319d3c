import type { Environment } from "../environment.js";
import type { ApnsClient } from "./client.js";
import { combineApnsClients } from "./combine-clients.js";
import { createOneClient } from "./one-client.js";
import { type ApnsClientOptions, readSettings } from "./options.js";
import { checkRuntime } from "./runtime.js";

/**
 * A client of Apple's push service. Nothing is connected before the first push or `warmUp()`.
 *
 * @throws {ApnsVoipError} `INVALID_OPTIONS` naming every option that is wrong, `INVALID_KEY` naming what the key is instead.
 *
 * @example
 * ```ts
 * const apns = createApnsClient(apnsOptionsFromEnv());
 * const result = await apns.send({ deviceToken, pushType: "voip", payload: { callId: "11-10" } });
 * if (result.outcome === "rejected") console.error(result.reason);
 * ```
 */
export function createApnsClient(options: ApnsClientOptions): ApnsClient {
  checkRuntime();
  const settings = readSettings(options);
  const { sandbox, key, keyPath, sign, ...rest } = options;
  if (sandbox === undefined) return createOneClient(options, settings);
  // Each environment has its own key, so each gets a client. The first is that of the default environment.
  const only = (environment: Environment) => {
    const own = environment === "sandbox" ? { ...rest, ...sandbox } : { ...rest, key, keyPath, sign };
    const its = { ...own, environment, environments: [environment] } as ApnsClientOptions;
    return createOneClient(its, readSettings(its));
  };
  const { environment } = settings;
  return combineApnsClients([only(environment), only(environment === "sandbox" ? "production" : "sandbox")]);
}
