import { describe } from "../internal/describe.js";
import { isNothing } from "../internal/nothing.js";
import type { PushService } from "../push/push-service.js";
import { readBundleId } from "../push/registration.js";
import { createRegistry } from "../push/registry.js";
import { refuseRequest, success } from "./answer.js";
import { type Authenticate, badToken, identify, requireUser } from "./authenticate.js";
import { readJsonObject, readOptionalJsonObject } from "./json-body.js";
import type { RouteRequest, Serve } from "./route.js";

export interface DeviceRoutesOptions {
  readonly push: Pick<PushService, "registerDevice" | "unregisterDevice" | "devices" | "onEvent" | "clock">;
  readonly authenticate: Authenticate;
  readonly bundleIds: readonly string[] | undefined;
  readonly unregisterWithoutLogin: boolean;
}

/** The routes by which a phone gives its tokens and takes them back. */
export function deviceRoutes(
  { push, authenticate, bundleIds, unregisterWithoutLogin }: DeviceRoutesOptions,
  answering: (serve: Serve) => Serve,
): { readonly registerDevice: Serve; readonly unregisterDevice: Serve } {
  const { devices, clock, onEvent } = push;
  const registry = createRegistry({ devices, clock, onEvent, teamIds: [] });

  return {
    registerDevice: answering(async (request, native) => {
      const userId = await requireUser(authenticate, request, native);
      const body = await readJsonObject(request);
      const bundleId = readBundleId(body.bundleId);
      if (bundleIds !== undefined && typeof bundleId === "string" && !bundleIds.includes(bundleId)) {
        const apps = bundleIds.join(", ");
        const message = `bundleId must be one of this server's apps (${apps}), not ${describe(bundleId)}`;
        throw refuseRequest("bundleId", message);
      }
      // The service judges the body, field by field.
      await push.registerDevice(userId, body as never);
      return success;
    }),

    unregisterDevice: answering(async (request, native) => {
      const { userId, expiredUserId, refused } = await identify(authenticate, request, native);
      // An expired login may still give its own tokens back: that harms nobody else, and the phone would ring on
      // otherwise.
      const owner = userId ?? expiredUserId;
      if (owner === undefined && !unregisterWithoutLogin) throw badToken(refused);
      const body = await readOptionalJsonObject(request);
      if (owner !== undefined) {
        await push.unregisterDevice(owner, { ...fieldsOf(request.query), ...present(body) });
      } else {
        // A token in a query proves nothing, because queries are in the access logs of proxies.
        if (Object.keys(present(body)).length === 0) throw badToken(refused);
        await registry.drop(body);
      }
      return userId === undefined
        ? { ...success, detail: owner === undefined ? "no login" : "expired login" }
        : success;
    }),
  };
}

function fieldsOf(query: RouteRequest["query"]): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(query));
}

function present(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !isNothing(value)));
}
