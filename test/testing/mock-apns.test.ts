import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apnsOptionsFromEnv, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL } from "./apple.js";

describe("the mock and the client together", () => {
  it("ring a phone without sockets", async () => {
    const mock = createMockApns();
    const phone = mock.device();
    await using apns = createApnsClient({
      ...mock.key,
      bundleId: phone.bundleId,
      fetch: mock.fetch,
      clock: mock.clock,
    });
    const result = await apns.send({ deviceToken: phone.token, pushType: "voip", payload: CALL });
    expect([result.outcome, phone.calls.length, mock.violations]).toEqual(["accepted", 1, []]);
  });

  it("ring a phone over the network, set up by environment variables alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
    const mock = createMockApns();
    await using server = await mock.listen({ caPath: join(folder, "ca.pem") });
    expect(await readFile(join(folder, "ca.pem"), "utf8")).toBe(server.ca);
    await using apns = createApnsClient(apnsOptionsFromEnv(mock.env()));
    for (const environment of ["production", "sandbox"] as const) {
      const phone = mock.device({ environment });
      const result = await apns.send({ deviceToken: phone.token, pushType: "voip", payload: CALL, environment });
      expect([result.outcome, phone.calls.length]).toEqual(["accepted", 1]);
    }
    expect(mock.violations).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("listen in several places at once; the environment names the one opened last", async () => {
    const mock = createMockApns();
    await using first = await mock.listen();
    const second = await mock.listen();
    expect(new Set([first, second].flatMap(({ endpoints }) => Object.values(endpoints))).size).toBe(4);
    expect(mock.env()).toMatchObject({ APNS_PRODUCTION_URL: second.url, APNS_SANDBOX_URL: second.endpoints.sandbox });
    await second.close();
    expect(mock.env().APNS_PRODUCTION_URL).toBe(first.url);
    await first.close();
    expect(Object.keys(mock.env())).toEqual(["APNS_TEAM_ID", "APNS_KEY_ID", "APNS_P8", "APNS_BUNDLE_ID"]);
  });

  it("do without a key id that no other key can be related to", () => {
    const mock = createMockApns();
    expect(() => mock.addKey({ topics: ["a"], relatedTo: mock.key.keyId })).toThrow(
      /wanted: a key of this mock made with topics/,
    );
  });
});
