import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuSeconds } from "./cpu.ts";
import { freePort, listening } from "./port.ts";
import type { Target } from "./target.ts";

/** The Express example, and the same routes written by hand. */
const SERVERS = {
  example: "../../examples/express-api/server.ts",
  "by hand": "../peers/express-by-hand.mjs",
} as const;

export type RouteServer = keyof typeof SERVERS;

export const ROUTE_SERVERS = Object.keys(SERVERS) as RouteServer[];
export const ADMIN_TOKEN = "an admin token of the measurements";
export const JWT_SECRET = "a login secret of the measurements, long enough";

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Seconds of CPU it has used. */
  cpu(): Promise<number | undefined>;
}

/** Starts a server with the environment variables of the first user's API server. What it logs goes nowhere. */
export async function startRoutes(
  server: RouteServer,
  { origin, caPath, teamId, keyId, key }: Target,
  databaseUrl: string,
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-bench-"));
  const keyPath = join(folder, "key.p8");
  await writeFile(keyPath, key);
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL(SERVERS[server], import.meta.url))], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      NODE_EXTRA_CA_CERTS: caPath,
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      ADMIN_PUSH_TOKEN: ADMIN_TOKEN,
      JWT_SECRET,
      APNS_TEAM_ID: teamId,
      APNS_KEY_ID: keyId,
      APNS_P8_PATH: keyPath,
      APNS_BUNDLE_ID: "com.example.app",
      APNS_ENV: "production",
      APNS_PRODUCTION_URL: origin,
    },
  });
  await listening(port);
  return {
    url: `http://127.0.0.1:${port}`,
    cpu: () => cpuSeconds(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill();
      await rm(folder, { recursive: true });
    },
  };
}
