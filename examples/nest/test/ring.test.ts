import "reflect-metadata";
import { createHmac } from "node:crypto";
import type { INestApplication } from "@nestjs/common";
import { Test } from "@nestjs/testing";
import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { PushModule } from "../src/push.module";
import { APNS } from "../src/tokens";

process.env.JWT_SECRET = "a-secret-for-this-test-of-32-bytes";
process.env.ADMIN_PUSH_TOKEN = "an-admin-token-for-this-test";

const mock = createMockApns();
const phone = mock.device();
let app: INestApplication;
let url: string;

beforeAll(async () => {
  const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
  const module = await Test.createTestingModule({ imports: [PushModule] })
    .overrideProvider(APNS)
    .useValue(apns)
    .compile();
  app = module.createNestApplication();
  await app.listen(0);
  url = await app.getUrl();
});
afterAll(() => app.close());

function loginOf(uid: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${encode({ alg: "HS256" })}.${encode({ uid, exp: Math.floor(Date.now() / 1000) + 60 })}`;
  return `Bearer ${text}.${createHmac("sha256", process.env.JWT_SECRET as string)
    .update(text)
    .digest("base64url")}`;
}

async function send(method: string, path: string, headers: Record<string, string>, body?: object) {
  const init = { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/${path}`, init);
  return { status: response.status, body: await response.json() };
}

const registration = { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token };

test("a phone registers behind the guard, and a call from the signal server rings it", async () => {
  const registered = await send("PUT", "api/v1/me/devices", { authorization: loginOf(10) }, registration);
  expect(registered).toEqual({ status: 200, body: { success: true } });
  const call = { toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11" };
  const admin = { "x-admin-token": process.env.ADMIN_PUSH_TOKEN as string };
  const called = await send("POST", "api/internal/push/call", admin, call);
  expect(called.status).toBe(200);
  expect(phone.calls.map(({ callId }) => callId)).toEqual(["11-10"]);
});

test("a user who is logged in rings another", async () => {
  const { body } = await send("POST", "calls/10", { authorization: loginOf(12) });
  expect(body).toEqual({ status: "accepted" });
  expect(phone.calls.at(-1)?.callId).toBe("12-10");
});

test("the guard keeps out who has no login, and the routes who has no admin token", async () => {
  expect(await send("PUT", "api/v1/me/devices", {}, registration)).toEqual({
    status: 401,
    body: { error: "bad_token" },
  });
  const { status } = await send("POST", "api/internal/push/call", { "x-admin-token": "wrong" }, {});
  expect(status).toBe(401);
});
