import { type PostgresClient, postgresDeviceStore } from "apns-voip/postgres";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import pg from "pg";
import { afterAll, describe, test } from "vitest";
import { ownName, postgresServer, startPglite } from "./databases.js";

const schema = ownName();

function conforms(client: PostgresClient): void {
  const store = postgresDeviceStore(client, { schema });
  const emptyStore = async () => {
    await store.migrate();
    await client.query(`TRUNCATE ${schema}.push_devices`);
    return store;
  };
  for (const { name, run } of deviceStoreConformance()) test(name, () => run(emptyStore));
}

describe("postgresDeviceStore on PGlite", () => {
  const database = startPglite();
  conforms(database);
});

if (postgresServer.missing !== undefined) {
  test.skip(`postgresDeviceStore on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  describe("postgresDeviceStore on PostgreSQL", () => {
    const pool = new pg.Pool({ connectionString: postgresServer.url });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
    });
    conforms(pool);
  });
}
