import { DatabaseSync } from "node:sqlite";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import { createPool } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mysqlDeviceStore, TABLE } from "../../examples/stores/mysql.js";
import { sqliteDeviceStore } from "../../examples/stores/node-sqlite.js";
import { mysqlServer, ownName } from "./databases.js";

describe("the store for node:sqlite", () => {
  const database = new DatabaseSync(":memory:");
  afterAll(() => database.close());
  const emptyStore = () => {
    database.exec("DROP TABLE IF EXISTS push_devices");
    return sqliteDeviceStore(database);
  };
  for (const { name, run } of deviceStoreConformance()) test(name, () => run(emptyStore));

  test("takes nothing of a save that fails", async () => {
    const store = emptyStore();
    const device = {
      userId: "10",
      pushType: "voip",
      platform: "ios",
      deviceId: "phone",
      registeredAt: new Date(),
    } as const;
    await store.save({ ...device, token: "aa" });
    await expect(store.save({ ...device, token: "bb", registeredAt: new Date(Number.NaN) })).rejects.toThrow();
    expect(await store.list("10", "voip")).toMatchObject([{ token: "aa" }]);
  });
});

if (mysqlServer.missing !== undefined) {
  test.skip(`the store for mysql2: ${mysqlServer.missing}`, () => {});
} else {
  const { url } = mysqlServer;
  const schema = ownName();

  describe("the store for mysql2, on MySQL or MariaDB", () => {
    const pool = createPool({ uri: url, connectionLimit: 10 });
    beforeAll(async () => {
      const connection = await pool.getConnection();
      await connection.query(`CREATE DATABASE ${schema}`);
      connection.release();
    });
    const own = createPool({ uri: url, database: schema, connectionLimit: 10 });
    afterAll(async () => {
      await own.end();
      await pool.query(`DROP DATABASE ${schema}`);
      await pool.end();
    });
    const emptyStore = async () => {
      await own.query(TABLE);
      await own.query("DELETE FROM push_devices");
      return mysqlDeviceStore(own);
    };
    for (const { name, run } of deviceStoreConformance()) test(name, () => run(emptyStore));
  });
}
