import { type DeviceStore, memoryDeviceStore } from "apns-voip";
import {
  type PostgresClient,
  type PostgresDeviceStore,
  postgresDeviceStore,
  postgresUserColumnStore,
} from "apns-voip/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownName, postgresServer, startPglite } from "./databases.js";

const TOKEN = `${"f0e437b6".padEnd(56, "09a1")}fedcba98`;
const grouped = (size: number, between: string) => TOKEN.replace(new RegExp(`.{${size}}(?=.)`, "g"), `$&${between}`);
const OLD = `<${grouped(8, " ")}>`;

/** What servers have written into tables of their own: both stores find it by an index. */
const SPELLINGS = [
  ...[TOKEN, OLD, `<${TOKEN}>`, `"${TOKEN}"`, `0x${TOKEN}`],
  ...[grouped(2, ":"), grouped(2, " "), grouped(2, "-"), grouped(4, "-"), grouped(4, " "), grouped(8, " ")],
].flatMap(spelling => [spelling, spelling.toUpperCase()]);

/** What the table of our own finds as well, because its trigger cleans tokens. */
const ODD_SPELLINGS = [
  `${TOKEN.slice(0, 20).toUpperCase()}${TOKEN.slice(20)}`,
  ` ${TOKEN}\r\n`,
  `{${grouped(16, ", ")}}`,
  `\\x${TOKEN}`,
  TOKEN.replaceAll(/../g, "0x$&;"),
  TOKEN.replaceAll(/../g, "\\x$&"),
  grouped(6, "_"),
  `'${grouped(2, "\t")}'`,
];

/** What looks like digits and is none. Its digits put together would be another phone's token, or nobody's. */
const NO_TOKENS = [
  "0F8FAD5B-D9CB-469F-A165-70867728950E",
  [...Buffer.from(TOKEN, "hex")].join(", "),
  `${TOKEN.slice(0, 32)}...${TOKEN.slice(-16)}`,
  `${TOKEN.slice(0, 20)}****${TOKEN.slice(-20)}`,
];

/** Rows that only the reader of registrations would understand. A call rings them, so they must go when Apple or the user says so. */
const LABELLED = [
  `apns:${TOKEN}`,
  JSON.stringify({ token: TOKEN }),
  `%3C${TOKEN}%3E`,
  grouped(3, " "),
  `${TOKEN}\u00A0`,
  `<${TOKEN.slice(0, 60)}`,
];

const device = (userId: string, token = TOKEN) =>
  ({ userId, token, pushType: "voip", platform: "ios", registeredAt: new Date("2031-01-01T00:00:00Z") }) as const;
const tokensOf = async (store: DeviceStore, userId: string) =>
  (await store.list(userId, "voip")).map(({ token }) => token);

function findsOldRows(client: PostgresClient): void {
  const schema = ownName();
  beforeAll(() => client.query(`CREATE SCHEMA ${schema}`), 60_000);
  afterAll(() => client.query(`DROP SCHEMA ${schema} CASCADE`));
  let tables = 0;

  async function ownTable() {
    const table = `devices_${++tables}`;
    const store: PostgresDeviceStore = postgresDeviceStore(client, { schema, table });
    await store.migrate();
    const insert = (token: string, userId = "10", at = "2030-01-01") =>
      client.query(
        `INSERT INTO ${schema}.${table} (token, user_id, push_type, registered_at) VALUES ($1, $2, 'voip', $3)`,
        [token, userId, at],
      );
    return { store, insert, table: `${schema}.${table}` };
  }

  async function usersTable() {
    const table = `users_${++tables}`;
    await client.query(
      `CREATE TABLE ${schema}.${table} (id int PRIMARY KEY, voip_device_token text UNIQUE, env text, at timestamptz)`,
    );
    await client.query(`INSERT INTO ${schema}.${table} (id) VALUES (10), (11)`);
    const options = { schema, table, environmentColumn: "env", registeredAtColumn: "at" };
    const insert = (token: string) =>
      client.query(`UPDATE ${schema}.${table} SET voip_device_token = $1, at = now() WHERE id = 10`, [token]);
    return { store: postgresUserColumnStore(client, options), insert, table: `${schema}.${table}` };
  }

  const isFound = async (store: DeviceStore) => {
    expect(await tokensOf(store, "10")).toEqual([TOKEN]);
    await store.setEnvironment(TOKEN, "sandbox");
    expect(await store.list("10", "voip")).toMatchObject([{ environment: "sandbox" }]);
    await store.save(device("11"));
    expect(await tokensOf(store, "10")).toEqual([]);
    expect(await store.list("11", "voip")).toMatchObject([{ token: TOKEN, environment: "sandbox" }]);
    expect(await store.remove(OLD)).toBe(true);
    expect(await tokensOf(store, "11")).toEqual([]);
  };

  describe.each([...SPELLINGS, ...ODD_SPELLINGS])("a row that was there before us with the token %j", spelling => {
    test("is the same token for postgresDeviceStore", async () => {
      const { store, insert } = await ownTable();
      await insert(spelling);
      await isFound(store);
    });

    test("is removed by it, also for its user only", async () => {
      const { store, insert } = await ownTable();
      await insert(spelling);
      expect(await store.remove(TOKEN, { userId: "11" })).toBe(false);
      expect(await store.remove(TOKEN, { userId: "10", registeredBefore: new Date("2031-01-01") })).toBe(true);
    });
  });

  test("our table has it clean as soon as it is written, also by an update", async () => {
    const { insert, table } = await ownTable();
    await insert(OLD);
    expect((await client.query(`SELECT token FROM ${table}`)).rows).toEqual([{ token: TOKEN }]);
    await client.query(`UPDATE ${table} SET token = $1`, [`0x${TOKEN.toUpperCase()}`]);
    expect((await client.query(`SELECT token FROM ${table}`)).rows).toEqual([{ token: TOKEN }]);
    await expect(insert(TOKEN.toUpperCase(), "11")).rejects.toThrow(/duplicate key/);
  });

  test.each(SPELLINGS)(
    "the token %j in the users table is the same one for postgresUserColumnStore",
    async spelling => {
      const { store, insert } = await usersTable();
      await insert(spelling);
      await isFound(store);
    },
  );

  test.each(ODD_SPELLINGS)("a user's token %j in the users table is pushed to as what it is", async spelling => {
    const { store, insert } = await usersTable();
    await insert(spelling);
    expect(await tokensOf(store, "10")).toEqual([TOKEN]);
  });

  test.each([...SPELLINGS, ...ODD_SPELLINGS, ...LABELLED, ...NO_TOKENS])(
    "what postgresDeviceStore lists of a row %j learns its environment, and can be removed",
    async spelling => {
      const { store, insert } = await ownTable();
      await insert(spelling);
      const [listed = ""] = await tokensOf(store, "10");
      await store.setEnvironment(listed, "sandbox");
      expect(await store.list("10", "voip")).toMatchObject([{ token: listed, environment: "sandbox" }]);
      expect(await store.remove(listed, { userId: "10" })).toBe(true);
      expect(await tokensOf(store, "10")).toEqual([]);
    },
  );

  test.each(NO_TOKENS)("%j becomes no token, in neither table", async text => {
    for (const make of [ownTable, usersTable]) {
      const { store, insert } = await make();
      await insert(text);
      expect(await tokensOf(store, "10")).toEqual([text.toLowerCase()]);
    }
  });

  test("of rows with one token in several spellings the newest stays when the table is brought up to date", async () => {
    const { store, insert, table } = await ownTable();
    await client.query(`DROP TRIGGER ${table.split(".")[1]}_clean ON ${table}`);
    await client.query(`DELETE FROM ${table}_migrations WHERE version = 2`);
    const rows = [OLD, TOKEN.toUpperCase(), grouped(2, ":"), ODD_SPELLINGS[0]!, TOKEN];
    for (const [day, spelling] of rows.entries()) await insert(spelling, String(10 + day), `2031-01-0${day + 1}`);
    await store.migrate();
    expect((await client.query(`SELECT user_id, token FROM ${table}`)).rows).toEqual([{ user_id: "14", token: TOKEN }]);
  });
}

describe("on PGlite", () => findsOldRows(startPglite()));

if (postgresServer.missing !== undefined) {
  test.skip(`old rows on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  describe("on PostgreSQL", () => {
    const pool = new pg.Pool({ connectionString: postgresServer.url });
    afterAll(() => pool.end());
    findsOldRows(pool);
  });
}

test("the memory store takes the printed form for the same token, too", async () => {
  const store = memoryDeviceStore();
  await store.save(device("10", OLD));
  await store.save(device("11", TOKEN.toUpperCase()));
  expect(await tokensOf(store, "10")).toEqual([]);
  expect(await tokensOf(store, "11")).toEqual([TOKEN]);
  expect(await store.remove(OLD)).toBe(true);
});
