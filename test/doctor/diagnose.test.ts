import { memoryDeviceStore } from "apns-voip";
import { diagnose, STEPS } from "apns-voip/doctor";
import { beforeAll, describe, expect, test } from "vitest";
import { examine } from "./lab/examine.js";
import { guardedWorld } from "./lab/guarded-world.js";
import { createLab, type Lab, USER } from "./lab/lab.js";
import { closedPort } from "./lab/listeners.js";

// The database that the labs share takes its time to start on a busy machine.
beforeAll(async () => (await createLab()).close(), 60_000);

describe("diagnose", () => {
  test("runs without any option, and says what is missing", async () => {
    const findings = await diagnose({
      env: {},
      world: {
        ...guardedWorld,
        lookup: async () => [],
        connect: async () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" })),
      },
    });
    expect(findings.find(({ status }) => status === "fail")).toMatchObject({ id: "variables", outcome: "missing" });
    expect(new Set(findings.map(({ step }) => step))).toEqual(new Set(STEPS));
  });

  test("keeps to the steps it is asked for", async () => {
    const findings = await diagnose({
      env: {},
      steps: ["registration", "phone"],
      devices: memoryDeviceStore(),
      userId: 10,
      world: guardedWorld,
    });
    expect(new Set(findings.map(({ step }) => step))).toEqual(new Set(["registration", "phone"]));
  });

  test("tells of each check before it runs", async () => {
    const told: string[] = [];
    await diagnose({
      env: {},
      steps: ["set-up"],
      world: { ...guardedWorld, lookup: () => Promise.reject(new Error("no")) },
      onProgress: ({ id, number, of }) => told.push(`${number}/${of} ${id}`),
    });
    expect(told[0]).toBe("1/11 node-version");
    expect(told.at(-1)).toBe("11/11 clock");
  });

  test("reports a check that stumbles, and goes on", async () => {
    const world = {
      ...guardedWorld,
      fileMode: () => {
        throw new Error("a file system of another kind");
      },
    };
    await examine(undefined, { steps: ["set-up"], world }, ({ findings }) => {
      expect(findings.find(({ id }) => id === "key-mode")).toMatchObject({
        status: "warn",
        outcome: "stumbled",
        message: expect.stringContaining("another kind"),
      });
      expect(findings.at(-1)?.id).toBe("clock");
    });
  });

  test("stops when it is called off", async () => {
    const calledOff = new AbortController();
    const running = diagnose({
      env: {},
      signal: calledOff.signal,
      world: guardedWorld,
      onProgress: ({ id }) => id === "ids" && calledOff.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });

  test("makes the app's login itself where it has the secret, and says so where it has not", async () => {
    await examine(undefined, { steps: ["registration"] }, ({ findings }) => {
      expect(findings.find(({ id }) => id === "login")?.outcome).toBe("accepted");
    });
    await examine(
      { build: lab => ({ env: { ...lab.env, JWT_SECRET: undefined } }) },
      { steps: ["registration"] },
      ({ findings }) => {
        expect(findings.find(({ id }) => id === "login")).toMatchObject({
          status: "skip",
          outcome: "no-login",
          remedy: expect.stringContaining("APP_TOKEN"),
        });
      },
    );
  });

  test("with write, registers the newest token again, and takes no phone from its user", async () => {
    await examine(undefined, { steps: ["registration"], write: true }, async ({ lab, findings }) => {
      expect(findings.find(({ id }) => id === "registration-saves")?.outcome).toBe("saved");
      const devices = await lab.devices.list(USER, "voip");
      expect(devices.map(({ token }) => token)).toEqual([lab.phone.token]);
    });
    const another = {
      build: async (lab: Parameters<NonNullable<Parameters<typeof examine>[0]>["build"]>[0]) => {
        await lab.devices.save(lab.mock.device({ userId: 77 }).device(77));
        return { userId: 77, appToken: await lab.login(60), write: true };
      },
    };
    await examine(another, { steps: ["registration"] }, async ({ lab, findings }) => {
      expect(findings.find(({ id }) => id === "registration-saves")).toMatchObject({
        status: "skip",
        outcome: "other-user",
      });
      expect(await lab.devices.list("77", "voip")).toHaveLength(1);
    });
  });

  test("looks at the store also when no user was given", async () => {
    const findings = await diagnose({
      env: {},
      steps: ["registration"],
      devices: memoryDeviceStore(),
      world: guardedWorld,
    });
    expect(findings.find(({ id }) => id === "store")?.outcome).toBe("answers");
    expect(findings.find(({ id }) => id === "devices")).toMatchObject({ status: "skip", outcome: "no-user" });
  });

  test("asks Apple nothing about the key where Apple cannot be reached", async () => {
    const build = async (lab: Lab) => {
      const port = await closedPort();
      const origin = `https://127.0.0.1:${port}`;
      return { env: { ...lab.env, APNS_PRODUCTION_URL: origin, APNS_SANDBOX_URL: origin } };
    };
    const findings = await examine({ build }, { steps: ["credentials"] });
    expect(findings.map(({ outcome }) => outcome)).toEqual(["unreachable", "unreachable"]);
  });

  test("leaves a device stored that Apple calls gone: it looks, and changes nothing", async () => {
    const build = (lab: Lab) => {
      lab.phone.uninstall(new Date(Date.now() + 1000));
      return { env: { ...lab.env, API_URL: undefined }, ring: USER };
    };
    await examine({ build }, {}, async ({ lab, findings }) => {
      expect(findings.find(({ id }) => id === "ring")?.reason).toBe("Unregistered");
      expect(await lab.devices.list(USER, "voip")).toHaveLength(1);
    });
  });

  test("hides secrets in the errors of drivers and servers", async () => {
    const token = "9f739db8afff".padEnd(64, "0");
    const refuse = () => Promise.reject(new Error(`password "hunter2hunter2" refused while reading ${token}`));
    const devices = { ...memoryDeviceStore(), list: refuse };
    const env = { DATABASE_URL: "postgres://app:hunter2hunter2@127.0.0.1/app" };
    const findings = await diagnose({ env, devices, userId: 10, steps: ["registration"], world: guardedWorld });
    expect(findings[0]?.message).toContain('password "[hidden]" refused while reading 9f739db8afff...');
  });
});
