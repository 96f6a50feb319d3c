import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { apnsHandlers } from "apns-voip/testing/msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CALL, providerToken, voipHeaders } from "./apple.js";

describe("Apple behind msw 3", () => {
  const mock = createMockApns();
  const server = setupServer(...apnsHandlers(mock));
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => mock.reset());
  afterAll(() => server.close());

  const client = (more = {}) =>
    createApnsClient({
      ...mock.key,
      bundleId: "com.example.app",
      fetch: (input, init) => globalThis.fetch(input, init),
      clock: mock.clock,
      ...more,
    });

  it("rings the phone, in either environment", async () => {
    await using apns = client();
    for (const environment of ["production", "sandbox"] as const) {
      const phone = mock.device({ environment });
      const result = await apns.send({ deviceToken: phone.token, pushType: "voip", payload: CALL, environment });
      expect(result).toMatchObject({ outcome: "accepted", environment });
      expect(phone.calls).toHaveLength(1);
    }
    expect(mock.violations).toEqual([]);
  });

  it("refuses with Apple's reasons", async () => {
    await using apns = client();
    const phone = mock.device();
    phone.uninstall(new Date(1234));
    const result = await apns.send({ deviceToken: phone.token, pushType: "voip", payload: CALL });
    expect(result).toMatchObject({
      outcome: "rejected",
      status: 410,
      reason: "Unregistered",
      timestamp: new Date(1234),
    });
  });

  it("answers on port 2197 and under the sandbox's old name", async () => {
    const phone = mock.device({ environment: "sandbox" });
    const headers = voipHeaders(await providerToken(mock.key)) as Record<string, string>;
    for (const origin of ["https://api.development.push.apple.com", "https://api.sandbox.push.apple.com:2197"]) {
      const answer = await fetch(`${origin}/3/device/${phone.token}`, {
        method: "POST",
        headers,
        body: JSON.stringify(CALL),
      });
      expect(answer.status).toBe(200);
    }
  });

  it("has no answer where a fault leaves none", async () => {
    mock.script("*", [{ fault: "cut-after" }]);
    await using apns = client();
    const result = await apns.send({ deviceToken: mock.device().token, pushType: "voip", payload: CALL });
    expect(result.outcome).toBe("unknown");
  });
});
