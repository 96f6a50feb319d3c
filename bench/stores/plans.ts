import type { DeviceStore } from "apns-voip";
import type { PostgresClient } from "apns-voip/postgres";
import type pg from "pg";

/** How PostgreSQL goes about every statement that a store sends, and how long it took. */
export async function plansOf(
  pool: pg.Pool,
  makers: readonly ((client: PostgresClient) => DeviceStore)[],
  run: (store: DeviceStore) => Promise<void>,
): Promise<Record<string, string>> {
  const plans: Record<string, string> = {};
  for (const make of makers) {
    const explaining: PostgresClient = {
      query: async (text, values = []) => {
        const { rows } = await pool.query(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
        plans[text.trim().replaceAll(/\s+/g, " ")] = rows.map(row => row["QUERY PLAN"]).join("\n");
        return { rows: [{}] };
      },
    };
    await run(make(explaining));
  }
  return plans;
}
