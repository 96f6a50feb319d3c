import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SignJWT } from "jose";
import { type App, openApp } from "../../examples/fleet/app.ts";

/** Milliseconds for memory to settle. */
const SETTLE = 3_000;

/** As rows of a table: what, bytes. Half of the phones come first, so that what the first ones cost is not counted. */
export async function signalServerSizes(redisUrl: string, phones: number): Promise<(string | number)[][]> {
  const secret = randomBytes(32).toString("base64url");
  const { server, signalUrl } = await startSignalServer({ redisUrl, secret, apiUrl: "http://127.0.0.1:1" });

  const apps: App[] = [];
  const resident = async () => {
    await delay(SETTLE);
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(server.pid)], { encoding: "utf8" })) * 1024;
  };
  const open = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const userId = apps.length + 1;
      const login = await loginOf(userId, secret);
      apps.push(await openApp({ userId, deviceId: "phone", login, signalUrl, onEvent() {} }));
    }
  };

  await open(phones / 2);
  const before = await resident();
  await open(phones / 2);
  const after = await resident();
  for (const app of apps) app.close();
  server.kill("SIGKILL");
  return [["connected phone, resident", Math.round((after - before) / (phones / 2))]];
}

export interface SignalServerOptions {
  readonly redisUrl: string;
  readonly secret: string;
  readonly apiUrl: string;
}

/** A signal server of `examples/fleet`, in a process of its own, which ends with this one. */
export async function startSignalServer({ redisUrl, secret, apiUrl }: SignalServerOptions) {
  const server = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../examples/fleet/signal-server.ts", import.meta.url))],
    {
      env: {
        ...process.env,
        ...{ JWT_SECRET: secret, ADMIN_PUSH_TOKEN: secret, API_URL: apiUrl, REDIS_URL: redisUrl },
        ...{ PREFIX: "apns-voip-sizes:signal:", NAME: "signal", RING_TIMEOUT: "30000", PORT: "0" },
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  process.once("exit", () => server.kill("SIGKILL"));
  const signalUrl = await new Promise<string>(resolve => {
    createInterface({ input: server.stdout }).on("line", line => {
      const [, url] = /listening on (\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    });
  });
  return { server, signalUrl };
}

export function loginOf(userId: number, secret: string): Promise<string> {
  return new SignJWT({ uid: userId }).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(secret));
}
