import type { DatabaseSync } from "node:sqlite";
import type { DeviceStore } from "apns-voip";

const TABLE = `
  CREATE TABLE IF NOT EXISTS push_devices (
    token TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    push_type TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    device_id TEXT,
    environment TEXT,
    registered_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS push_devices_phone
    ON push_devices (user_id, push_type, bundle_id, device_id)`;

/**
 * For one process on one machine: `new DatabaseSync("devices.db")`. Its calls are synchronous, so nothing comes between
 * the two statements of a save.
 */
export function sqliteDeviceStore(database: DatabaseSync): DeviceStore {
  database.exec(TABLE);
  const replace = database.prepare(
    "DELETE FROM push_devices WHERE user_id = ? AND push_type = ? AND bundle_id = ? AND device_id = ? AND token <> ?",
  );
  const insert = database.prepare(
    `INSERT INTO push_devices (token, user_id, push_type, bundle_id, device_id, environment, registered_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (token) DO UPDATE SET
       user_id = excluded.user_id, push_type = excluded.push_type, bundle_id = excluded.bundle_id,
       device_id = excluded.device_id, registered_at = excluded.registered_at,
       environment = COALESCE(excluded.environment, environment)`,
  );
  const select = database.prepare(
    "SELECT * FROM push_devices WHERE user_id = ? AND push_type = ? ORDER BY registered_at DESC",
  );
  const remove = database.prepare(
    `DELETE FROM push_devices WHERE token = ? AND user_id = COALESCE(?, user_id)
     AND registered_at < COALESCE(?, registered_at + 1)`,
  );
  const setEnvironment = database.prepare("UPDATE push_devices SET environment = ? WHERE token = ?");

  return {
    async save({ userId, pushType, bundleId = "", deviceId = null, environment = null, registeredAt, ...device }) {
      const token = device.token.toLowerCase();
      if (![userId, token, bundleId, deviceId ?? ""].every(isText)) throw new Error("an id has text that is none");
      database.exec("BEGIN IMMEDIATE");
      try {
        replace.run(userId, pushType, bundleId, deviceId, token);
        insert.run(token, userId, pushType, bundleId, deviceId, environment, registeredAt.getTime());
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },

    async list(userId, pushType) {
      if (!isText(userId)) return [];
      return select.all(userId, pushType).map(row => ({
        ...{ userId, pushType, platform: "ios" },
        token: String(row.token),
        bundleId: String(row.bundle_id) || undefined,
        deviceId: row.device_id === null ? undefined : String(row.device_id),
        environment: (row.environment as "production" | "sandbox" | null) ?? undefined,
        registeredAt: new Date(Number(row.registered_at)),
      }));
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isText(token) || (userId !== undefined && !isText(userId))) return false;
      const { changes } = remove.run(token.toLowerCase(), userId ?? null, registeredBefore?.getTime() ?? null);
      return Number(changes) > 0;
    },

    async setEnvironment(token, environment) {
      if (isText(token)) setEnvironment.run(environment, token.toLowerCase());
    },
  };
}

/** True for text that SQLite gives back as it was. */
const isText = (text: string) => text.isWellFormed() && !text.includes("\0");
