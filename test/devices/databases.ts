import { connect } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll } from "vitest";

const POSTGRES_URL = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const MYSQL_URL = process.env.MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test";
const REDIS_URL = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";

/** A server that tests may use, or why there is none: the reason is shown with the tests that are skipped. */
export type Server =
  | { readonly url: string; readonly missing?: undefined }
  | { readonly url?: undefined; readonly missing: string };

export const postgresServer: Server = await reached("PostgreSQL", "DATABASE_URL", POSTGRES_URL, 5432);
export const mysqlServer: Server = await reached("MySQL or MariaDB", "MYSQL_URL", MYSQL_URL, 3306);
export const redisServer: Server = await reached("Redis", "REDIS_URL", REDIS_URL, 6379);

/** A PostgreSQL inside this process. It may take seconds to start on a busy machine. */
export function startPglite(): PGlite {
  const database = new PGlite();
  beforeAll(() => database.waitReady, 60_000);
  afterAll(() => database.close());
  return database;
}

/** A name of this run's own, for a schema or a prefix. */
export function ownName(): string {
  return `apns_voip_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
}

async function reached(server: string, variable: string, url: string, defaultPort: number): Promise<Server> {
  const { hostname, port } = new URL(url);
  const answers = await new Promise<boolean>(resolve => {
    const socket = connect(Number(port || defaultPort), hostname);
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
  return answers ? { url } : { missing: `no ${server} answers at ${hostname}:${port || defaultPort}; set ${variable}` };
}
