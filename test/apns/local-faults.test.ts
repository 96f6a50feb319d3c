import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checkRuntime } from "../../src/apns/runtime.js";

vi.mock("undici", () => {
  throw new Error("Cannot find package 'undici'");
});

describe("a fault here that no waiting heals", () => {
  test("is undici, asked for and not installed: each push is told at once what to do, and no socket is opened", async () => {
    const mock = createMockApns();
    const { endpoints, ca, close } = await mock.listen();
    const client = createApnsClient({ ...mock.key, bundleId: "com.example.app", endpoints, ca, transport: "undici" });
    onTestFinished(() => Promise.all([client.close(), close()]).then(() => {}));
    const push = { deviceToken: mock.device().token, pushType: "voip", payload: { callId: "1" } } as const;
    for (const deadline of [Date.now() + 3_600_000, Date.now() + 3_600_000]) {
      expect(await client.send(push, { deadline })).toMatchObject({
        outcome: "unsent",
        attempts: 0,
        error: {
          code: "INVALID_OPTIONS",
          message: expect.stringMatching(/transport: "undici".*install it, or leave the option out/),
        },
      });
    }
    await expect(client.warmUp()).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    expect(mock.connections).toEqual([]);
  });

  test.each(["20.20.2", "22.18.0", "18.0.0", "v21.7"])("Node %s is refused by name", node => {
    expect(() => checkRuntime({ node })).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTIONS",
        message: `createApnsClient: this is Node ${node}; wanted: Node 22.19 or newer`,
      }),
    );
  });

  test.each([
    { node: "22.19.0" },
    { node: "24.0.0" },
    { node: "26.10.1" },
    { node: "18.0.0", bun: "1.3.0" },
    { node: "20.0.0", deno: "2.5.0" },
  ])("a runtime that says %o is taken", versions => {
    expect(() => checkRuntime(versions)).not.toThrow();
  });

  test("a client on a Node that is too old is refused at creation", () => {
    const versions = Object.getOwnPropertyDescriptor(process, "versions") as PropertyDescriptor;
    onTestFinished(() => void Object.defineProperty(process, "versions", versions));
    Object.defineProperty(process, "versions", { ...versions, value: { node: "20.20.2" } });
    expect(() => createApnsClient({ ...createMockApns().key })).toThrow(/this is Node 20\.20\.2; wanted: Node 22\.19/);
  });
});
