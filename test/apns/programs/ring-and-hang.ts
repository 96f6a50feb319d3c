import { createApnsClient, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { redisReceiptStore } from "apns-voip/redis";
import { createMockApns } from "apns-voip/testing";
import { Redis } from "ioredis";

// Rings a phone that reports nothing, says so, and then does nothing more until it is killed.
const client = new Redis(process.env.REDIS_URL as string);
const store = redisReceiptStore(client, { prefix: process.env.PREFIX });
const receipts = createReceipts({ secret: "a secret of receipts", store, silentAfter: 1_000 });
const mock = createMockApns();
const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch });
const devices = memoryDeviceStore();
const phone = mock.device();
await devices.save(phone.device(10));
const push = createPushService({ apns, devices, receipts });
await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
// Nobody waits for what is stored about the push: it is there when its report is due some time.
while ((await client.zcard(`${process.env.PREFIX}receipts-due`)) === 0) await new Promise(setImmediate);
console.log((phone.calls[0] as unknown as { receipt: string }).receipt);
setInterval(() => {}, 1_000);
