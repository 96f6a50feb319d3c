/** Starts the API server with a mock of Apple, two phones and one whose app was deleted, and runs `try-routes.sh`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMockApns } from "apns-voip/testing";
import { SignJWT } from "jose";

const folder = await mkdtemp(join(tmpdir(), "apns-voip-routes-"));
const mock = createMockApns();
const apple = await mock.listen({ caPath: join(folder, "ca.pem") });

const [JWT_SECRET, ADMIN_PUSH_TOKEN] = [crypto.randomUUID(), crypto.randomUUID()];
Object.assign(process.env, mock.env(), { JWT_SECRET, ADMIN_PUSH_TOKEN, DATABASE_URL: "memory://", PORT: "0" });
const { url, pool } = await import("./server.ts");

const [voip, alert] = [mock.device(), mock.device({ pushType: "alert" })];
for (const deleted of [mock.device({ userId: 20 }), mock.device({ userId: 20, pushType: "alert" })]) {
  deleted.uninstall(Date.now() + 60_000);
  await pool.query("INSERT INTO push_devices (token, user_id, push_type) VALUES ($1, '20', $2)", [
    deleted.token,
    deleted.pushType,
  ]);
}

const login = (uid: number, expires: string) =>
  new SignJWT({ uid })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(JWT_SECRET));

const curl = spawn("bash", [fileURLToPath(new URL("try-routes.sh", import.meta.url))], {
  stdio: "inherit",
  env: {
    ...process.env,
    API_URL: url,
    VOIP_TOKEN: voip.token,
    ALERT_TOKEN: alert.token,
    USER_10: await login(10, "1h"),
    USER_20: await login(20, "1h"),
    EXPIRED: await login(10, "1 minute ago"),
  },
});
const [code] = await once(curl, "exit");
await apple.close();
await rm(folder, { recursive: true });
process.exit(code);
