import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { type Child, startChild } from "./child.ts";
import { type OwnDatabase, ownDatabase } from "./own-database.ts";
import { createPhone, type Phone } from "./phone.ts";
import { print } from "./screen.ts";

/** The three servers, each a process of its own, and what a phone needs to use them. */
export interface Stage {
  readonly apple: Child;
  readonly api: Child;
  readonly signal: Child;
  /** `apiUrl`: where it registers, if not with the API server itself; `deviceId`: of an app that sends one. */
  phone(userId: number, options?: { readonly apiUrl?: string; readonly deviceId?: string }): Promise<Phone>;
  /** A signal server beside the first one, with other variables. */
  startSignalServer(env: NodeJS.ProcessEnv): Promise<{ readonly server: Child; readonly url: string }>;
  /** Lines that the servers have printed and nobody has waited for. */
  unseen(): readonly string[];
  close(): Promise<void>;
}

/** Starts everything on free ports, with secrets made now. */
export async function setStage(): Promise<Stage> {
  const children: Child[] = [];
  const start = (...child: Parameters<typeof startChild>) => {
    const started = startChild(...child);
    children.push(started);
    return started;
  };
  let database: OwnDatabase | undefined;
  const close = async () => {
    await Promise.all(children.map(child => child.stop()));
    await database?.drop();
  };

  try {
    const secret = randomBytes(32).toString("base64url");
    const shared = { JWT_SECRET: secret, ADMIN_PUSH_TOKEN: randomBytes(32).toString("base64url"), PORT: "0" };
    const listening = /listening on (.*)/;

    const folder = mkdtempSync(join(tmpdir(), "apns-voip-demo-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const apple = start("apple", "apple.ts", { CA_PATH: join(folder, "ca.pem") });
    const appleEnv = await apple.ask<Record<string, string>>("env");
    database = await ownDatabase(process.env.DATABASE_URL, folder);
    const apiEnv = { APNS_ENV: "production", DATABASE_URL: database.url, DEMO_FOLDER: folder };
    const api = start("api", "api.ts", { ...shared, ...appleEnv, ...apiEnv });
    const apiUrl = await api.reads(listening);

    const startSignalServer = async (env: NodeJS.ProcessEnv) => {
      const server = start("signal", "../signal-server/server.ts", { ...shared, API_URL: apiUrl, ...env });
      return { server, url: await server.reads(listening) };
    };
    const { server: signal, url: signalUrl } = await startSignalServer({});

    print(`  mock Apple     ${appleEnv.APNS_PRODUCTION_URL} (production), ${appleEnv.APNS_SANDBOX_URL} (sandbox)`);
    print(`  API server     ${apiUrl}`);
    print(`  signal server  ${signalUrl}`);

    return {
      apple,
      api,
      signal,
      startSignalServer,
      unseen: () => children.flatMap(child => child.unseen),
      close,
      async phone(userId, { apiUrl: registersAt = apiUrl, deviceId } = {}) {
        const login = new SignJWT({ uid: userId }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h");
        return createPhone({
          ...{ userId, deviceId, apiUrl: registersAt, signalUrl },
          login: await login.sign(Buffer.from(secret)),
        });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
