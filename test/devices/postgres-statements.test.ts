import type { DeviceStore } from "apns-voip";
import { type PostgresClient, postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownName, postgresServer, startPglite } from "./databases.js";

const schema = ownName();
const ROWS = 20_000;
const token = (n: number) => n.toString(16).padStart(64, "0");
const device = {
  userId: "77",
  token: token(77),
  pushType: "voip",
  platform: "ios",
  bundleId: "com.example.app",
  deviceId: "A-1",
  registeredAt: new Date(Date.UTC(2031, 0, 1)),
} as const;

const OPERATIONS: Readonly<Record<string, (store: DeviceStore) => Promise<unknown>>> = {
  save: store => store.save(device),
  "save without a device id": store => store.save({ ...device, deviceId: undefined, userId: "78" }),
  list: store => store.list("77", "voip"),
  remove: store => store.remove(token(99)),
  "remove with conditions": store => store.remove(token(99), { userId: "77", registeredBefore: new Date() }),
  setEnvironment: store => store.setEnvironment(token(77), "sandbox"),
};

/** Every plan of what a store asks, as PostgreSQL itself would carry it out with these very values. */
function explaining(client: PostgresClient, plans: string[]): PostgresClient {
  return {
    query: async (text, values) => {
      const { rows } = await client.query(`EXPLAIN (COSTS OFF) ${text}`, values);
      plans.push(rows.map(row => Object.values(row as object)[0]).join("\n"));
      return client.query(text, values);
    },
  };
}

function usesIndexes(client: PostgresClient): void {
  const fill = `FROM generate_series(1, ${ROWS}) AS n`;
  const hex = (salt: number) => `lpad(to_hex(n + ${salt}), 64, '0')`;

  const stores: Readonly<
    Record<string, [prepare: () => Promise<unknown>, make: (client: PostgresClient) => DeviceStore, tokenIndex: string]>
  > = {
    postgresDeviceStore: [
      async () => {
        await postgresDeviceStore(client, { schema }).migrate();
        await client.query(`INSERT INTO ${schema}.push_devices (token, user_id, push_type, bundle_id, device_id, registered_at)
          SELECT ${hex(0)}, n, 'voip', 'com.example.app', 'A-1', now() ${fill}`);
        await client.query(`ANALYZE ${schema}.push_devices`);
      },
      client => postgresDeviceStore(client, { schema }),
      "push_devices_pkey",
    ],
    postgresUserColumnStore: [
      async () => {
        await client.query(`CREATE TABLE ${schema}.users (id integer PRIMARY KEY, voip_device_token text UNIQUE,
          apns_device_token text UNIQUE, environment text, registered_at timestamptz)`);
        await client.query(
          `INSERT INTO ${schema}.users SELECT n, ${hex(0)}, ${hex(1_000_000)}, 'production', now() ${fill}`,
        );
        await client.query(`ANALYZE ${schema}.users`);
      },
      client =>
        postgresUserColumnStore(client, {
          schema,
          alertTokenColumn: "apns_device_token",
          environmentColumn: "environment",
          registeredAtColumn: "registered_at",
        }),
      "users_voip_device_token_key",
    ],
  };

  describe.each(Object.entries(stores))("%s", (_, [prepare, make, tokenIndex]) => {
    beforeAll(async () => {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await client.query(`CREATE SCHEMA ${schema}`);
      await prepare();
    }, 240_000);

    test.each(Object.entries(OPERATIONS))("%s is one round trip and reads indexes only", async (_, operation) => {
      const plans: string[] = [];
      await operation(make(explaining(client, plans)));
      expect(plans).toHaveLength(1);
      expect(plans[0]).toMatch(/Index Scan|Index Only Scan|Bitmap Index Scan|Conflict Arbiter Indexes/);
      expect(plans[0]).not.toContain("Seq Scan");
    });

    test.each(["save", "remove", "setEnvironment"])(
      "%s looks the token up, in whatever form, by its index",
      async name => {
        const plans: string[] = [];
        await OPERATIONS[name]!(make(explaining(client, plans)));
        expect(plans[0]).toContain(tokenIndex);
      },
    );
  });
}

describe("on PGlite", () => {
  const database = startPglite();
  usesIndexes(database);
});

if (postgresServer.missing !== undefined) {
  test.skip(`statements on PostgreSQL: ${postgresServer.missing}`, () => {});
} else {
  const { url } = postgresServer;
  describe("on PostgreSQL", () => {
    const pool = new pg.Pool({ connectionString: url, max: 20 });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
    });
    usesIndexes(pool);

    test("eight new tokens of one phone at once leave one, and none is an error", async () => {
      const store = postgresDeviceStore(pool, { schema });
      await store.migrate();
      await Promise.all(
        Array.from({ length: 8 }, (_, n) => store.save({ ...device, userId: "phone", token: token(n) })),
      );
      expect(await store.list("phone", "voip")).toHaveLength(1);
    });

    test("two phones that swap users at once are no deadlock that anybody sees", async () => {
      const store = postgresDeviceStore(pool, { schema });
      const save = (userId: string, n: number) => store.save({ ...device, userId, token: token(n) });
      for (let round = 0; round < 20; round++) {
        await Promise.all([save("left", 1), save("right", 2)]);
        await Promise.all([save("left", 2), save("right", 1)]);
      }
      const both = [...(await store.list("left", "voip")), ...(await store.list("right", "voip"))];
      expect(both.map(({ token }) => token).sort()).toEqual([token(1), token(2)]);
    });

    test("dates are right whatever the program made of the driver's types and the session of its time zone", async () => {
      const own = [pg.types.builtins.TIMESTAMPTZ, pg.types.builtins.INT8, pg.types.builtins.NUMERIC];
      const types = {
        getTypeParser: (oid: number, format?: "text") =>
          own.includes(oid) ? () => "something else" : pg.types.getTypeParser(oid, format),
      } as pg.CustomTypesConfig;
      const options = "-c timezone=Asia/Kathmandu -c datestyle=German";
      const odd = new pg.Pool({ connectionString: url, types, options });
      const store = postgresDeviceStore(odd, { schema });
      const registeredAt = new Date("2031-03-30T01:02:03.987Z");
      await store.save({ ...device, userId: "dates", registeredAt });
      expect((await store.list("dates", "voip"))[0]?.registeredAt).toEqual(registeredAt);
      await odd.end();
    });
  });
}
