import { createRequire } from "node:module";
import { createMockApns, type MockApns, type MockApnsListener, type ScriptedAnswer } from "apns-voip/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isInstalled } from "./given/node-apn.js";

interface Failure {
  readonly device: string;
  readonly status?: number;
  readonly response?: object;
  readonly error?: Error;
}

interface Provider {
  readonly client: { readonly config: { readonly address: string } };
  send(note: object, tokens: string | string[]): Promise<{ sent: object[]; failed: Failure[] }>;
  shutdown(callback?: () => void): unknown;
}

interface Peer {
  readonly Provider: new (options: object) => Provider;
  readonly Notification: new () => object;
}

/** What docs/from-node-apn.md says of it that cannot be seen in its documentation. */
describe.skipIf(!isInstalled)("@parse/node-apn 8 (needs: npm ci --prefix test/peers)", () => {
  const peers = createRequire(new URL("../peers/", import.meta.url));
  const providers: Provider[] = [];
  let apn: Peer;
  let mock: MockApns;
  let server: MockApnsListener;

  beforeAll(async () => {
    apn = peers("@parse/node-apn");
    mock = createMockApns();
    server = await mock.listen();
  });
  afterEach(() => {
    for (const provider of providers.splice(0)) provider.shutdown();
    vi.unstubAllEnvs();
    mock.reset();
  });
  afterAll(() => server.close());

  const provider = (more: object = {}) => {
    const made = new apn.Provider({ token: mock.key, ...more });
    providers.push(made);
    return made;
  };
  const connected = () => {
    const { hostname, port } = new URL(server.url);
    return provider({ address: hostname, port: Number(port), ca: server.ca });
  };
  const note = (more: object = {}) =>
    Object.assign(new apn.Notification(), {
      topic: "com.example.app.voip",
      pushType: "voip",
      payload: { callId: "11-10", fromUserId: 11 },
      ...more,
    });

  /** What comes of one push when Apple gives these answers. */
  async function answered(...answers: ScriptedAnswer[]) {
    const phone = mock.device();
    mock.script(phone.token, answers);
    const { sent, failed } = await connected().send(note(), phone.token);
    return { sent, failed: failed[0], statuses: mock.pushes.map(({ status }) => status) };
  }

  it("sends no expiration unless told one, and the payload as it is", async () => {
    const { sent } = await answered();
    expect(sent).toMatchObject([{ "apns-id": expect.any(String) }]);
    expect(mock.pushes[0]?.headers).not.toHaveProperty("apns-expiration");
    expect(mock.pushes[0]?.payload).toEqual({ callId: "11-10", fromUserId: 11 });
  });

  it("talks to the environment of NODE_ENV unless told which", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(provider().client.config.address).toBe("api.push.apple.com");
    vi.stubEnv("NODE_ENV", "test");
    expect(provider().client.config.address).toBe("api.sandbox.push.apple.com");
  });

  it("repeats up to three times, at once, whatever it is told to wait", async () => {
    const { statuses, failed } = await answered({ status: 503, retryAfter: 60 }, 503, 503, 503, 503);
    expect(statuses).toEqual([503, 503, 503, 503]);
    expect(failed).toMatchObject({ status: 503, response: { reason: "ServiceUnavailable" } });
    expect(mock.violations.map(({ rule }) => rule)).toContain("retry-after-ignored");
  });

  it("repeats after a 410 too, once it is repeating", async () => {
    expect((await answered(503, 410, 410)).statuses).toEqual([503, 410, 410, 200]);
  });

  it("gives status and reason of a rejection, the timestamp as a number", async () => {
    const { failed } = await answered({ status: 410, timestamp: 1234 });
    expect(failed).toMatchObject({ status: 410, response: { reason: "Unregistered", timestamp: 1234 } });
    expect(failed).not.toHaveProperty("error");
  });

  it.each([
    [500, "InternalServerError"],
    [403, "ExpiredProviderToken"],
  ])("has no response for %i %s", async (status, reason) => {
    const { failed } = await answered(reason, reason, reason, reason);
    expect(failed).toMatchObject({ status, error: expect.any(Error) });
    expect(failed).not.toHaveProperty("response");
  });

  it("has an error alone when no answer came, and cannot say whether it left", async () => {
    const { failed } = await answered({ fault: "cut-after" });
    expect(failed).toMatchObject({ error: expect.any(Error) });
    expect(failed).not.toHaveProperty("status");
  });

  it("fails what is in flight when it is shut down, and returns nothing", async () => {
    const [phone, sender] = [mock.device(), connected()];
    await sender.send(note(), phone.token);
    mock.script(phone.token, [{ delay: 60_000 }]);
    const pending = sender.send(note(), phone.token);
    await mock.clock.advance(1000);
    expect(sender.shutdown()).toBeUndefined();
    expect((await pending).failed).toHaveLength(1);
  });

  it("lets go without asking of a payload that is too large, or a token that is none", async () => {
    const phone = mock.device();
    const large = await connected().send(note({ payload: { text: "x".repeat(6000) } }), phone.token);
    expect(large.failed).toMatchObject([{ status: 413 }]);
    expect((await connected().send(note(), "no-hex")).failed).toMatchObject([{ status: 400 }]);
  });

  it("emits no event, and has no setLogger", async () => {
    const sender = connected();
    const emitted = vi.spyOn(sender as unknown as NodeJS.EventEmitter, "emit");
    await sender.send(note(), mock.device().token);
    await sender.send(note(), "ab".repeat(32));
    expect(emitted).not.toHaveBeenCalled();
    expect(sender).not.toHaveProperty("setLogger");
  });
});
