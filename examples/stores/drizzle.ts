import type { Device, DeviceStore } from "apns-voip";
import { and, DrizzleQueryError, desc, eq, isNull, lt, ne, sql } from "drizzle-orm";
import { type PgDatabase, type PgQueryResultHKT, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

export const devices = pgTable(
  "devices",
  {
    token: text().primaryKey(),
    userId: text("user_id").notNull(),
    pushType: text("push_type").$type<Device["pushType"]>().notNull(),
    bundleId: text("bundle_id"),
    deviceId: text("device_id"),
    environment: text().$type<Device["environment"]>(),
    registeredAt: timestamp("registered_at", { withTimezone: true, precision: 3 }).notNull(),
  },
  // One index finds a user's devices and lets a phone have one token per app.
  table => [
    uniqueIndex("devices_phone").on(table.userId, table.pushType, sql`coalesce(${table.bundleId}, '')`, table.deviceId),
  ],
);

export function drizzleDeviceStore(db: PgDatabase<PgQueryResultHKT>): DeviceStore {
  async function save({ platform: _, ...device }: Device): Promise<void> {
    const { token, userId, pushType, deviceId } = device;
    const bundleId = device.bundleId ?? null;
    if (![token, userId, bundleId ?? "", deviceId ?? ""].every(isText)) throw new Error("an id has text that is none");
    await db.transaction(async tx => {
      if (deviceId !== undefined) {
        const sameApp = bundleId === null ? isNull(devices.bundleId) : eq(devices.bundleId, bundleId);
        const samePhone = and(
          eq(devices.userId, userId),
          eq(devices.pushType, pushType),
          eq(devices.deviceId, deviceId),
        );
        await tx.delete(devices).where(and(samePhone, sameApp, ne(devices.token, token)));
      }
      const row = { ...device, bundleId, deviceId: deviceId ?? null };
      const environment = sql`coalesce(excluded.environment, ${devices.environment})`; // What was learned stays.
      await tx
        .insert(devices)
        .values(row)
        .onConflictDoUpdate({ target: devices.token, set: { ...row, environment } });
    });
  }

  return {
    async save(device) {
      const lowerCase = { ...device, token: device.token.toLowerCase() };
      for (let tries = 1; ; tries++) {
        try {
          return await save(lowerCase);
        } catch (error) {
          if (tries === 5 || !metAnother(error)) throw error;
        }
      }
    },

    async list(userId, pushType) {
      if (!isText(userId)) return [];
      const rows = await db
        .select()
        .from(devices)
        .where(and(eq(devices.userId, userId), eq(devices.pushType, pushType)))
        .orderBy(desc(devices.registeredAt));
      return rows.map(row => ({
        ...{ ...row, platform: "ios" },
        bundleId: row.bundleId ?? undefined,
        deviceId: row.deviceId ?? undefined,
        environment: row.environment ?? undefined,
      }));
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isText(token) || (userId !== undefined && !isText(userId))) return false;
      const removed = await db
        .delete(devices)
        .where(
          and(
            eq(devices.token, token.toLowerCase()),
            userId === undefined ? undefined : eq(devices.userId, userId),
            registeredBefore && lt(devices.registeredAt, registeredBefore),
          ),
        )
        .returning({ token: devices.token });
      return removed.length > 0;
    },

    async setEnvironment(token, environment) {
      if (isText(token)) await db.update(devices).set({ environment }).where(eq(devices.token, token.toLowerCase()));
    },
  };
}

/**
 * True for text that PostgreSQL can hold. Other text is nobody's id, and broken Unicode would be stored as something
 * else.
 */
const isText = (text: string) => text.isWellFormed() && !text.includes("\0");

/**
 * True for a unique violation or a deadlock: two tokens of one phone, or two phones that swap users, were saved at
 * once. The save can be repeated.
 */
function metAnother(error: unknown): boolean {
  const code = error instanceof DrizzleQueryError && (error.cause as { code?: string } | undefined)?.code;
  return code === "23505" || code === "40P01";
}
