import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ApnsPush } from "apns-voip";
import { describe, expect, test } from "vitest";
import { CALL, rig, tally } from "./rig.js";

/** What other clients were measured to do wrong; each row is a test. */
describe("where other clients break", () => {
  test("a graceful GOAWAY loses none of 50 pushes in flight that the server answers", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    await ring();
    mock.faults.delay(1000);
    const results = phones(50).map(phone => ring(phone));
    await expect.poll(() => client.stats.inFlight).toBe(50);
    mock.faults.goaway();
    expect(tally(await pass(Promise.all(results)))).toEqual({ accepted: 50 });
    expect(mock.pushes).toHaveLength(51);
  });

  test("a push is sent again after a GOAWAY with last id 0, before it was processed", async () => {
    const { mock, client, ring, pass } = await rig();
    mock.faults.delay(500, { when: "before" });
    const result = ring();
    await expect.poll(() => client.stats.inFlight).toBe(1);
    mock.faults.goaway({ lastStreamId: 0 });
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("a push whose stream is refused is sent again", async () => {
    const { mock, ring } = await rig();
    mock.faults.refuseStreams(1);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("the next push rings after the connection has fallen silent", async () => {
    const { mock, ring, phones, pass } = await rig();
    await ring();
    mock.faults.freeze();
    expect(tally(await pass(Promise.all(phones(8).map(phone => ring(phone)))))).toEqual({ unknown: 8 });
    expect(await pass(ring())).toMatchObject({ outcome: "accepted" });
  });

  test("10,000 tokens in one go, 100 ms away, all get their push", async () => {
    // What is asked is not how fast this machine is.
    const { mock, client } = await rig({ timeout: 60_000 });
    mock.faults.delay(100);
    const pushes = Array.from({ length: 10_000 }, (): ApnsPush => {
      return { deviceToken: mock.device().token, pushType: "voip", payload: CALL };
    });
    const outcomes: Record<string, number> = {};
    for await (const { result } of client.sendAll(pushes))
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
    expect(outcomes).toEqual({ accepted: 10_000 });
    expect(mock.violations).toEqual([]);
  }, 240_000);

  test("none of 3,000 pushes, on 100 streams and 500 ms away, times out while it waits in our queue", async () => {
    const { mock, ring, phones, pass } = await rig({ timeout: 2000, maxConnections: 1 }, { maxConcurrentStreams: 100 });
    await ring();
    mock.faults.delay(500);
    // 30 rounds of half a second: far more than the time-out of an attempt.
    const results = phones(3000).map(phone => ring(phone, { deadline: mock.clock.now() + 120_000 }));
    expect(tally(await pass(Promise.all(results)))).toEqual({ accepted: 3000 });
  }, 240_000);

  test("a 503 with retry-after 2 makes two requests, two seconds apart", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ status: 503, retryAfter: 2 }]);
    expect(await pass(ring())).toMatchObject({ outcome: "accepted", attempts: 2 });
    expect(Number(mock.pushes[1]?.at) - Number(mock.pushes[0]?.at)).toBeGreaterThanOrEqual(1990);
  });

  test("a 410 after a 503 stands", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [503, "Unregistered"]);
    expect(await pass(ring())).toMatchObject({ outcome: "rejected", status: 410, disposition: "remove-device" });
    expect(mock.pushes).toHaveLength(2);
  });

  test("800 pushes cost few tokens, requests and connections while a wrong clock makes all tokens expired", async () => {
    const { mock, ring, phones, pass, of } = await rig();
    mock.script(
      "*",
      Array.from({ length: 5000 }, () => "ExpiredProviderToken" as const),
    );
    const results = await pass(Promise.all(phones(800).map(phone => ring(phone))));
    expect(tally(results)).toEqual({ rejected: 800 });
    expect(results[0]).toMatchObject({ reason: "ExpiredProviderToken", disposition: "fix-credentials" });
    expect(mock.pushes.length).toBeLessThanOrEqual(1600);
    expect(of("apns.token-made").length).toBeLessThanOrEqual(2);
    // A handful and not hundreds: how many, depends on how long the handshakes take.
    expect(of("apns.connection-opened").length).toBeLessThanOrEqual(12);
  });

  test("a push in flight finishes when the client is closed", async () => {
    const { mock, client, ring, pass } = await rig();
    await ring();
    mock.faults.delay(1000);
    const result = ring();
    await expect.poll(() => client.stats.inFlight).toBe(1);
    const closed = client.close();
    expect(await pass(result)).toMatchObject({ outcome: "accepted" });
    await closed;
    expect(await ring()).toMatchObject({ outcome: "unsent", error: { code: "CLOSED" } });
  });

  test("a process with an open client and nothing to do exits", async () => {
    const { mock } = await rig();
    const { endpoints, ca, close } = await mock.listen();
    const script = `
      import { createApnsClient } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      const client = createApnsClient(${JSON.stringify({ ...mock.key, bundleId: "com.example.app", endpoints, ca })});
      const result = await client.send({ deviceToken: ${JSON.stringify(mock.device().token)}, pushType: "voip", payload: {} });
      console.log(result.outcome);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 10_000,
    });
    expect(stdout.trim()).toBe("accepted");
    await close();
  });

  test("a VoIP payload of 6,000 bytes is refused before the network", async () => {
    const { mock, client } = await rig();
    const push = {
      deviceToken: mock.device().token,
      pushType: "voip",
      payload: { ...CALL, offer: "v".repeat(6000) },
    } as const;
    await expect(client.send(push)).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect(mock.pushes).toEqual([]);
  });

  test("the VoIP body on the wire is the payload as given, with nothing added", async () => {
    const { mock, ring } = await rig();
    await ring();
    expect(mock.pushes[0]?.payload).toEqual(CALL);
  });

  test("an answer without a body is a result, and so is one with an unknown reason", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [
      { status: 400, body: "" },
      { status: 400, reason: "NeverHeardOf" },
    ]);
    expect(await ring()).toMatchObject({ outcome: "rejected", status: 400, reason: "" });
    expect(await ring()).toMatchObject({ outcome: "rejected", status: 400, reason: "NeverHeardOf" });
  });

  test("a burst of 100 from a cold start opens four connections at the most", async () => {
    const { mock, phones, ring, of } = await rig();
    mock.faults.cut();
    await expect.poll(() => of("apns.connection-closed").length).toBe(1);
    expect(tally(await Promise.all(phones(100).map(phone => ring(phone))))).toEqual({ accepted: 100 });
    expect(of("apns.connection-opened").length - 1).toBeLessThanOrEqual(4);
  });

  test("the environment of one push never leaks into another, however they are mixed", async () => {
    const { mock, client } = await rig();
    const phones = Array.from({ length: 200 }, (_, index) =>
      mock.device({ environment: index % 2 ? "sandbox" : "production" }),
    );
    const results = await Promise.all(
      phones.map(({ token, environment }) =>
        client.send({ deviceToken: token, pushType: "voip", payload: CALL, environment }),
      ),
    );
    expect(tally(results)).toEqual({ accepted: 200 });
    expect(results.map(({ environment }) => environment)).toEqual(phones.map(({ environment }) => environment));
  });
});
