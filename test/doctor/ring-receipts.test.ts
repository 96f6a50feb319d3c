import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApnsClient, createPushRoutes, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { diagnose } from "apns-voip/doctor";
import { toNodeHandler } from "apns-voip/node";
import { createMockApns } from "apns-voip/testing";
import { expect, onTestFinished, test } from "vitest";

const ADMIN = "admin-secret-of-the-test";

/** An API server that gives receipts, a phone that reports to it, and what the doctor finds of the ring. */
async function ringFinding(prepare: (phone: ReturnType<ReturnType<typeof createMockApns>["device"]>) => void) {
  const mock = createMockApns();
  const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch });
  const devices = memoryDeviceStore();
  const receipts = createReceipts({ secret: "a secret of receipts" });
  const push = createPushService({ apns, devices, receipts });
  const routes = createPushRoutes({ push, authenticate: async () => null, adminToken: ADMIN });
  mock.receipts({ fetch: routes.fetch });
  const phone = mock.device();
  await devices.save(phone.device(10));
  prepare(phone);
  const server = createServer(toNodeHandler(routes)).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const env = { API_URL: `http://127.0.0.1:${port}`, ADMIN_PUSH_TOKEN: ADMIN };
  const findings = await diagnose({ env, ring: "10" });
  return { finding: findings.find(({ id }) => id === "ring"), phone };
}

test("a test call that the phone reports says after how long it rang", async () => {
  const { finding } = await ringFinding(() => {});
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding!.message).toMatch(/ rings, by its own word, \d+ ms after Apple accepted the test call\.$/);
});

test("a test call of which the phone reports nothing is a finding of its own, with what to look at first", async () => {
  const { finding } = await ringFinding(phone => {
    phone.silent = true;
  });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding!.message).toContain("has reported nothing");
  expect(finding!.remedy).toMatch(/stopped delivery.*removed.*out of reach.*no receipts/);
}, 240_000);
