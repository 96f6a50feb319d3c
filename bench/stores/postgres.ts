import { postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import pg from "pg";
import type { Contest, Field } from "./contest.ts";

const SCHEMA = "apns_voip_bench";

/** A token of user `n`, as PostgreSQL computes it. */
const TOKEN = "md5(n::text) || md5((-n)::text)";

const LIST = `SELECT token, bundle_id, device_id, environment, registered_at FROM ${SCHEMA}.push_devices
  WHERE user_id = $1 AND push_type = $2 ORDER BY registered_at DESC`;
const SAVE = `WITH replaced AS (
    DELETE FROM ${SCHEMA}.push_devices WHERE user_id = $2 AND push_type = $3 AND coalesce(bundle_id, '') = $4
      AND device_id = $5 AND token <> $1
  )
  INSERT INTO ${SCHEMA}.push_devices AS d (token, user_id, push_type, bundle_id, device_id, registered_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (token) DO UPDATE SET user_id = excluded.user_id, push_type = excluded.push_type,
    bundle_id = excluded.bundle_id, device_id = excluded.device_id,
    environment = coalesce(excluded.environment, d.environment), registered_at = excluded.registered_at`;
const LIST_COLUMN = `SELECT id, voip_device_token FROM ${SCHEMA}.users WHERE id = $1`;
const SAVE_COLUMN = `WITH taken AS (
    UPDATE ${SCHEMA}.users SET voip_device_token = NULL WHERE voip_device_token = $2 AND id <> $1
  )
  UPDATE ${SCHEMA}.users SET voip_device_token = $2 WHERE id = $1`;

export async function postgresField(url: string, rows: number, say: (line: string) => void): Promise<Field> {
  const pool = new pg.Pool({ connectionString: url });
  const devices = postgresDeviceStore(pool, { schema: SCHEMA, timeout: 60_000 });
  const column = postgresUserColumnStore(pool, { schema: SCHEMA, timeout: 60_000 });
  await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  say(`filling two tables with ${rows.toLocaleString("en")} rows`);
  await devices.migrate();
  const numbers = `FROM generate_series(1, ${rows}) AS n`;
  await pool.query(`INSERT INTO ${SCHEMA}.push_devices (token, user_id, push_type, bundle_id, device_id, registered_at)
    SELECT ${TOKEN}, n, 'voip', 'com.example.app', 'A-' || n, now() ${numbers}`);
  await pool.query(`CREATE TABLE ${SCHEMA}.users AS
    SELECT n::integer AS id, 'user ' || n AS username, ${TOKEN} AS voip_device_token ${numbers}`);
  await pool.query(`ALTER TABLE ${SCHEMA}.users ADD PRIMARY KEY (id), ADD UNIQUE (voip_device_token)`);
  for (const table of ["push_devices", "users"]) await pool.query(`VACUUM ANALYZE ${SCHEMA}.${table}`);

  const tokens = new Map<number, string>();
  for (const { n, token } of (await pool.query(`SELECT n, ${TOKEN} AS token FROM generate_series(1, 1000) AS n`))
    .rows) {
    tokens.set(n, token);
  }
  // Reading walks over all rows; registering, over a thousand phones.
  const reader = (user: number) => String(1 + (user % rows));
  const device = (user: number) => {
    const n = 1 + (user % Math.min(rows, tokens.size));
    return {
      userId: String(n),
      token: tokens.get(n)!,
      deviceId: `A-${n}`,
      bundleId: "com.example.app",
      ...VOIP,
      registeredAt: new Date(),
    };
  };

  const contests: Contest[] = [
    {
      what: "postgresDeviceStore.list",
      store: user => devices.list(reader(user), "voip"),
      driver: user => pool.query(LIST, [reader(user), "voip"]),
    },
    {
      what: "postgresDeviceStore.save",
      store: user => devices.save(device(user)),
      driver: user => {
        const { token, userId, pushType, bundleId, deviceId, registeredAt } = device(user);
        return pool.query(SAVE, [token, userId, pushType, bundleId, deviceId, registeredAt]);
      },
    },
    {
      what: "postgresUserColumnStore.list",
      store: user => column.list(reader(user), "voip"),
      driver: user => pool.query(LIST_COLUMN, [reader(user)]),
    },
    {
      what: "postgresUserColumnStore.save",
      store: user => column.save(device(user)),
      driver: user => {
        const { userId, token } = device(user);
        return pool.query(SAVE_COLUMN, [userId, token]);
      },
    },
  ];
  return {
    contests,
    plans: await plansOf(url, async client => {
      const all = postgresDeviceStore(client, { schema: SCHEMA });
      await all.list(reader(12_345), "voip");
      await all.save(device(12_345));
      await all.setEnvironment(device(12_345).token, "production");
      await all.remove("00".repeat(32));
      const one = postgresUserColumnStore(client, { schema: SCHEMA });
      await one.list(reader(12_345), "voip");
      await one.save(device(12_345));
      await one.remove("00".repeat(32));
    }),
    async [Symbol.asyncDispose]() {
      await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
      await pool.end();
    },
  };
}

const VOIP = { pushType: "voip", platform: "ios" } as const;

/** The plan of every statement that is sent, by its first line. */
async function plansOf(
  url: string,
  send: (client: { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> }) => Promise<void>,
): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const plans: Record<string, string> = {};
  await send({
    query: async (text, values = []) => {
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
      const statement = text.trim().replaceAll(/\s+/g, " ");
      plans[`${statement.slice(0, 100)}...`] = rows.map(row => row["QUERY PLAN"]).join("\n");
      // The statement has run; its rows are not needed.
      return { rows: [{}] };
    },
  });
  await client.end();
  return plans;
}
