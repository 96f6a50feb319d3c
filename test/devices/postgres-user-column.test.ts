import type { DeviceStore } from "apns-voip";
import { type PostgresClient, type PostgresUserColumnStoreOptions, postgresUserColumnStore } from "apns-voip/postgres";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ownName, postgresServer, startPglite } from "./databases.js";

const schema = ownName();
const token = (n: number) => `${n.toString(16).padStart(4, "0")}${"c0ffee00".repeat(7)}ffff`;
const at = (milliseconds: number) => new Date(Date.UTC(2031, 0, 1) + milliseconds);
const device = (userId: string, n: number) =>
  ({ userId, token: token(n), pushType: "voip", platform: "ios", registeredAt: at(0) }) as const;

const everyColumn = {
  tokenColumn: "voipDeviceToken",
  alertTokenColumn: "apns device token".replaceAll(" ", "_"),
  bundleIdColumn: "bundle_id",
  environmentColumn: "environment",
  registeredAtColumn: "registered_at",
} satisfies PostgresUserColumnStoreOptions;

const CREATE_EVERY_COLUMN = `CREATE TABLE ${schema}.accounts (
  uid text PRIMARY KEY, "voipDeviceToken" text UNIQUE, apns_device_token varchar(400) UNIQUE,
  bundle_id text, environment text, registered_at timestamp)`;

/** As the old server had it: one column, a name, numbers for ids. */
const CREATE_ONE_COLUMN = `CREATE TABLE ${schema}.users (
  id integer PRIMARY KEY, username text NOT NULL, voip_device_token varchar(400) UNIQUE)`;

function behaves(client: PostgresClient): void {
  beforeAll(async () => {
    await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(CREATE_EVERY_COLUMN);
    await client.query(CREATE_ONE_COLUMN);
  });

  /** The cases name users as they like; a user has to be there before a device can be. */
  function withUsers(store: DeviceStore, insert: string): DeviceStore {
    return {
      ...store,
      save: async device => {
        if (device.userId.isWellFormed() && !device.userId.includes("\0")) await client.query(insert, [device.userId]);
        await store.save(device);
      },
    };
  }

  describe("with every column", () => {
    const store = postgresUserColumnStore(client, { schema, table: "accounts", idColumn: "uid", ...everyColumn });
    const emptyStore = async () => {
      await client.query(`TRUNCATE ${schema}.accounts`);
      return withUsers(store, `INSERT INTO ${schema}.accounts (uid) VALUES ($1) ON CONFLICT DO NOTHING`);
    };
    const supports = { manyDevices: false, deviceId: false };
    for (const { name, run } of deviceStoreConformance({ supports })) test(name, () => run(emptyStore));
  });

  describe("with one column", () => {
    const store = postgresUserColumnStore(client, { schema });
    const row = async (id: number) =>
      (await client.query(`SELECT id, username, voip_device_token FROM ${schema}.users WHERE id = ${id}`)).rows[0];

    const supports = {
      manyDevices: false,
      deviceId: false,
      alertTokens: false,
      bundleId: false,
      environment: false,
      registeredAt: false,
      anyUserId: false,
    };
    for (const { name, run } of deviceStoreConformance({ supports })) {
      test(name, () =>
        run(async () => {
          await client.query(`TRUNCATE ${schema}.users`);
          return withUsers(store, `INSERT INTO ${schema}.users VALUES ($1, 'somebody') ON CONFLICT DO NOTHING`);
        }),
      );
    }

    describe("and two users", () => {
      beforeEach(async () => {
        await client.query(`TRUNCATE ${schema}.users`);
        await client.query(`INSERT INTO ${schema}.users VALUES (10, 'aki', NULL), (11, 'bo', NULL)`);
      });

      test("keeps the token where the server's own query looks for it", async () => {
        await store.save(device("10", 1));
        expect(await row(10)).toEqual({ id: 10, username: "aki", voip_device_token: token(1) });
        expect(await row(11)).toEqual({ id: 11, username: "bo", voip_device_token: null });
      });

      test("keeps the newest token of a user", async () => {
        await store.save(device("10", 1));
        await store.save(device("10", 2));
        expect((await store.list("10", "voip")).map(({ token }) => token)).toEqual([token(2)]);
      });

      test("finds a token that somebody wrote in upper case, and hands out lower case", async () => {
        await client.query(`UPDATE ${schema}.users SET voip_device_token = '${token(1).toUpperCase()}' WHERE id = 10`);
        expect((await store.list("10", "voip"))[0]?.token).toBe(token(1));
        await store.save(device("11", 1));
        expect(await row(10)).toMatchObject({ voip_device_token: null });
        await client.query(`UPDATE ${schema}.users SET voip_device_token = '${token(2).toUpperCase()}' WHERE id = 10`);
        expect(await store.remove(token(2))).toBe(true);
      });

      test("reads an empty text as no token", async () => {
        await client.query(`UPDATE ${schema}.users SET voip_device_token = '' WHERE id = 10`);
        expect(await store.list("10", "voip")).toEqual([]);
      });

      test.each(["abc", "010", " 10", "10 ", "+10", "1e1", "10.0", "0x0a", "1_0", "99999999999999999999", "", "NULL"])(
        "takes %j for the id of nobody",
        async userId => {
          await store.save(device("10", 1));
          expect(await store.list(userId, "voip")).toEqual([]);
          expect(await store.remove(token(1), { userId })).toBe(false);
          await expect(store.save(device(userId, 1))).rejects.toMatchObject({
            code: "INVALID_REGISTRATION",
            issues: [{ path: "userId" }],
          });
          expect(await row(10)).toMatchObject({ voip_device_token: token(1) });
        },
      );

      test("refuses a device of a user who is not there, and takes the token from nobody", async () => {
        await store.save(device("10", 1));
        await expect(store.save(device("12", 1))).rejects.toThrow(
          `no device can be stored for user "12": "${schema}"."users" has no row with this "id"`,
        );
        expect(await row(10)).toMatchObject({ voip_device_token: token(1) });
      });

      test("keeps a token whose date it does not know, whatever Apple says of an earlier time", async () => {
        await store.save(device("10", 1));
        expect(await store.remove(token(1), { registeredBefore: new Date(Date.now() + 1e9) })).toBe(false);
        const [found] = await store.list("10", "voip");
        expect(found!.registeredAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
      });

      test("keeps no alert token, without an error, and does not show the voip token for one", async () => {
        await store.save({ ...device("10", 1), pushType: "alert" });
        expect(await store.list("10", "alert")).toEqual([]);
        await store.save(device("10", 1));
        expect(await store.list("10", "alert")).toEqual([]);
      });

      test("says what is wrong when a token does not fit the column", async () => {
        await expect(store.save({ ...device("10", 1), token: "ab".repeat(201) })).rejects.toMatchObject({
          code: "STORE_FAILED",
          message: "postgresUserColumnStore: save failed: value too long for type character varying(400)",
        });
      });
    });
  });

  describe("with uuids for ids", () => {
    const id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    const store = postgresUserColumnStore(client, { schema, table: "people" });
    beforeAll(async () => {
      await client.query(`CREATE TABLE ${schema}.people (id uuid PRIMARY KEY, voip_device_token text UNIQUE)`);
      await client.query(`INSERT INTO ${schema}.people VALUES ('${id}')`);
    });

    test("knows a user by the upper case that an iPhone writes", async () => {
      await store.save(device(id.toUpperCase(), 1));
      expect(await store.list(id.toUpperCase(), "voip")).toMatchObject([{ userId: id, token: token(1) }]);
      expect(await store.list(id, "voip")).toMatchObject([{ userId: id, token: token(1) }]);
      expect(await store.remove(token(1), { userId: id.toUpperCase() })).toBe(true);
    });

    test("takes what is no uuid, or another spelling of one, for the id of nobody", async () => {
      await store.save(device(id, 1));
      for (const nobody of ["10", `{${id}}`, id.replaceAll("-", ""), ` ${id}`, ""]) {
        expect(await store.list(nobody, "voip")).toEqual([]);
        expect(await store.remove(token(1), { userId: nobody })).toBe(false);
      }
    });
  });

  describe("with a date column", () => {
    const store = postgresUserColumnStore(client, { schema, table: "dated", registeredAtColumn: "seen_at" });
    beforeAll(async () => {
      await client.query(
        `CREATE TABLE ${schema}.dated (id bigint PRIMARY KEY, voip_device_token text UNIQUE, seen_at timestamptz)`,
      );
      await client.query(`INSERT INTO ${schema}.dated VALUES (10, '${token(1)}', NULL)`);
    });

    test("keeps a token whose date is not known yet", async () => {
      expect(await store.remove(token(1), { registeredBefore: new Date(Date.now() + 1e9) })).toBe(false);
      await store.save(device("10", 1));
      expect((await store.list("10", "voip"))[0]?.registeredAt).toEqual(at(0));
      expect(await store.remove(token(1), { registeredBefore: at(1) })).toBe(true);
    });
  });

  test("reads the word development in a row as sandbox", async () => {
    const store = postgresUserColumnStore(client, { schema, table: "accounts", idColumn: "uid", ...everyColumn });
    await client.query(`TRUNCATE ${schema}.accounts`);
    await client.query(
      `INSERT INTO ${schema}.accounts (uid, "voipDeviceToken", environment) VALUES ('10', '${token(1)}', 'Development')`,
    );
    expect((await store.list("10", "voip"))[0]?.environment).toBe("sandbox");
  });

  test("names a table or column that is not there, and the option for it", async () => {
    const noTable = postgresUserColumnStore(client, { schema, table: "nowhere" });
    await expect(noTable.list("10", "voip")).rejects.toThrow(
      /"?\w+\.nowhere"? does not exist: .*options table and schema/,
    );
    const noColumn = postgresUserColumnStore(client, { schema, environmentColumn: "env" });
    await expect(noColumn.setEnvironment(token(1), "sandbox")).rejects.toThrow(
      /"env" .*does not exist: .*name columns/,
    );
  });
}

describe("postgresUserColumnStore on PGlite", () => {
  const database = startPglite();
  behaves(database);
});

if (postgresServer.missing !== undefined) {
  test.skip(`postgresUserColumnStore on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  describe("postgresUserColumnStore on PostgreSQL", () => {
    // A time zone far from UTC, because the date column of one table has none.
    const pool = new pg.Pool({ connectionString: postgresServer.url, options: "-c timezone=Asia/Tokyo" });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
    });
    behaves(pool);
  });
}

describe("postgresUserColumnStore", () => {
  const nobody: PostgresClient = { query: () => Promise.reject(new Error("not to be asked")) };

  test.each([
    [
      { table: "users; DROP TABLE users" },
      /^postgresUserColumnStore: table: "users; DROP TABLE users" given; wanted: a name/,
    ],
    [{ table: "public.users" }, /the schema goes into schema/],
    [{ tokenColumn: "" }, /tokenColumn: "" given; wanted: a name/],
    [{ idColumn: 'id"' }, /idColumn: ".*" given; wanted: a name/],
    [
      { alertTokenColumn: "voip_device_token" },
      /alertTokenColumn: "voip_device_token" given; wanted: another column than tokenColumn/,
    ],
    [{ environmentColumn: "a".repeat(64) }, /environmentColumn: .* given; wanted: a name of 1 to 63 letters/],
    [{ timeout: 0 }, /timeout: 0 given; wanted: milliseconds from 1 to/],
    [{ timeout: 2 ** 31 }, /timeout: 2147483648 given/],
  ])("refuses %j", (options, message) => {
    expect(() => postgresUserColumnStore(nobody, options)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
  });
});
