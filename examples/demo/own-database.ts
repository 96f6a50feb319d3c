import { join } from "node:path";
import pg from "pg";

/** Where the API server keeps what the demo shows, and what removes it. */
export interface OwnDatabase {
  /** The value for `DATABASE_URL`. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A schema of its own where `given` names a PostgreSQL; else PostgreSQL in the process (PGlite), in that folder. */
export async function ownDatabase(given: string | undefined, folder: string): Promise<OwnDatabase> {
  if (given === undefined || !/^postgres(ql)?:/.test(given)) {
    return { url: join(folder, "database"), drop: async () => {} };
  }
  const schema = `apns_voip_demo_${process.pid}`;
  const ask = async (sql: string) => {
    const client = new pg.Client({ connectionString: given });
    await client.connect().catch((error: Error & { code?: string }) => {
      throw new Error(`the PostgreSQL of DATABASE_URL does not answer: ${error.message || error.code}`);
    });
    await client.query(sql);
    await client.end();
  };
  await ask(`CREATE SCHEMA ${schema}`);
  const url = new URL(given);
  url.searchParams.set("options", `-c search_path=${schema}`);
  return { url: url.href, drop: () => ask(`DROP SCHEMA ${schema} CASCADE`) };
}
