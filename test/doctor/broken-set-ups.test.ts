import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "apns-voip/doctor";
import { beforeAll, describe, expect, test } from "vitest";
import { makeAuthority } from "../../src/testing/http2/certificate.js";
import { BROKEN_SET_UPS, type BrokenSetUp } from "./lab/broken-set-ups.js";
import { examine, verdictOf } from "./lab/examine.js";
import { routedWorld } from "./lab/guarded-world.js";
import { ADMIN_TOKEN, createLab, JWT_SECRET, USER } from "./lab/lab.js";
import { frontedBy, proxy } from "./lab/listeners.js";

const textOf = ({ message, remedy, causes, commands }: Finding) => [message, remedy, ...causes, ...commands].join("\n");

const SECRETS = [
  ADMIN_TOKEN,
  JWT_SECRET,
  "hunter2hunter2",
  "PRIVATE KEY",
  "yesterday's-admin-token",
  "session-1234567890abcdef",
];

function expectNoSecretIn(findings: readonly Finding[]): void {
  const text = JSON.stringify(findings);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[0-9a-f]{32}/);
  expect(text).not.toMatch(/eyJ[\w-]{10}/);
}

/** Every slot in the words was filled. JSON in a command to paste is no slot. */
function expectWholeSentences(findings: readonly Finding[]): void {
  for (const finding of findings) expect(textOf(finding)).not.toMatch(/\{[a-z][A-Za-z]*\}|undefined|NaN/);
}

// The database that the labs share takes its time to start on a busy machine.
beforeAll(async () => (await createLab()).close(), 60_000);

describe("of a set-up that is broken, the doctor names step, cause and remedy", () => {
  for (const setUp of BROKEN_SET_UPS) {
    const { name, step, found, status = "fail", reason, says, advises, missing } = setUp;
    test.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (skipped: ${missing})`, async () => {
      const findings = await examine(setUp);
      const verdict = verdictOf(findings, setUp);
      expect(
        verdict && `${verdict.id}/${verdict.outcome}`,
        JSON.stringify(
          findings.filter(f => f.status === "fail"),
          null,
          2,
        ),
      ).toBe(found);
      expect(verdict).toMatchObject({ step, status });
      if (reason !== undefined) expect(verdict?.reason).toBe(reason);
      expect(verdict?.message).toMatch(says);
      expect([verdict?.remedy, ...(verdict?.commands ?? [])].join("\n")).toMatch(advises);
      expectNoSecretIn(findings);
      expectWholeSentences(findings);
    });
  }
});

describe("of a healthy set-up", () => {
  const alarms = (findings: readonly Finding[]) =>
    findings
      .filter(({ status }) => status === "fail" || status === "warn")
      .map(({ id, outcome }) => `${id}/${outcome}`);

  test("the doctor raises no alarm, and says that pushes go to a mock", async () => {
    const findings = await examine(undefined, { ring: USER, write: true });
    expect(alarms(findings)).toEqual(["endpoints/elsewhere", "endpoints/elsewhere"]);
    // Everything was looked at, except what only the phone can tell.
    expect(findings.filter(({ status, step }) => status === "skip" && step !== "phone")).toEqual([]);
    expectNoSecretIn(findings);
    expectWholeSentences(findings);
  });

  test("it has no warning at all where Apple's own names are used", async () => {
    const findings = await examine({ build: atApplesNames });
    expect(alarms(findings)).toEqual([]);
    expect(findings.find(({ id }) => id === "tcp")?.outcome).toBe("both-open");
    expect(findings.filter(({ id }) => id === "credentials").map(({ outcome }) => outcome)).toEqual(["good", "good"]);
  });

  test("it takes a key for production only as it is on a production server", async () => {
    const findings = await examine({
      build(lab) {
        const { keyId, key } = lab.mock.addKey({ environments: ["production"] });
        return { env: { ...lab.env, APNS_KEY_ID: keyId, APNS_P8: key, APNS_P8_PATH: undefined }, ring: USER };
      },
    });
    expect(alarms(findings)).toEqual(["endpoints/elsewhere", "endpoints/elsewhere"]);
    expect(findings.find(({ id, subject }) => id === "credentials" && subject === "sandbox")).toMatchObject({
      outcome: "other-environment-only",
      status: "pass",
    });
  });

  test("it goes through a proxy that allows CONNECT", async () => {
    const findings = await examine({
      async build(lab, closeLater) {
        const server = await proxy(200, Number(new URL(lab.apple.url).port));
        closeLater(server.close);
        return { env: { ...lab.env, APNS_PROXY: `http://user:hunter2hunter2@127.0.0.1:${server.port}` } };
      },
    });
    expect(findings.find(({ id, status }) => id === "tunnel" && status === "pass")?.outcome).toBe("open");
    expectNoSecretIn(findings);
  });

  test("it rings nobody and changes nothing unless asked", async () => {
    let before: unknown;
    const build: BrokenSetUp["build"] = async lab => {
      before = await lab.devices.list(USER, "voip");
      return {};
    };
    await examine({ build }, {}, async ({ lab }) => {
      expect(lab.phone.received).toEqual([]);
      expect(await lab.devices.list(USER, "voip")).toEqual(before);
    });
  });

  test("it rings exactly once when asked, and says how to look the push up", async () => {
    await examine(undefined, { ring: USER }, ({ lab, findings }) => {
      expect(lab.phone.calls).toMatchObject([{ fromDisplayName: "apns-voip doctor", hasVideo: false }]);
      const ring = findings.find(({ id }) => id === "ring");
      expect(ring).toMatchObject({ outcome: "accepted", remedy: expect.stringContaining("step 3") });
      expect(ring?.message).toMatch(/apns-id [0-9a-f-]{36}/);
    });
  });

  test("it says every word in Japanese, too", async () => {
    const findings = await examine(undefined, { lang: "ja", ring: USER });
    for (const { message } of findings) expect(message).toMatch(/[ぁ-んァ-ヶ一-龠]/);
    expectWholeSentences(findings);
  });
});

/** Apple's host names, answered on loopback with certificates of these names. */
const atApplesNames: BrokenSetUp["build"] = async (lab, closeLater) => {
  const authority = makeAuthority();
  const ports: Record<string, number> = {};
  for (const [environment, host] of Object.entries({
    production: "api.push.apple.com",
    sandbox: "api.sandbox.push.apple.com",
  })) {
    const port = Number(new URL(lab.apple.endpoints[environment as "production"]).port);
    const front = await frontedBy(authority.issue([host]), { port, ca: lab.apple.ca });
    closeLater(front.close);
    ports[host] = front.port;
  }
  const path = join(lab.folder, "apple.pem");
  await writeFile(path, authority.ca);
  return {
    env: { ...lab.env, APNS_PRODUCTION_URL: undefined, APNS_SANDBOX_URL: undefined, APNS_CA_PATH: path },
    world: routedWorld(host => ports[host]!, { endpoints: lab.apple.endpoints, ca: lab.apple.ca }),
  };
};
