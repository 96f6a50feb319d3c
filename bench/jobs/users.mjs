import { createHistogram } from "node:perf_hooks";
import { memoryDeviceStore } from "apns-voip";
import { postgresDeviceStore } from "apns-voip/postgres";
import pg from "pg";

const SAVED_AT = new Date();

const STORES = {
  async memory(_url, users) {
    const store = memoryDeviceStore();
    for (let user = 0; user < users; user++) await store.save(deviceOf(user));
    return { store, close: async () => {} };
  },
  async postgres(url, users) {
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    const store = postgresDeviceStore(pool, { table: `devices_of_${users}` });
    await store.migrate();
    // What `save` would store, in one statement.
    await pool.query(
      `INSERT INTO devices_of_${users} (token, user_id, push_type, bundle_id, environment)
       SELECT lpad(to_hex(n), 64, '0'), n::text, 'voip', 'com.example.app', 'production' FROM generate_series(0, $1 - 1) AS n`,
      [users],
    );
    await pool.query(`ANALYZE devices_of_${users}`);
    return { store, close: () => pool.end() };
  },
};

/** Looks up and saves devices of users picked by chance, in a store that holds so many. Microseconds. Needs `--expose-gc`. */
export async function run(_open, { store: kind, url, users, operations }) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const { store, close } = await STORES[kind](url, users);
  globalThis.gc();
  const heapPerUser = (process.memoryUsage().heapUsed - before) / users;
  const anyUser = () => Math.floor(Math.random() * users);
  const list = await time(operations, () => store.list(String(anyUser()), "voip"));
  const save = await time(operations, () => store.save(deviceOf(anyUser())));
  await close();
  return { list, save, ...(kind === "memory" && { heapPerUser }) };
}

async function time(times, operation) {
  for (let warmUp = 0; warmUp < times / 4; warmUp++) await operation();
  const took = createHistogram();
  for (let done = 0; done < times; done++) {
    const from = performance.now();
    await operation();
    took.record(Math.max(1, Math.round((performance.now() - from) * 1e6)));
  }
  return { p50: took.percentile(50) / 1000, p99: took.percentile(99) / 1000 };
}

function deviceOf(user) {
  return {
    userId: String(user),
    token: user.toString(16).padStart(64, "0"),
    pushType: "voip",
    bundleId: "com.example.app",
    platform: "ios",
    environment: "production",
    registeredAt: SAVED_AT,
  };
}
