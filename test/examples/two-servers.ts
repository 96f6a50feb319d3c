import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMockApns, type MockApns, type MockDevice } from "apns-voip/testing";
import { SignJWT } from "jose";
import { createPhone, type Phone } from "../../examples/demo/phone.ts";
import { type RunningExample, startExample } from "./start-example.ts";

export const secret = "a secret that is as long as a secret for HS256 has to be";
export const adminToken = "an-admin-token-that-both-servers-have";

/** The API server and the signal server as processes, a mock of Apple in this one, and apps to use them. */
export interface TwoServers {
  readonly mock: MockApns;
  readonly api: RunningExample;
  readonly signal: RunningExample;
  /** The app on a phone of that user; not running yet. */
  app(userId: number): Promise<Phone>;
  /** The app, running: connected and registered. */
  running(userId: number): Promise<Phone>;
  /** A phone that has uploaded its tokens, and whose app is not running. */
  asleep(userId: number): Promise<{ readonly phone: Phone; readonly voip: MockDevice; readonly alert: MockDevice }>;
  killApps(): void;
  stop(): Promise<void>;
}

export async function login(userId: number, key = secret): Promise<string> {
  const token = new SignJWT({ uid: userId }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h");
  return token.sign(new TextEncoder().encode(key));
}

/** Everything that the server had to say to that phone until now has arrived: a body it refuses is answered at once. */
export async function settled(phone: Phone): Promise<void> {
  phone.send("call-end", {});
  await phone.next("bad-request");
}

export async function startServers(): Promise<TwoServers> {
  const mock = createMockApns();
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  const apple = await mock.listen({ caPath: join(folder, "ca.pem") });
  const shared = { JWT_SECRET: secret, ADMIN_PUSH_TOKEN: adminToken };
  const api = await startExample("express-api/server.ts", { ...shared, ...mock.env(), DATABASE_URL: "memory://" });
  const signal = await startExample("signal-server/server.ts", { ...shared, API_URL: api.url });
  const phones: Phone[] = [];

  async function app(userId: number): Promise<Phone> {
    const phone = createPhone({ userId, login: await login(userId), apiUrl: api.url, signalUrl: signal.url });
    phones.push(phone);
    return phone;
  }

  return {
    mock,
    api,
    signal,
    app,

    async running(userId) {
      const phone = await app(userId);
      await phone.open();
      await settled(phone);
      return phone;
    },

    async asleep(userId) {
      const phone = await app(userId);
      const [voip, alert] = [mock.device({ userId }), mock.device({ userId, pushType: "alert" })];
      const tokens = { bundleId: voip.bundleId, voipDeviceToken: voip.token, apnsDeviceToken: alert.token };
      const status = await phone.putTokens(tokens);
      if (status !== 200) throw new Error(`PUT /api/v1/me/devices answered ${status}`);
      return { phone, voip, alert };
    },

    killApps() {
      for (const phone of phones.splice(0)) phone.kill();
    },

    async stop() {
      await signal.stop();
      await api.stop();
      await apple.close();
      await rm(folder, { recursive: true });
    },
  };
}
