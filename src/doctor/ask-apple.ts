import { randomBytes } from "node:crypto";
import type { ApnsClientOptions } from "../apns/options.js";
import type { ApnsResult } from "../apns/push.js";
import type { Environment } from "../environment.js";
import type { World } from "./world.js";

/**
 * Sends a push to a device token that no phone has. Good credentials are answered with `BadDeviceToken`; whatever else
 * comes says what is wrong with them. No phone can ring.
 */
export async function askApple(
  world: World,
  options: ApnsClientOptions,
  environment: Environment,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<ApnsResult> {
  const client = world.createApnsClient({ ...options, environment, maxConnections: 1, timeout, clock: world.clock });
  try {
    return await client.send(
      { deviceToken: randomBytes(32).toString("hex"), pushType: "voip", payload: { aps: {} }, environment },
      { deadline: world.clock.now() + timeout, signal },
    );
  } finally {
    await client.close();
  }
}
