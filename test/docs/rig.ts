import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createMockApns, type MockApns } from "apns-voip/testing";
import express from "express";
import { vi } from "vitest";

export const ADMIN_TOKEN = "an-admin-token";

/** Apple, played on real ports, and the variables that a server of the page reads. */
export interface Rig {
  readonly mock: MockApns;
  /** What was printed since the last `forget`. */
  readonly printed: readonly string[];
  /** Runs a block that puts a route on an app of its own, and serves that. Returns where. */
  serve(block: string): Promise<string>;
  /** Gives user 10 that token; user 12 has none. */
  setToken(token: string): Promise<void>;
  forget(): void;
  close(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
  const mock = createMockApns();
  const listener = await mock.listen({ caPath: join(folder, "ca.pem") });
  const { APNS_P8: _, ...env } = mock.env();
  const keyPath = join(folder, "AuthKey.p8");
  writeFileSync(keyPath, mock.key.key);
  const variables = {
    ...env,
    APNS_P8_PATH: keyPath,
    APNS_ENV: "production",
    ADMIN_PUSH_TOKEN: ADMIN_TOKEN,
    JWT_SECRET: "a secret of at least 32 characters",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);

  const pool = await PGlite.create();
  await pool.exec("CREATE TABLE users (id integer PRIMARY KEY, voip_device_token text)");
  await pool.exec("INSERT INTO users VALUES (10, NULL), (12, NULL)");

  const printed: string[] = [];
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words.join(" ")));

  const closing: (() => void)[] = [];
  return {
    mock,
    printed,
    async serve(block) {
      const app = express();
      vi.resetModules();
      vi.doMock("./given/api-server.js", () => ({ app, pool }));
      await import(block);
      const server = app.listen(0, "127.0.0.1");
      closing.push(() => server.close());
      await once(server, "listening");
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async setToken(token) {
      await pool.query("UPDATE users SET voip_device_token = $1 WHERE id = 10", [token]);
    },
    forget() {
      mock.reset();
      printed.length = 0;
    },
    async close() {
      for (const close of closing) close();
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      await listener.close();
      await pool.close();
      rmSync(folder, { recursive: true });
    },
  };
}
