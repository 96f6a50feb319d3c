import { postgresDeviceStore } from "apns-voip/postgres";
import pg from "pg";

const SCHEMA = "apns_voip_sizes";
/** In so many steps all phones register again, with a vacuum after each, as autovacuum does on a quiet day. */
const STEPS = 20;

/** As rows of a table: what, megabytes, bytes per row in all, in the table, in its indexes. */
export async function postgresSizes(url: string, rows: number): Promise<(string | number)[][]> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  try {
    await postgresDeviceStore(pool, { schema: SCHEMA }).migrate();
    // A phone has two tokens, and tokens come in no order.
    await pool.query(`INSERT INTO ${SCHEMA}.push_devices (token, user_id, push_type, bundle_id, device_id, environment)
      SELECT md5(n::text) || md5((-n)::text), n / 2, CASE n % 2 WHEN 0 THEN 'voip' ELSE 'alert' END, 'com.example.app',
        gen_random_uuid(), 'production' FROM generate_series(1, ${rows}) AS n`);
    await pool.query(`VACUUM ANALYZE ${SCHEMA}.push_devices`);
    const sizes = [await sizesNow(pool, "every phone registered once", rows)];
    for (let step = 0; step < STEPS; step++) {
      await pool.query(
        `UPDATE ${SCHEMA}.push_devices SET registered_at = now() WHERE abs(hashtext(token)) % ${STEPS} = ${step}`,
      );
      await pool.query(`VACUUM ${SCHEMA}.push_devices`);
    }
    return [...sizes, await sizesNow(pool, "and once more", rows)];
  } finally {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await pool.end();
  }
}

async function sizesNow(pool: pg.Pool, what: string, rows: number): Promise<(string | number)[]> {
  const name = `'${SCHEMA}.push_devices'`;
  const { rows: found } = await pool.query(
    `SELECT pg_total_relation_size(${name}) AS total, pg_table_size(${name}) AS heap, pg_indexes_size(${name}) AS indexes`,
  );
  const { total, heap, indexes } = found[0];
  return [what, Math.round(total / 1e6), ...[total, heap, indexes].map(bytes => Math.round(bytes / rows))];
}
