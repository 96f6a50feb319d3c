import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMockApns, type MockApns } from "apns-voip/testing";
import { SignJWT } from "jose";
import pg from "pg";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../cli/run-cli.js";
import { noOwnPostgres, type OwnServer, ownPostgres } from "../devices/own-servers.js";
import { type RunningExample, startExample } from "../examples/start-example.js";
import { guardedWorld } from "./lab/guarded-world.js";

/** The servers of `examples/`, as users start them, with a PostgreSQL of their own. */
describe.skipIf(noOwnPostgres !== undefined)(
  `the example servers${noOwnPostgres ? ` (skipped: ${noOwnPostgres})` : ""}`,
  () => {
    const secrets = {
      ADMIN_PUSH_TOKEN: "the-admin-token-of-the-examples",
      JWT_SECRET: "the-jwt-secret-of-the-examples-32",
    };
    let folder: string;
    let mock: MockApns;
    let postgres: OwnServer;
    let api: RunningExample;
    let signal: RunningExample;
    let envFile: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "apns-voip-examples-"));
      mock = createMockApns();
      await mock.listen({ caPath: join(folder, "ca.pem") });
      postgres = await ownPostgres();
      await postgres.start();
      const env = { ...mock.env(), ...secrets, DATABASE_URL: postgres.url };
      api = await startExample("express-api/server.ts", env);
      signal = await startExample("signal-server/server.ts", { ...secrets, API_URL: api.url });
      envFile = join(folder, ".env");
      const all = { ...env, API_URL: api.url, SOCKETIO_PATH: "/signal/socket.io/" };
      await writeFile(
        envFile,
        Object.entries(all)
          .map(([name, value]) => `${name}="${value}"\n`)
          .join(""),
      );
    }, 240_000);

    afterAll(async () => {
      await signal?.stop();
      await api?.stop();
      await postgres?.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const login = (user: number) =>
      new SignJWT({ uid: user })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("1m")
        .sign(new TextEncoder().encode(secrets.JWT_SECRET));

    const doctor = async (...args: string[]) => {
      const origin = new URL(signal.url).origin;
      const { code, out } = await runCli(
        [
          "doctor",
          "--json",
          "--env-file",
          envFile,
          "--signal-url",
          origin,
          "--user",
          "10",
          "--timeout",
          "20000",
          ...args,
        ],
        { world: guardedWorld },
      );
      const { findings } = JSON.parse(out) as { findings: { id: string; outcome: string; status: string }[] };
      const failed = findings.filter(({ status }) => status === "fail").map(({ id, outcome }) => `${id}/${outcome}`);
      return { code, findings, failed };
    };

    test("before any phone has registered, the doctor says so", async () => {
      expect(await doctor()).toMatchObject({ code: 1, failed: ["devices/none"] });
    });

    test("with a phone registered, it finds nothing wrong, and rings it", async () => {
      const phone = mock.device({ userId: 10 });
      const registered = await fetch(`${api.url}/api/v1/me/devices`, {
        method: "PUT",
        headers: { authorization: `Bearer ${await login(10)}`, "content-type": "application/json" },
        body: JSON.stringify({ platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token }),
      });
      expect(registered.status).toBe(200);
      expect(await doctor("--ring", "10", "--write")).toMatchObject({ code: 0, failed: [] });
      expect(phone.calls).toHaveLength(1);
    });

    test("a real call through both is followed through their logs", async () => {
      const caller = io(new URL(signal.url).origin, {
        path: "/signal/socket.io/",
        auth: { token: await login(11) },
        transports: ["websocket"],
      });
      caller.emit("register", { userId: 11 });
      caller.emit("offer", { to: 10, sdp: "v=0\r\nm=audio 9 RTP/AVP 0\r\n", displayName: "Alice" });
      await signal.printed("✅ VoIP Push sent to user 10");
      caller.close();
      const { code, out } = await runCli(["logs", "--json"], { stdin: [...api.lines, ...signal.lines].join("\n") });
      expect(code).toBe(0);
      const { traces } = JSON.parse(out) as { traces: { steps: { seen: boolean }[] }[] };
      expect(traces).toMatchObject([{ to: "10", from: "11", stop: "accepted" }]);
      expect(traces[0]?.steps.every(({ seen }) => seen)).toBe(true);
    });

    test("with the table gone, the doctor says what is missing", async () => {
      const pool = new pg.Pool({ connectionString: postgres.url });
      await pool.query("alter table push_devices rename to push_devices_old");
      expect((await doctor()).failed[0]).toBe("store/no-table");
      await pool.query("alter table push_devices_old rename to push_devices");
      await pool.end();
    });

    test("with the database gone, it says so first", async () => {
      await postgres.kill();
      expect((await doctor()).failed[0]).toBe("store/failed");
      await postgres.start();
    });

    test("with the API server gone, it says that the signal server cannot reach it", async () => {
      await api.stop();
      expect((await doctor()).failed).toEqual(["api/down"]);
    });
  },
);
