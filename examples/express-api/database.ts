import { mkdir } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import type { PostgresClient } from "apns-voip/postgres";
import pg from "pg";

export interface Database extends PostgresClient {
  end(): Promise<void>;
}

/**
 * PostgreSQL where `DATABASE_URL` names one (`postgres://…`); else PostgreSQL in this process (PGlite), with its data in
 * that folder, or nowhere with `memory://`. All SQL is the same.
 */
export async function openDatabase(url = ".data/express-api"): Promise<Database> {
  if (/^postgres(ql)?:/.test(url)) {
    const pool = new pg.Pool({ connectionString: url });
    // An idle connection that breaks must not end the process; the next query opens another.
    pool.on("error", error => console.error(`database: ${error.message}`));
    return pool;
  }
  if (!url.includes("://")) await mkdir(url, { recursive: true });
  const database = await PGlite.create(url);
  return { query: (text, values) => database.query(text, values), end: () => database.close() };
}
