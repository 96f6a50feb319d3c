import { readFileSync } from "node:fs";
import { createPushRoutes, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { createApnsClient } from "apns-voip/apns";
import { parseCallPayload } from "apns-voip/payload";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";

const BODY = /^`(?:(PUT|DELETE|POST) (\/\S+)|payload)`\n\n```json\n(.*?)^```$/gms;

/** Each JSON body of the page, with where it goes. Without a method it is what the phone gets. */
function bodiesOf(page: string) {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(BODY)].map(([, method, path, json = ""]) => ({ method, path, body: JSON.parse(json) }));
}

describe.each(["phone.md", "phone.ja.md"])("docs/%s", page => {
  const bodies = bodiesOf(page);

  test("has a body for each message that a phone sends or gets", () => {
    const sent = bodies.map(({ method = "payload", path = "" }) => `${method} ${path}`.trim());
    expect(sent).toEqual([
      "PUT /api/v1/me/devices",
      "DELETE /api/v1/me/devices",
      "POST /api/v1/calls/receipts",
      "POST /api/v1/calls/receipts",
      "payload",
    ]);
    const json = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8").match(/^```json$/gm) ?? [];
    expect(json).toHaveLength(bodies.length);
  });

  test.each(bodies.filter(({ method }) => method !== undefined))("$method $path takes $body", async sent => {
    const mock = createMockApns();
    const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch });
    const receipts = createReceipts({ secret: "a secret of receipts" });
    const push = createPushService({ apns, devices: memoryDeviceStore(), receipts });
    const authenticate = async () => ({ userId: 10 });
    const routes = createPushRoutes({ push, authenticate, adminToken: "admin-secret" });
    const phone = mock.device();
    await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
    await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
    const { receipt } = phone.calls[0]!;
    const body = { ...sent.body, ...("receipt" in sent.body && { receipt }) };
    const response = await routes.fetch(
      new Request(`http://api.test${sent.path}`, {
        method: sent.method!,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
  });

  test("shows the payload as the service makes it", () => {
    const { body } = bodies.at(-1)!;
    expect(parseCallPayload(body)).toEqual({ payload: body, recovered: false, issues: [] });
  });
});
