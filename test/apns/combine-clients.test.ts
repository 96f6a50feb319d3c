import {
  type ApnsClient,
  type ApnsClientOptions,
  combineApnsClients,
  createApnsClient,
  type SentPush,
} from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";

const payload = { callId: "1" };

/** A client of the mock's, for one team and key. */
function clientOf(mock = createMockApns(), options: Partial<ApnsClientOptions> = {}): ApnsClient {
  return createApnsClient({ ...mock.key, fetch: mock.fetch, clock: mock.clock, ...options } as ApnsClientOptions);
}

/** A taxi app and a chat app of two teams, and one client for both. */
function twoApps() {
  const [taxi, chat] = [createMockApns(), createMockApns()];
  const phones = {
    taxi: taxi.device({ bundleId: "com.example.taxi" }),
    chat: chat.device({ bundleId: "com.example.chat" }),
  };
  const client = combineApnsClients([
    clientOf(taxi, { bundleId: "com.example.taxi", bundleIds: ["com.example.taxi"] }),
    clientOf(chat, { bundleId: "com.example.chat", bundleIds: ["com.example.chat", "com.example.chat.beta"] }),
  ]);
  return { taxi, chat, phones, client };
}

describe("clients that are combined", () => {
  test("each send the pushes of their apps", async () => {
    const { taxi, chat, phones, client } = twoApps();
    for (const { token: deviceToken, topic } of [phones.taxi, phones.chat, phones.taxi]) {
      expect(await client.send({ deviceToken, topic, pushType: "voip", payload })).toMatchObject({
        outcome: "accepted",
      });
    }
    expect([taxi.pushes.length, chat.pushes.length]).toEqual([2, 1]);
  });

  test("send what has no topic with the first that has a default app", async () => {
    const { taxi, phones, client } = twoApps();
    expect(client.bundleId).toBe("com.example.taxi");
    const result = await client.send({ deviceToken: phones.taxi.token, pushType: "voip", payload });
    expect(result).toMatchObject({ outcome: "accepted" });
    expect(taxi.pushes[0]?.headers["apns-topic"]).toBe("com.example.taxi.voip");
  });

  test("send each environment with the key that may", async () => {
    const mock = createMockApns();
    const phone = mock.device({ environment: "sandbox" });
    const client = combineApnsClients([
      clientOf(mock, { environments: ["production"], bundleId: "com.example.app" }),
      clientOf(mock, { environments: ["sandbox"], environment: "sandbox", bundleId: "com.example.app" }),
    ]);
    const push = { deviceToken: phone.token, pushType: "voip", payload } as const;
    expect(await client.send({ ...push, environment: "sandbox" })).toMatchObject({ outcome: "accepted" });
    expect(await client.send(push)).toMatchObject({ environment: "production", reason: "BadDeviceToken" });
    expect(client.environments).toEqual(["production", "sandbox"]);
  });

  test("refuse what none may send, and say which would be needed", async () => {
    const { client, phones } = twoApps();
    const push = { deviceToken: phones.taxi.token, pushType: "voip", payload } as const;
    await expect(client.send({ ...push, topic: "com.example.bank.voip" })).rejects.toMatchObject({
      code: "INVALID_PUSH",
      message: 'topic: no client may send for "com.example.bank"; wanted: one that has it in `bundleIds`',
    });
    const only = combineApnsClients([
      clientOf(undefined, { environments: ["production"], bundleIds: ["com.example.app"] }),
    ]);
    await expect(only.send({ ...push, topic: "com.example.app.voip", environment: "sandbox" })).rejects.toMatchObject({
      code: "INVALID_PUSH",
      message:
        /no client may send for "com\.example\.app" in sandbox; wanted: .*`bundleIds`, and sandbox in `environments`/,
    });
    await expect(only.send(push)).rejects.toMatchObject({
      code: "INVALID_PUSH",
      message: /^topic: missing; wanted: a topic/,
    });
  });

  test("refuse a push that is wrong in the words of one client, one push of many as its result", async () => {
    const { client, phones } = twoApps();
    await expect(client.send({ pushType: "voip" } as never)).rejects.toMatchObject({ code: "INVALID_DEVICE_TOKEN" });
    await expect(client.send(null as never)).rejects.toMatchObject({ code: "INVALID_PUSH" });
    const pushes = [
      { deviceToken: phones.taxi.token, topic: phones.taxi.topic, pushType: "voip", payload },
      { deviceToken: phones.taxi.token, topic: "com.example.bank.voip", pushType: "voip", payload },
      { deviceToken: phones.chat.token, topic: phones.chat.topic, pushType: "voip", payload },
    ] as const;
    const sent: SentPush<(typeof pushes)[number]>[] = [];
    for await (const one of client.sendAll(pushes)) sent.push(one);
    expect(sent.map(({ result }) => result.outcome)).toEqual(["accepted", "unsent", "accepted"]);
    expect(sent.map(({ push }) => push)).toEqual(pushes);
  });

  test("show their members as one client does, and pass on what they are asked", async () => {
    const { client, phones } = twoApps();
    expect(client).toMatchObject({
      environment: "production",
      environments: ["production", "sandbox"],
      bundleIds: ["com.example.taxi", "com.example.chat", "com.example.chat.beta"],
    });
    const push = { deviceToken: phones.chat.token, topic: phones.chat.topic, pushType: "voip", payload } as const;
    await expect(client.send(push, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(await client.send(push, { cancel: AbortSignal.abort() })).toMatchObject({ error: { code: "CANCELLED" } });
    await client.warmUp();
    await expect(client.warmUp("staging" as never)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0, tokenAge: expect.any(Number) });
    await client.close();
    expect(client.close()).toBe(client.close());
    expect(await client.send(push)).toMatchObject({ outcome: "unsent", error: { code: "CLOSED" } });
  });

  const any = clientOf();
  const one = clientOf(undefined, { bundleIds: ["com.example.app"] });
  const sandboxOnly = clientOf(undefined, { environments: ["sandbox"], environment: "sandbox" });
  test.each<[what: string, clients: unknown, said: RegExp | undefined]>([
    ["nothing", [], /an empty list given; wanted: a list of clients/],
    ["no list", any, /an object given; wanted: a list of clients/],
    ["what is no client", [any, {}], /clients\[1\]: an object given; wanted: a client/],
    ["the same twice", [one, one], /clients\[1\]: the same client given again/],
    ["one behind another that sends for any app", [any, one], /clients\[1\]: can never be reached/],
    [
      "one whose apps others have",
      [one, clientOf(undefined, { bundleIds: ["com.example.app"] })],
      /clients\[1\]: can never/,
    ],
    ["one whose environment others have", [any, sandboxOnly], /clients\[1\]: can never be reached/],
    ["one for the rest", [one, any], undefined],
    ["one for the rest of an environment", [sandboxOnly, any], undefined],
  ])("are refused when one could never be reached: %s", (_what, clients, said) => {
    const combine = () => combineApnsClients(clients as ApnsClient[]);
    if (said === undefined) expect(combine).not.toThrow();
    else
      expect(combine).toThrow(
        expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(said) }),
      );
  });

  test("may be combined again", async () => {
    const { client, chat, phones } = twoApps();
    const bank = clientOf(undefined, { bundleIds: ["com.example.bank"] });
    const push = { deviceToken: phones.chat.token, topic: phones.chat.topic, pushType: "voip", payload } as const;
    expect(await combineApnsClients([bank, client]).send(push)).toMatchObject({ outcome: "accepted" });
    expect(chat.pushes).toHaveLength(1);
  });
});

describe("the apps a client may send for", () => {
  const mock = createMockApns();
  const phone = mock.device();
  const push = { deviceToken: phone.token, pushType: "voip", payload } as const;

  test("are all, unless it was told", async () => {
    expect(clientOf(mock).bundleIds).toBeUndefined();
    expect(await clientOf(mock).send({ ...push, topic: phone.topic })).toMatchObject({ outcome: "accepted" });
  });

  test("are a list, and a push to another is refused", async () => {
    const client = clientOf(mock, { bundleIds: ["com.example.app", "com.example.other"] });
    expect(await client.send({ ...push, topic: phone.topic })).toMatchObject({ outcome: "accepted" });
    await expect(client.send({ ...push, topic: "com.example.bank.voip" })).rejects.toMatchObject({
      code: "INVALID_PUSH",
      message:
        /"com\.example\.bank\.voip" given; wanted: one of an app .*`bundleIds`: com\.example\.app, com\.example\.other/,
    });
  });

  test.each<[bundleIds: unknown, said: string]>([
    ["com.example.app", 'bundleIds: "com.example.app" given; wanted: a list of bundle ids'],
    [[], "bundleIds: an array given; wanted: a list of bundle ids"],
    [
      ["com.example.app", "com.example.app.voip"],
      'bundleIds[1]: "com.example.app.voip" given; wanted: the bundle id without .voip',
    ],
    [["com.example.app", 7], "bundleIds[1]: 7 given"],
    [["com.example.other"], 'bundleId: "com.example.app" given; wanted: one of `bundleIds`'],
  ])("that are %o are refused", (bundleIds, said) => {
    expect(() => clientOf(mock, { bundleId: "com.example.app", bundleIds } as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(said) }),
    );
  });
});

describe("a key of its own for the sandbox", () => {
  function limitedKeys() {
    const mock = createMockApns();
    const [production, sandbox] = [
      mock.addKey({ environments: ["production"] }),
      mock.addKey({ environments: ["sandbox"] }),
    ];
    const { keyId, key } = sandbox;
    const create = (options: object = {}) =>
      createApnsClient({
        ...production,
        bundleId: "com.example.app",
        fetch: mock.fetch,
        clock: mock.clock,
        sandbox: { keyId, key },
        ...options,
      } as ApnsClientOptions);
    return { mock, create, sandbox };
  }

  test.each(["production", "sandbox"] as const)(
    "and the other key each send in their own environment: %s",
    async environment => {
      const { mock, create } = limitedKeys();
      const client = create();
      const { token: deviceToken } = mock.device({ environment });
      expect(await client.send({ deviceToken, pushType: "voip", payload, environment })).toMatchObject({
        outcome: "accepted",
      });
      expect(client).toMatchObject({
        environment: "production",
        environments: expect.arrayContaining(["production", "sandbox"]),
      });
    },
  );

  test("that is missing leaves Apple to refuse the key of the other environment", async () => {
    const { mock, create } = limitedKeys();
    const { token: deviceToken } = mock.device({ environment: "sandbox" });
    const result = await create({ sandbox: undefined }).send({
      deviceToken,
      pushType: "voip",
      payload,
      environment: "sandbox",
    });
    expect(result).toMatchObject({ status: 403, reason: "BadEnvironmentKeyInToken" });
  });

  test("leaves a push without an environment to the client's default", async () => {
    const { mock, create } = limitedKeys();
    const { token: deviceToken } = mock.device({ environment: "sandbox" });
    const client = create({ environment: "sandbox" });
    expect(client.environment).toBe("sandbox");
    expect(await client.send({ deviceToken, pushType: "voip", payload })).toMatchObject({
      outcome: "accepted",
      environment: "sandbox",
    });
  });

  test.each<[sandbox: (key: string) => object, said: string]>([
    [key => ({ key }), "sandbox.keyId: missing; wanted: the Key ID"],
    [() => ({ keyId: "ABCDE12345" }), "sandbox.key: missing; wanted: exactly one of"],
    [key => ({ keyId: "ABCDE12345", key, keyPath: "a.p8" }), "sandbox.key: 2 of them given"],
    [key => ({ keyID: "ABCDE12345", key }), "sandbox.keyID: there is no such option; did you mean sandbox.keyId?"],
    [() => "key" as never, "sandbox: text of 3 characters given; wanted: `{ keyId, key }`"],
  ])("that is wrong is named (%#)", (sandbox, said) => {
    const { create, sandbox: own } = limitedKeys();
    expect(() => create({ sandbox: sandbox(own.key) })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(said) }),
    );
  });

  test("that could never be used is refused", () => {
    const { create } = limitedKeys();
    expect(() => create({ environments: ["production"] })).toThrow(
      /sandbox: a key for the sandbox given; wanted: one key only/,
    );
  });
});
