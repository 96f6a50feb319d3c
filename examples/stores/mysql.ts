import type { Device, DeviceStore } from "apns-voip";
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from "mysql2/promise";

/**
 * The table for MySQL 8 and MariaDB. Its columns are bytes, because their text takes `a` and `A`, or `a` and `a `, for
 * the same id.
 */
export const TABLE = `
  CREATE TABLE IF NOT EXISTS push_devices (
    token VARBINARY(512) PRIMARY KEY,
    user_id VARBINARY(512) NOT NULL,
    push_type ENUM('voip', 'alert') NOT NULL,
    bundle_id VARBINARY(620) NOT NULL DEFAULT '',
    device_id VARBINARY(1020),
    environment ENUM('production', 'sandbox'),
    registered_at BIGINT NOT NULL,
    UNIQUE KEY phone (user_id, push_type, bundle_id, device_id)
  )`;

const SAVE = `
  INSERT INTO push_devices (token, user_id, push_type, bundle_id, device_id, environment, registered_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON DUPLICATE KEY UPDATE
    environment = IF(token = VALUES(token), COALESCE(VALUES(environment), environment), VALUES(environment)),
    token = VALUES(token), user_id = VALUES(user_id), push_type = VALUES(push_type), bundle_id = VALUES(bundle_id),
    device_id = VALUES(device_id), registered_at = VALUES(registered_at)`;

/** `pool` is `createPool(...)` of `mysql2/promise`; run `TABLE` once before. */
export function mysqlDeviceStore(pool: Pool): DeviceStore {
  async function save(connection: PoolConnection, device: Device): Promise<void> {
    const { userId, pushType, bundleId = "", deviceId = null, environment = null, registeredAt } = device;
    const token = device.token.toLowerCase();
    await connection.beginTransaction();
    if (deviceId !== null) {
      await connection.execute(
        "DELETE FROM push_devices WHERE user_id = ? AND push_type = ? AND bundle_id = ? AND device_id = ? AND token <> ?",
        [userId, pushType, bundleId, deviceId, token],
      );
    }
    await connection.execute(SAVE, [token, userId, pushType, bundleId, deviceId, environment, registeredAt.getTime()]);
    await connection.commit();
  }

  return {
    async save(device) {
      const { userId, token, bundleId = "", deviceId = "" } = device;
      if (![userId, token, bundleId, deviceId].every(id => id.isWellFormed()))
        throw new Error("an id has text that is none");
      const connection = await pool.getConnection();
      try {
        for (let tries = 1; ; tries++) {
          try {
            return await save(connection, device);
          } catch (error) {
            await connection.rollback();
            if (tries === 5 || !metAnother(error)) throw error;
          }
        }
      } finally {
        connection.release();
      }
    },

    async list(userId, pushType) {
      if (!userId.isWellFormed()) return [];
      const [rows] = await pool.execute<RowDataPacket[]>(
        "SELECT * FROM push_devices WHERE user_id = ? AND push_type = ? ORDER BY registered_at DESC",
        [userId, pushType],
      );
      return rows.map(row => ({
        ...{ userId, pushType, platform: "ios" },
        token: String(row.token),
        bundleId: String(row.bundle_id) || undefined,
        deviceId: row.device_id === null ? undefined : String(row.device_id),
        environment: row.environment ?? undefined,
        registeredAt: new Date(Number(row.registered_at)),
      }));
    },

    async remove(token, { userId, registeredBefore } = {}) {
      const [{ affectedRows }] = await pool.execute<ResultSetHeader>(
        `DELETE FROM push_devices WHERE token = ? AND user_id = COALESCE(?, user_id) AND registered_at < COALESCE(?, registered_at + 1)`,
        [token.toLowerCase(), userId ?? null, registeredBefore?.getTime() ?? null],
      );
      return affectedRows > 0;
    },

    async setEnvironment(token, environment) {
      await pool.execute("UPDATE push_devices SET environment = ? WHERE token = ?", [environment, token.toLowerCase()]);
    },
  };
}

/** True for a deadlock or a duplicate row: two tokens of one phone, or two phones that swap users, were saved at once. */
function metAnother(error: unknown): boolean {
  return ["ER_LOCK_DEADLOCK", "ER_DUP_ENTRY", "ER_CHECKREAD"].includes((error as { code?: string }).code ?? "");
}
