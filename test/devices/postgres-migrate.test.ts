import { type PostgresClient, postgresDeviceStore } from "apns-voip/postgres";
import pg from "pg";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ownName, postgresServer, startPglite } from "./databases.js";

const schema = ownName();
const device = {
  userId: "10",
  token: "ab".repeat(32),
  pushType: "voip",
  platform: "ios",
  registeredAt: new Date(Date.UTC(2031, 0, 1)),
} as const;

function migrates(client: PostgresClient): void {
  beforeEach(async () => {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  });

  test("makes schema and table, once, and keeps what is in it", async () => {
    const store = postgresDeviceStore(client, { schema });
    await store.migrate();
    await store.save(device);
    await store.migrate();
    expect(await store.list("10", "voip")).toHaveLength(1);
    const { rows } = await client.query(`SELECT version FROM ${schema}.push_devices_migrations`);
    expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
  });

  test("makes a table again that was dropped, with all that belongs to it", async () => {
    const store = postgresDeviceStore(client, { schema });
    await store.migrate();
    await client.query(`DROP TABLE ${schema}.push_devices`);
    await store.migrate();
    await client.query(
      `INSERT INTO ${schema}.push_devices (token, user_id, push_type) VALUES ('<${"AB".repeat(32)}>', '11', 'voip')`,
    );
    await store.save(device);
    expect(await store.list("10", "voip")).toMatchObject([{ token: device.token }]);
    expect(await store.list("11", "voip")).toEqual([]);
  });

  test("makes two tables of two names that know nothing of each other", async () => {
    const one = postgresDeviceStore(client, { schema, table: "one" });
    const two = postgresDeviceStore(client, { schema, table: "Two-2" });
    await one.migrate();
    await two.migrate();
    await one.save(device);
    expect(await one.list("10", "voip")).toHaveLength(1);
    expect(await two.list("10", "voip")).toEqual([]);
  });

  test("refuses a table that it did not make, and changes nothing in it", async () => {
    await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(`CREATE TABLE ${schema}.push_devices (id integer)`);
    await expect(postgresDeviceStore(client, { schema }).migrate()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `postgresDeviceStore: migrate failed: table "${schema}"."push_devices" is there already and is not ours: give another name as the table option`,
    });
    const { rows } = await client.query(`SELECT to_regclass('${schema}.push_devices_migrations') AS versions`);
    expect(rows).toEqual([{ versions: null }]);
  });

  test("leaves a newer version of the table as it is", async () => {
    const store = postgresDeviceStore(client, { schema });
    await store.migrate();
    await client.query(`INSERT INTO ${schema}.push_devices_migrations (version) VALUES (1000)`);
    await store.migrate();
    const { rows } = await client.query(`SELECT max(version) AS version FROM ${schema}.push_devices_migrations`);
    expect(rows).toEqual([{ version: 1000 }]);
  });

  test("is what the error asks for when the table is not there", async () => {
    await expect(postgresDeviceStore(client, { schema }).list("10", "voip")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("does not exist: call migrate() once, before the first request"),
    });
  });

  test("reads rows that somebody else wrote: development is sandbox, and empty is absent", async () => {
    const store = postgresDeviceStore(client, { schema });
    await store.migrate();
    await client.query(`INSERT INTO ${schema}.push_devices (token, user_id, push_type, bundle_id, environment, registered_at)
      VALUES ('${device.token}', '10', 'voip', '', 'development', '2031-01-01T00:00:00.123456Z')`);
    expect(await store.list("10", "voip")).toEqual([
      { ...device, environment: "sandbox", registeredAt: new Date("2031-01-01T00:00:00.123Z") },
    ]);
  });
}

describe("migrate() on PGlite", () => {
  const database = startPglite();
  migrates(database);
});

if (postgresServer.missing !== undefined) {
  test.skip(`migrate() on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  const { url } = postgresServer;
  describe("migrate() on PostgreSQL", () => {
    const pool = new pg.Pool({ connectionString: url });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.query(`DROP ROLE IF EXISTS ${schema}`);
      await pool.end();
    });
    migrates(pool);

    test.each(["read committed", "serializable"])("runs from many processes at once, isolation %s", async isolation => {
      const options = `-c default_transaction_isolation=${isolation.replaceAll(" ", "\\ ")}`;
      const pools = [1, 2, 3, 4, 5].map(() => new pg.Pool({ connectionString: url, options }));
      const stores = pools.map(pool => postgresDeviceStore(pool, { schema }));
      await Promise.all([...stores, ...stores].map(store => store.migrate()));
      await Promise.all(stores.map((store, n) => store.save({ ...device, userId: String(n) })));
      const { rows } = await pool.query(`SELECT version FROM ${schema}.push_devices_migrations`);
      expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
      await Promise.all(pools.map(pool => pool.end()));
    });

    test("needs no right to create anything when the table is up to date", async () => {
      await postgresDeviceStore(pool, { schema }).migrate();
      await pool.query(`DROP ROLE IF EXISTS ${schema}`);
      await pool.query(`CREATE ROLE ${schema} LOGIN`);
      await pool.query(`GRANT USAGE ON SCHEMA ${schema} TO ${schema}`);
      await pool.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${schema}`);
      const asRole = new pg.Pool({ connectionString: url, options: `-c role=${schema}` });
      const store = postgresDeviceStore(asRole, { schema });
      await store.migrate();
      await store.save(device);
      expect(await store.list("10", "voip")).toHaveLength(1);
      await expect(postgresDeviceStore(asRole, { schema, table: "more" }).migrate()).rejects.toThrow(
        /permission denied for schema .*: the database role lacks this right/,
      );
      await asRole.end();
    });
  });
}

describe("postgresDeviceStore", () => {
  const nobody: PostgresClient = { query: () => Promise.reject(new Error("not to be asked")) };

  test.each([
    [
      { table: "devices'; DROP TABLE users; --" },
      /^postgresDeviceStore: table: ".*" given; wanted: a name of 1 to 52 letters, digits, "_" or "-"/,
    ],
    [{ table: "public.devices" }, /the schema goes into schema/],
    [{ table: "" }, /table: "" given; wanted: a name/],
    [{ table: "t".repeat(53) }, /table: "t+"... given; wanted: a name of 1 to 52 letters/],
    [{ table: "1st" }, /table: "1st" given; .* that starts with no digit/],
    [{ table: "größe" }, /table: ".*" given; wanted/],
    [{ table: "a$migrate$b" }, /table: ".*" given; wanted/],
    [{ schema: '"x"' }, /schema: .* given; wanted: a name of 1 to 63 letters/],
    [{ timeout: -1 }, /timeout: -1 given; wanted: milliseconds from 1 to/],
    [{ timeout: Number.NaN }, /timeout: NaN given; wanted: milliseconds from 1 to/],
  ])("refuses %j", (options, message) => {
    expect(() => postgresDeviceStore(nobody, options)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
  });

  test("refuses ids that PostgreSQL cannot index, before it asks", async () => {
    const long = "d".repeat(513);
    await expect(postgresDeviceStore(nobody).save({ ...device, deviceId: long, bundleId: "\0" })).rejects.toMatchObject(
      {
        code: "INVALID_REGISTRATION",
        issues: [{ path: "bundleId" }, { path: "deviceId", message: expect.stringContaining("at most 512 bytes") }],
      },
    );
    expect(await postgresDeviceStore(nobody).list(long, "voip")).toEqual([]);
  });
});
