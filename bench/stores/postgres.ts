import type { Device, DeviceStore } from "apns-voip";
import { type PostgresClient, postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import pg from "pg";
import type { Contest, Field } from "./contest.ts";
import { plansOf } from "./plans.ts";

const SCHEMA = "apns_voip_bench";

/** A token of user `n`, as PostgreSQL computes it. */
const TOKEN = "md5(n::text) || md5((-n)::text)";

/** Users asked about and phones that register: so many of all, spread over the table. */
const SAMPLE = 1000;

export async function postgresField(url: string, rows: number, say: (line: string) => void): Promise<Field> {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  say(`filling two tables with ${rows.toLocaleString("en")} rows`);
  await postgresDeviceStore(pool, { schema: SCHEMA }).migrate();
  const numbers = `FROM generate_series(1, ${rows}) AS n`;
  await pool.query(`INSERT INTO ${SCHEMA}.push_devices (token, user_id, push_type, bundle_id, device_id, registered_at)
    SELECT ${TOKEN}, n, 'voip', 'com.example.app', 'A-' || n, now() ${numbers}`);
  await pool.query(`CREATE TABLE ${SCHEMA}.users AS
    SELECT n::integer AS id, 'user ' || n AS username, ${TOKEN} AS voip_device_token ${numbers}`);
  await pool.query(`ALTER TABLE ${SCHEMA}.users ADD PRIMARY KEY (id), ADD UNIQUE (voip_device_token)`);
  for (const table of ["push_devices", "users"]) await pool.query(`VACUUM ANALYZE ${SCHEMA}.${table}`);
  // What the filling left to write would be written while we measure. Not every role may ask for it.
  await pool.query("CHECKPOINT").catch(() => {});

  const sample = Math.min(SAMPLE, rows);
  const step = Math.floor(rows / sample);
  const registrations = await pool.query<{ n: number; token: string }>(
    `SELECT n, ${TOKEN} AS token FROM generate_series(1, ${sample * step}, ${step}) AS n`,
  );
  const known = registrations.rows.map(
    ({ n, token }): Omit<Device, "registeredAt"> => ({
      ...{ userId: String(n), token, pushType: "voip", platform: "ios" },
      ...{ bundleId: "com.example.app", deviceId: `A-${n}` },
    }),
  );
  const device = (user: number): Device => ({ ...known[user % sample]!, registeredAt: new Date() });

  const makers = {
    postgresDeviceStore: (client: PostgresClient) => postgresDeviceStore(client, { schema: SCHEMA, timeout: 60_000 }),
    postgresUserColumnStore: (client: PostgresClient) =>
      postgresUserColumnStore(client, { schema: SCHEMA, timeout: 60_000 }),
  };
  const operations: Readonly<Record<string, (store: DeviceStore, user: number) => Promise<unknown>>> = {
    list: (store, user) => store.list(known[user % sample]!.userId, "voip"),
    save: (store, user) => store.save(device(user)),
  };
  const contests: Contest[] = [];
  for (const [name, make] of Object.entries(makers)) {
    for (const [operation, run] of Object.entries(operations)) {
      const store = make(pool);
      const statements = await statementsOf(make, store => Array.from(known, (_, user) => run(store, user)));
      contests.push({
        what: `${name}.${operation}`,
        store: user => run(store, user),
        driver: user => {
          const { text, values } = statements[user % sample]!;
          return pool.query(text, values);
        },
        wanted: 0.8,
      });
    }
  }
  return {
    contests,
    plans: await plansOf(pool, Object.values(makers), async store => {
      await store.list(device(1).userId, "voip");
      await store.save(device(1));
      await store.setEnvironment(device(1).token, "production");
      await store.remove("00".repeat(32));
    }),
    async [Symbol.asyncDispose]() {
      await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
      await pool.end();
    },
  };
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** What a store would send, caught before it is sent: so that the bare driver can do the same by hand. */
async function statementsOf(
  make: (client: PostgresClient) => DeviceStore,
  run: (store: DeviceStore) => Promise<unknown>[],
): Promise<Statement[]> {
  const statements: Statement[] = [];
  const store = make({
    query: async (text, values = []) => {
      statements.push({ text, values });
      return { rows: [{}] };
    },
  });
  await Promise.all(run(store));
  return statements;
}
