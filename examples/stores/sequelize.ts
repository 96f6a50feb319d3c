import type { Device, DevicePushType, DeviceStore, Environment } from "apns-voip";
import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Op,
  type Sequelize,
  UniqueConstraintError,
} from "sequelize";

export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: number;
  declare username: string;
  declare voipDeviceToken: string | null;
  declare apnsDeviceToken: string | null;
  declare bundleId: string | null;
  declare environment: Environment | null;
  declare registeredAt: Date | null;
}

/** Both token columns are unique: two users who register one token at once must not both keep it. */
export function initUser(sequelize: Sequelize): typeof User {
  return User.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true },
      username: { type: DataTypes.TEXT, allowNull: false },
      voipDeviceToken: { type: DataTypes.STRING(400), unique: true },
      apnsDeviceToken: { type: DataTypes.STRING(400), unique: true },
      bundleId: DataTypes.TEXT,
      environment: DataTypes.TEXT,
      registeredAt: DataTypes.DATE,
    },
    { sequelize, tableName: "users", underscored: true, timestamps: false },
  );
}

const COLUMN = { voip: "voipDeviceToken", alert: "apnsDeviceToken" } as const satisfies Record<DevicePushType, string>;

export function sequelizeDeviceStore(sequelize: Sequelize): DeviceStore {
  const hasToken = (token: string) => [{ voipDeviceToken: token }, { apnsDeviceToken: token }];

  async function save(device: Device, token: string): Promise<void> {
    const id = idOf(device.userId);
    await sequelize.transaction(async transaction => {
      const users = await User.findAll({
        where: { [Op.or]: [{ id: id ?? -1 }, ...hasToken(token)] },
        order: ["id"], // Whoever locks the same rows locks them in the same order, so there is no deadlock.
        lock: true,
        transaction,
      });
      const user = users.find(user => user.id === id);
      if (user === undefined) throw new Error(`there is no user ${JSON.stringify(device.userId)}`);

      const owner = users.find(user => user.voipDeviceToken === token || user.apnsDeviceToken === token);
      if (owner) {
        const moved = Object.values(COLUMN).filter(column => owner[column] === token);
        for (const column of moved) if (owner !== user || column !== COLUMN[device.pushType]) owner[column] = null;
        await owner.save({ transaction }); // Before the user gets it: the token column is unique.
      }
      user.set({
        [COLUMN[device.pushType]]: token,
        bundleId: device.bundleId ?? null,
        environment: device.environment ?? owner?.environment ?? null, // What was learned stays with the token.
        registeredAt: device.registeredAt,
      });
      await user.save({ transaction });
    });
  }

  return {
    async save(device) {
      const token = device.token.toLowerCase();
      await save(device, token).catch(error => {
        if (error instanceof UniqueConstraintError) return save(device, token); // Another user registered it meanwhile.
        throw error;
      });
    },

    async list(userId, pushType) {
      const id = idOf(userId);
      const user = id === undefined ? null : await User.findByPk(id);
      const token = user?.[COLUMN[pushType]];
      if (!user || !token) return [];
      return [
        {
          ...{ userId, token, pushType, platform: "ios" },
          bundleId: user.bundleId ?? undefined,
          environment: user.environment ?? undefined,
          registeredAt: user.registeredAt ?? new Date(),
        },
      ];
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isHex(token) || (userId !== undefined && idOf(userId) === undefined)) return false;
      const cleared = Object.values(COLUMN).map(column =>
        User.update(
          { [column]: null },
          {
            where: {
              [column]: token.toLowerCase(),
              ...(userId !== undefined && { id: idOf(userId) }),
              ...(registeredBefore !== undefined && { registeredAt: { [Op.lt]: registeredBefore } }),
            },
          },
        ),
      );
      return (await Promise.all(cleared)).some(([count]) => count > 0);
    },

    async setEnvironment(token, environment) {
      if (isHex(token)) await User.update({ environment }, { where: { [Op.or]: hasToken(token.toLowerCase()) } });
    },
  };
}

/** The id as a number. Undefined for text that the column cannot hold: PostgreSQL would answer it with an error. */
function idOf(userId: string): number | undefined {
  const id = Number(userId);
  return /^(0|[1-9][0-9]{0,9})$/.test(userId) && id < 2 ** 31 ? id : undefined;
}

const isHex = (token: string) => /^[0-9a-f]+$/i.test(token);
