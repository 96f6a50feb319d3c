import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ApnsVoipEvent, createApnsClient, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { redisReceiptStore } from "apns-voip/redis";
import { createMockApns } from "apns-voip/testing";
import { Redis } from "ioredis";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { programArguments } from "../apns/programs/run.js";
import { ownName, redisServer } from "../devices/databases.js";

if (redisServer.missing !== undefined) {
  test.skip(`receipts in a fleet: ${redisServer.missing}`, () => {});
} else {
  const { url } = redisServer;
  const client = new Redis(url);
  afterAll(() => client.quit());

  /** An API server's service with its own Apple and devices; what it has in common with others is in Redis. */
  async function apiServer(prefix: string) {
    const mock = createMockApns();
    const events: ApnsVoipEvent[] = [];
    const receipts = createReceipts({ secret: "a secret of receipts", store: redisReceiptStore(client, { prefix }) });
    const onEvent = (event: ApnsVoipEvent) => events.push(event);
    const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch, onEvent });
    const devices = memoryDeviceStore();
    const phone = mock.device();
    await devices.save(phone.device(10));
    const push = createPushService({ apns, devices, receipts });
    const of = (type: ApnsVoipEvent["type"]) => events.filter(event => event.type === type);
    return { push, phone, of };
  }

  describe("two API servers on Redis", () => {
    test("a receipt may arrive at the one that did not send", async () => {
      const prefix = `${ownName()}:`;
      const [first, second] = [await apiServer(prefix), await apiServer(prefix)];
      // A call id that does not fit into a receipt: only Redis knows it.
      await first.push.sendCall({ toUserId: 10, callId: "c".repeat(300), fromUserId: 11 });
      const { receipt } = first.phone.calls[0]! as { readonly receipt: string };
      expect(await second.push.takeReceipt({ receipt, event: "ringing" })).toBe("taken");
      expect(await first.push.takeReceipt({ receipt, event: "ringing" })).toBe("taken");
      expect([first, second].map(({ of }) => of("push.receipt").length)).toEqual([0, 1]);
      expect(second.of("push.receipt")).toMatchObject([{ toUserId: "10", callId: "c".repeat(300) }]);
      expect(await first.push.readReceipts(10, "c".repeat(300))).toMatchObject([{ event: "ringing" }]);
    });

    test("when the one that sent was killed, another tells once that the phone stayed silent", async () => {
      const prefix = `${ownName()}:`;
      const others = [await apiServer(prefix), await apiServer(prefix)];
      const env = { PATH: process.env.PATH, REDIS_URL: url, PREFIX: prefix };
      const sender = spawn(process.execPath, programArguments("ring-and-hang"), {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => void sender.kill("SIGKILL"));
      await once(sender.stdout, "data");
      sender.kill("SIGKILL");
      const told = () => others.flatMap(({ of }) => of("push.silent"));
      await expect.poll(told, { timeout: 30_000, interval: 100 }).toHaveLength(1);
      expect(told()).toMatchObject([{ toUserId: "10", callId: "11-10" }]);
      // Both look again, and find nobody.
      await new Promise(resolve => setTimeout(resolve, 2_500));
      expect(told()).toHaveLength(1);
    });
  });
}
