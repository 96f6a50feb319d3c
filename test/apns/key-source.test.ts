import { createPrivateKey, sign as signWith } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApnsResult } from "apns-voip";
import { describe, expect, onTestFinished, test } from "vitest";
import { apple, closeConnections, MINUTE, shown } from "./provider-tokens.js";

/** What a key management service does, where all goes well. */
const serviceOf = (pem: string) => async (data: Uint8Array) =>
  new Uint8Array(signWith("sha256", data, { key: createPrivateKey(pem), dsaEncoding: "ieee-p1363" }));

const allAccepted = (results: readonly ApnsResult[]) => results.every(({ outcome }) => outcome === "accepted");

async function withSigner(answer: (data: Uint8Array, good: (data: Uint8Array) => Promise<Uint8Array>) => unknown) {
  const { mock, connect } = await apple(1);
  const good = serviceOf(mock.key.key);
  let calls = 0;
  const sign = async (data: Uint8Array) => {
    calls++;
    return (await answer(data, good)) as Uint8Array;
  };
  /** Lets time pass until that has settled. */
  async function pass<T>(until: Promise<T>): Promise<T> {
    let settled = false;
    until.finally(() => {
      settled = true;
    });
    while (!settled) await mock.clock.advance(250);
    return until;
  }
  return { mock, pass, calls: () => calls, ...connect({ key: undefined, sign }) };
}

describe("a signer elsewhere", () => {
  test("is asked once for each half hour, and its tokens are accepted", async () => {
    const { mock, ringAll, calls } = await withSigner((data, good) => good(data));
    expect(allAccepted(await ringAll(200))).toBe(true);
    expect(calls()).toBe(1);
    await mock.clock.advance(30 * MINUTE);
    expect(allAccepted(await ringAll(200))).toBe(true);
    expect(calls()).toBe(2);
    expect(mock.violations).toEqual([]);
  });

  test("that fails once is asked again, and the pushes that waited are sent", async () => {
    let failures = 1;
    const { pass, ringAll, calls } = await withSigner((data, good) => {
      if (failures-- > 0) throw new Error("throttled");
      return good(data);
    });
    const results = await pass(ringAll(50));
    expect(allAccepted(results)).toBe(true);
    expect(results.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(calls()).toBe(2);
  });

  test("that fails for ever is asked now and then, and each push says so at its deadline", async () => {
    const { mock, pass, ringAll, calls } = await withSigner(() => Promise.reject(new Error("AccessDenied")));
    const results = await pass(ringAll(800));
    for (const result of results) {
      expect(result).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "INVALID_KEY" } });
      expect(result.outcome === "unsent" && result.error.message).toMatch(/`sign` function failed.*AccessDenied/);
    }
    expect(mock.pushes).toEqual([]);
    expect(calls()).toBeLessThan(16);
  });

  test.each<[string, unknown, string]>([
    ["DER", Buffer.concat([Buffer.from([0x30, 0x45]), Buffer.alloc(69)]), "71 bytes (this looks like DER: convert it)"],
    ["another length", new Uint8Array(63), "63 bytes"],
    ["text", "c2lnbmF0dXJl", "string"],
    ["nothing", undefined, "undefined"],
  ])("that answers with %s is told what is wanted, and no push waits", async (_what, answer, said) => {
    const { mock, ringAll, ring, calls } = await withSigner(() => answer);
    const wanted = `the \`sign\` function returned ${said}; wanted: 64 bytes, r and s side by side`;
    for (const result of await ringAll(100)) {
      expect(result).toMatchObject({ outcome: "unsent", error: { code: "INVALID_KEY", message: wanted } });
    }
    expect(calls()).toBeLessThan(6);
    const next = ring();
    await mock.clock.advance(1000);
    expect(await next).toMatchObject({ outcome: "unsent", error: { code: "INVALID_KEY" } });
    expect(mock.pushes).toEqual([]);
  });

  test("that signs with another key is refused by Apple", async () => {
    const { mock, ring } = await withSigner(data => serviceOf(mock.addKey().key)(data));
    expect(await ring()).toMatchObject({ reason: "InvalidProviderToken", disposition: "fix-credentials" });
  });

  test("that never answers holds no push past its deadline, and works again when it does", async () => {
    let hangs = true;
    const { mock, pass, ring, ringAll, calls } = await withSigner((data, good) =>
      hangs ? new Promise(() => {}) : good(data),
    );
    for (const result of await pass(ringAll(20))) {
      expect(result).toMatchObject({ outcome: "unsent", error: { code: "INVALID_KEY" } });
      expect(result.outcome === "unsent" && result.error.message).toContain("no answer within 5000 ms");
    }
    expect(calls()).toBeLessThan(10);
    hangs = false;
    await mock.clock.advance(20_000);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
  });
});

describe("a key file", async () => {
  function keyFile(contents: string): { path: string; write(contents: string): void } {
    const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "AuthKey.p8");
    const write = (text: string) => writeFileSync(path, text);
    write(contents);
    return { path, write };
  }

  test("that changes is read again, and the old key's token is never used after it", async () => {
    const { mock, connect } = await apple(1);
    const file = keyFile(mock.key.key);
    const { ringAll, count } = connect({ key: undefined, keyPath: file.path });
    expect(allAccepted(await ringAll(200))).toBe(true);
    const [old] = shown(mock);
    const sent = mock.pushes.length;
    file.write(mock.addKey({ keyId: mock.key.keyId }).key);
    await mock.clock.advance(1500);
    expect(allAccepted(await ringAll(200))).toBe(true);
    expect(
      shown(mock)
        .slice(sent)
        .some(({ token }) => token === old?.token),
    ).toBe(false);
    expect(count("apns.token-made")).toBe(2);
  });

  test("that changes leaves in peace what is in flight", async () => {
    const { mock, connect } = await apple(1);
    const file = keyFile(mock.key.key);
    const { ring, ringAll } = connect({ key: undefined, keyPath: file.path });
    await ring();
    mock.script("*", Array(20).fill({ delay: 3000 }));
    const slow = ringAll(20);
    await mock.clock.advance(1500);
    file.write(mock.addKey({ keyId: mock.key.keyId }).key);
    const fast = await ringAll(20);
    await mock.clock.advance(2000);
    expect(allAccepted([...fast, ...(await slow)])).toBe(true);
  });

  test("that is touched, and not changed, changes nothing", async () => {
    const { mock, connect } = await apple(1);
    const file = keyFile(mock.key.key);
    const { ring, count } = connect({ key: undefined, keyPath: file.path });
    await ring();
    file.write(`${mock.key.key}\n`);
    await mock.clock.advance(1500);
    await ring();
    expect(count("apns.token-made")).toBe(1);
    expect(count("apns.connection-opened")).toBe(1);
  });

  test("that is half written, or gone, leaves the key in hand at work until it is whole again", async () => {
    const { mock, connect } = await apple(1);
    const file = keyFile(mock.key.key);
    const { ring } = connect({ key: undefined, keyPath: file.path });
    await ring();
    const next = mock.addKey().key;
    for (const contents of [next.slice(0, 80), "", "-----BEGIN PUBLIC KEY-----"]) {
      file.write(contents);
      await mock.clock.advance(1500);
      expect(await ring()).toMatchObject({ outcome: "accepted" });
    }
    rmSync(file.path);
    await mock.clock.advance(1500);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    // A link to itself: to look at it is an error.
    symlinkSync(file.path, file.path);
    await mock.clock.advance(1500);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    rmSync(file.path);
    file.write(mock.addKey({ keyId: mock.key.keyId }).key);
    await mock.clock.advance(1500);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
  });

  test("that changes lets a warm-up under way succeed", async () => {
    const { mock, connect } = await apple(1);
    const file = keyFile(mock.key.key);
    const { client, ring } = connect({ key: undefined, keyPath: file.path });
    await ring();
    await closeConnections(mock);
    await mock.clock.advance(1500);
    file.write(mock.addKey({ keyId: mock.key.keyId }).key);
    const warm = client.warmUp();
    const result = ring();
    await expect(warm).resolves.toBeUndefined();
    expect(await result).toMatchObject({ outcome: "accepted", attempts: 1 });
  });
});
