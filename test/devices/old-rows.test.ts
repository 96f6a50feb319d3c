import { PGlite } from "@electric-sql/pglite";
import { type DeviceStore, memoryDeviceStore } from "apns-voip";
import { type PostgresDeviceStore, postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import { afterAll, describe, expect, test } from "vitest";

const TOKEN = "f0e437b6".padEnd(64, "0");
const OLD = `<${TOKEN.replace(/.{8}(?!$)/g, "$& ")}>`;
const SPELLINGS = [OLD, OLD.toUpperCase(), `<${TOKEN}>`, TOKEN.toUpperCase(), TOKEN];

const db = new PGlite();
afterAll(() => db.close());

const device = (userId: string, token = TOKEN) =>
  ({ userId, token, pushType: "voip", platform: "ios", registeredAt: new Date("2031-01-01T00:00:00Z") }) as const;
const tokensOf = async (store: DeviceStore, userId: string) =>
  (await store.list(userId, "voip")).map(({ token }) => token);

let tables = 0;
async function ownTable(): Promise<{ store: PostgresDeviceStore; table: string }> {
  const table = `devices_${++tables}`;
  const store = postgresDeviceStore(db, { table });
  await store.migrate();
  return { store, table };
}

async function usersTable(): Promise<{ store: DeviceStore; table: string }> {
  const table = `users_${++tables}`;
  await db.exec(`CREATE TABLE ${table} (id int PRIMARY KEY, voip_device_token text, env text, at timestamptz);
    INSERT INTO ${table} (id) VALUES (10), (11)`);
  const options = { table, environmentColumn: "env", registeredAtColumn: "at" };
  return { store: postgresUserColumnStore(db, options), table };
}

describe.each(SPELLINGS)("a row that another program wrote with the token %s", spelling => {
  const insert = (table: string) =>
    table.startsWith("users")
      ? db.query(`UPDATE ${table} SET voip_device_token = $1, at = now() WHERE id = 10`, [spelling])
      : db.query(`INSERT INTO ${table} (token, user_id, push_type) VALUES ($1, '10', 'voip')`, [spelling]);

  test.each([
    ["postgresDeviceStore", ownTable],
    ["postgresUserColumnStore", usersTable],
  ])("is the same token for %s", async (_, make) => {
    const { store, table } = await make();
    await insert(table);
    expect(await tokensOf(store, "10")).toEqual([TOKEN]);
    await store.setEnvironment(TOKEN, "sandbox");
    expect(await store.list("10", "voip")).toMatchObject([{ environment: "sandbox" }]);
    await store.save(device("11"));
    expect(await tokensOf(store, "10")).toEqual([]);
    expect(await store.list("11", "voip")).toMatchObject([{ token: TOKEN, environment: "sandbox" }]);
    expect(await store.remove(OLD)).toBe(true);
    expect(await tokensOf(store, "11")).toEqual([]);
  });
});

test("of rows with one token in several spellings the newest stays when the table is brought up to date", async () => {
  const { store, table } = await ownTable();
  await db.exec(`DROP INDEX ${table}_token; DELETE FROM ${table}_migrations WHERE version = 2`);
  for (const [day, spelling] of SPELLINGS.entries()) {
    const at = `2031-01-0${day + 1}`;
    await db.query(`INSERT INTO ${table} (token, user_id, push_type, registered_at) VALUES ($1, $2, 'voip', $3)`, [
      spelling,
      String(10 + day),
      at,
    ]);
  }
  await expect(store.save(device("9"))).rejects.toThrow(/call migrate\(\) once/);
  await store.migrate();
  const { rows } = await db.query(`SELECT user_id FROM ${table}`);
  expect(rows).toEqual([{ user_id: "14" }]);
});

test("the memory store takes the printed form for the same token, too", async () => {
  const store = memoryDeviceStore();
  await store.save(device("10", OLD));
  await store.save(device("11", TOKEN.toUpperCase()));
  expect(await tokensOf(store, "10")).toEqual([]);
  expect(await tokensOf(store, "11")).toEqual([TOKEN]);
  expect(await store.remove(OLD)).toBe(true);
});
