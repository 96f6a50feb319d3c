import { existsSync } from "node:fs";
import { createMockApns } from "apns-voip/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CALL, providerToken, voipHeaders } from "./apple.js";

const folder = new URL("../peers/node_modules/msw-2/", import.meta.url);

vi.mock("msw", () => import(new URL("../peers/node_modules/msw-2/lib/core/index.mjs", import.meta.url).href));

describe.skipIf(!existsSync(folder))("Apple behind msw 2 (needs: npm ci --prefix test/peers)", () => {
  const mock = createMockApns();
  let close: () => void;

  beforeAll(async () => {
    const { apnsHandlers } = await import("apns-voip/testing/msw");
    const { setupServer } = (await import(new URL("lib/node/index.mjs", folder).href)) as typeof import("msw/node");
    const server = setupServer(...apnsHandlers(mock));
    server.listen();
    close = () => server.close();
  });
  afterAll(() => close());

  it("rings the phone, refuses with Apple's reasons, and fails where a fault leaves no answer", async () => {
    const phone = mock.device();
    const headers = voipHeaders(await providerToken(mock.key)) as Record<string, string>;
    const push = (token: string) =>
      fetch(`https://api.push.apple.com/3/device/${token}`, { method: "POST", headers, body: JSON.stringify(CALL) });
    expect((await push(phone.token)).status).toBe(200);
    expect(phone.calls).toHaveLength(1);
    expect(await (await push("ab".repeat(32))).json()).toEqual({ reason: "BadDeviceToken" });
    mock.script("*", [{ fault: "cut-before" }]);
    await expect(push(phone.token)).rejects.toThrow(TypeError);
  });
});
