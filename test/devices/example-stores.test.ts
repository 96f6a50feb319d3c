import { readFile } from "node:fs/promises";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import type { DeviceStore } from "apns-voip";
import { postgresDeviceStore } from "apns-voip/postgres";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import pg from "pg";
import { Sequelize } from "sequelize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drizzleDeviceStore } from "../../examples/stores/drizzle.js";
import { initUser, sequelizeDeviceStore, User } from "../../examples/stores/sequelize.js";
import { ownName, postgresServer, startPglite } from "./databases.js";

const schema = ownName();

function conformsWithDrizzle(db: Parameters<typeof drizzleDeviceStore>[0]): void {
  beforeAll(async () => {
    await db.execute(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await db.execute(`CREATE TABLE ${schema}.devices (
      token text PRIMARY KEY, user_id text NOT NULL, push_type text NOT NULL, bundle_id text, device_id text,
      environment text, registered_at timestamptz(3) NOT NULL)`);
    await db.execute(`CREATE UNIQUE INDEX devices_phone
      ON ${schema}.devices (user_id, push_type, coalesce(bundle_id, ''), device_id)`);
  });
  const emptyStore = async () => {
    await db.execute(`TRUNCATE ${schema}.devices`);
    return drizzleDeviceStore(db);
  };
  for (const { name, run } of deviceStoreConformance()) test(name, () => run(emptyStore));
}

function conformsWithSequelize(sequelize: Sequelize): void {
  beforeAll(async () => {
    await sequelize.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    initUser(sequelize);
    await User.sync({ force: true });
  });
  const store = sequelizeDeviceStore(sequelize);
  const withUsers: DeviceStore = {
    ...store,
    save: async device => {
      if (/^[0-9]+$/.test(device.userId)) {
        await sequelize.query("INSERT INTO users (id, username) VALUES (?, 'somebody') ON CONFLICT DO NOTHING", {
          replacements: [device.userId],
        });
      }
      await store.save(device);
    },
  };
  const emptyStore = async () => {
    await User.truncate();
    return withUsers;
  };
  const supports = { manyDevices: false, deviceId: false, anyUserId: false };
  for (const { name, run } of deviceStoreConformance({ supports })) test(name, () => run(emptyStore));
}

describe("on PGlite", () => {
  const database = startPglite();

  describe("the store for Drizzle", () => {
    beforeAll(async () => {
      await database.exec(`SET search_path TO ${schema}`);
    });
    conformsWithDrizzle(drizzlePglite(database));
  });

  describe("the store for Sequelize", () => {
    class Client extends pg.Client {
      constructor() {
        super(createPgConfig(database) as unknown as pg.ClientConfig);
      }
    }
    const sequelize = new Sequelize({
      dialect: "postgres",
      dialectModule: { ...pg, Client },
      pool: { max: 1 },
      logging: false,
    });
    afterAll(() => sequelize.close());
    conformsWithSequelize(sequelize);
  });
});

if (postgresServer.missing !== undefined) {
  test.skip(`the stores for Drizzle and Sequelize on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  const { url } = postgresServer;
  describe("on PostgreSQL", () => {
    const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
    const sequelize = new Sequelize(url, { logging: false, dialectOptions: { options: `-c search_path=${schema}` } });
    afterAll(async () => {
      await sequelize.close();
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
    });

    describe("the store for Drizzle", () => conformsWithDrizzle(drizzleNodePostgres(pool)));
    describe("the store for Sequelize", () => conformsWithSequelize(sequelize));
  });
}

describe("docs/stores.md", () => {
  const docs = readFile(new URL("../../docs/stores.md", import.meta.url), "utf8");
  const database = startPglite();

  test.each(["sequelize", "drizzle"])("shows the store for %s as it is run here", async name => {
    const code = await readFile(new URL(`../../examples/stores/${name}.ts`, import.meta.url), "utf8");
    expect(await docs).toContain(`\`\`\`ts\n// examples/stores/${name}.ts\n${code}\`\`\`\n`);
  });

  test("has statements that do what they promise", async () => {
    const store = postgresDeviceStore(database);
    await store.migrate();
    const token = (start: string) => start.padEnd(64, "0a1b");
    const pairs = (between: string) => token("ef").replaceAll(/..(?!$)/g, `$&${between}`);
    const rows = [
      token("ab").toUpperCase(),
      token("cd").toUpperCase(),
      `<${token("ab").replaceAll(/.{8}(?!$)/g, "$& ")}>`,
      "",
      null,
      pairs("; 0X"),
      "0F8FAD5B-D9CB-469F-A165-70867728950E",
      `c0ffee_x1:APA91b${"x_-Y".repeat(33)}`,
    ];
    await database.query("CREATE TABLE users (id integer PRIMARY KEY, voip_device_token text)");
    for (const [n, row] of rows.entries()) await database.query("INSERT INTO users VALUES ($1, $2)", [10 + n, row]);

    const [look, moveOver, noToken, ...makeUnique] = Array.from(
      (await docs).matchAll(/```sql\n([\s\S]*?)```/g),
      match => match[1]!,
    )
      .flatMap(block => block.split(";\n"))
      .filter(statement => statement.trim() !== "");
    const listed = [
      { id: 16, left: "0F8FAD5B-D9C" },
      { id: 17, left: "c0ffee_x1:AP" },
    ];
    expect((await database.query(noToken!)).rows).toEqual(listed);
    for (const statement of makeUnique) await database.query(statement);
    expect((await database.query(noToken!)).rows).toEqual(listed);
    expect((await database.query("SELECT * FROM users WHERE id < 16 AND voip_device_token IS NOT NULL")).rows).toEqual([
      { id: 11, voip_device_token: token("cd") },
      { id: 15, voip_device_token: token("ef") },
    ]);

    for (const [n, row] of rows.entries()) {
      await database.query("UPDATE users SET voip_device_token = $2 WHERE id = $1", [10 + n, n === 2 ? null : row]);
    }
    await database.query(moveOver!);
    const stored = "SELECT token, user_id FROM push_devices ORDER BY user_id";
    expect((await database.query(stored)).rows).toEqual([
      { token: token("ab"), user_id: "10" },
      { token: token("cd"), user_id: "11" },
      { token: token("ef"), user_id: "15" },
    ]);
    expect((await database.query(look!)).rows).toMatchObject([{ left: "ab0a1b0a1b0a", push_type: "voip" }]);
  });
});
