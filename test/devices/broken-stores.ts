import type { Device, DeviceStore } from "apns-voip";

/**
 * A store of plain rows, each decision a rule of its own. With the right rules it is a right store; every broken store is
 * this one with one rule that somebody could well get wrong.
 */
interface Rules {
  readonly tokenKey: (token: string) => string;
  readonly userKey: (userId: string) => string;
  /** What is written: `before` is the row that the token had. */
  readonly row: (device: Device, before: Device | undefined) => Device;
  /** Whether saving `device` updates `other`, a row with the same token. */
  readonly isSameRow: (other: Device, device: Device) => boolean;
  /** Whether saving `device` removes `other`, a row with another token. */
  readonly isReplacedBy: (other: Device, device: Device) => boolean;
  readonly mayRemove: (device: Device, only: RemoveConditions) => boolean;
  readonly removed: (count: number) => boolean;
  readonly isListed: (device: Device, pushType: string) => boolean;
  readonly order: (a: Device, b: Device) => number;
  readonly out: (device: Device) => Device;
  readonly learned: (device: Device, environment: "production" | "sandbox") => Device;
  readonly learnsFor: (device: Device, tokenKey: string) => boolean;
  readonly unknownToken: () => void;
  /** Where another request may come in between reading and writing. */
  readonly beforeSave: () => Promise<void> | undefined;
  readonly beforeRemove: () => Promise<void> | undefined;
  readonly beforeSetEnvironment: () => Promise<void> | undefined;
}

type RemoveConditions = { readonly userId?: string | undefined; readonly registeredBefore?: Date | undefined };

const RIGHT: Rules = {
  tokenKey: token => token.toLowerCase(),
  userKey: userId => userId,
  row: (device, before) => ({ ...device, environment: device.environment ?? before?.environment }),
  isSameRow: () => true,
  isReplacedBy: (other, device) =>
    device.deviceId !== undefined &&
    other.userId === device.userId &&
    other.pushType === device.pushType &&
    other.bundleId === device.bundleId &&
    other.deviceId === device.deviceId,
  mayRemove: (device, { userId, registeredBefore }) =>
    (userId === undefined || device.userId === userId) &&
    (registeredBefore === undefined || device.registeredAt < registeredBefore),
  removed: count => count > 0,
  isListed: (device, pushType) => device.pushType === pushType,
  order: (a, b) => b.registeredAt.getTime() - a.registeredAt.getTime(),
  out: device => ({ ...device, registeredAt: new Date(device.registeredAt) }),
  learned: (device, environment) => ({ ...device, environment }),
  learnsFor: (device, tokenKey) => device.token === tokenKey,
  unknownToken: () => {},
  beforeSave: () => undefined,
  beforeRemove: () => undefined,
  beforeSetEnvironment: () => undefined,
};

export function rowStore(changed: Partial<Rules> = {}): DeviceStore {
  const rules = { ...RIGHT, ...changed };
  let rows: Device[] = [];
  return {
    async save(given) {
      const device = rules.out({ ...given, token: rules.tokenKey(given.token), userId: rules.userKey(given.userId) });
      const before = rows.find(row => row.token === device.token && rules.isSameRow(row, device));
      const pause = rules.beforeSave();
      if (pause) await pause;
      rows = rows.filter(row => row !== before && !(row.token !== device.token && rules.isReplacedBy(row, device)));
      rows.push(rules.row(device, before));
    },
    async list(userId, pushType) {
      return rows
        .filter(row => row.userId === rules.userKey(userId) && rules.isListed(row, pushType))
        .sort(rules.order)
        .map(row => rules.out({ ...row, userId }));
    },
    async remove(token, only = {}) {
      const found = rows.filter(row => row.token === rules.tokenKey(token) && rules.mayRemove(row, only));
      const pause = rules.beforeRemove();
      if (pause) await pause;
      const tokens = new Set(found.map(row => row.token));
      rows = rows.filter(row => !tokens.has(row.token));
      return rules.removed(found.length);
    },
    async setEnvironment(token, environment) {
      const found = rows.filter(row => rules.learnsFor(row, rules.tokenKey(token)));
      if (found.length === 0) rules.unknownToken();
      const pause = rules.beforeSetEnvironment();
      if (pause) await pause;
      for (const row of found) {
        rows = rows.filter(other => other.token !== row.token);
        rows.push(rules.learned(row, environment));
      }
    },
  };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

function samePhone(compare: (a: string, b: string) => boolean): Rules["isReplacedBy"] {
  return (other, device) =>
    other.deviceId !== undefined &&
    device.deviceId !== undefined &&
    compare(other.deviceId, device.deviceId) &&
    other.userId === device.userId &&
    other.pushType === device.pushType &&
    other.bundleId === device.bundleId;
}

const rightExcept =
  (field: "userId" | "pushType" | "bundleId"): Rules["isReplacedBy"] =>
  (other, device) =>
    device.deviceId !== undefined && RIGHT.isReplacedBy({ ...other, [field]: device[field] }, device);

const BROKEN: Readonly<Record<string, Partial<Rules>>> = {
  "takes upper and lower case for two tokens": { tokenKey: token => token },
  "hands out upper case": { tokenKey: token => token.toUpperCase() },
  "cuts tokens at 64 digits": { tokenKey: token => token.toLowerCase().slice(0, 64) },
  "cuts tokens at 255 digits": { tokenKey: token => token.toLowerCase().slice(0, 255) },
  "ends tokens at a NUL": { tokenKey: token => token.toLowerCase().split("\0")[0]! },

  "reads user ids as numbers": { userKey: userId => (Number.isNaN(Number(userId)) ? userId : String(Number(userId))) },
  "reads user ids with parseInt": {
    userKey: userId => (Number.isNaN(parseInt(userId, 10)) ? userId : String(parseInt(userId, 10))),
  },
  "folds the case of user ids": { userKey: userId => userId.toLowerCase() },
  "trims user ids": { userKey: userId => userId.trim() },
  "normalises user ids": { userKey: userId => userId.normalize("NFC") },
  "normalises user ids for compatibility": { userKey: userId => userId.normalize("NFKC") },
  "cuts user ids at 250 characters": { userKey: userId => userId.slice(0, 250) },
  "drops NULs from user ids": { userKey: userId => userId.replaceAll("\0", "") },
  "repairs broken Unicode in user ids": { userKey: userId => userId.toWellFormed() },
  "takes what is not ASCII for a question mark": { userKey: userId => userId.replace(/[^\0-\x7f]/g, "?") },
  "unescapes quotes in user ids": { userKey: userId => userId.replaceAll("''", "'") },

  "leaves a token with its first user too": { isSameRow: (other, device) => other.userId === device.userId },
  "never moves a token": { row: (device, before) => (before ? { ...device, userId: before.userId } : device) },
  "adds a row at every registration": { isSameRow: () => false },
  "keeps a token once per push type": { isSameRow: (other, device) => other.pushType === device.pushType },
  "ignores a token that it has": { row: (device, before) => (before?.userId === device.userId ? before : device) },
  "does not refresh the date": {
    row: (device, before) =>
      RIGHT.row({ ...device, registeredAt: before?.registeredAt ?? device.registeredAt }, before),
  },
  "forgets the environment when a token is refreshed": { row: device => device },
  "forgets the environment when a token moves": {
    row: (device, before) => RIGHT.row(device, before?.userId === device.userId ? before : undefined),
  },
  "never overwrites a learned environment": {
    row: (device, before) => ({ ...device, environment: before?.environment ?? device.environment }),
  },
  "keeps the first bundle id": {
    row: (device, before) => ({ ...RIGHT.row(device, before), bundleId: before?.bundleId ?? device.bundleId }),
  },
  "keeps one device per user": {
    isReplacedBy: (other, device) => other.userId === device.userId && other.pushType === device.pushType,
  },
  "keeps ten devices per user": {
    isListed: (() => {
      let n = 0;
      return (device, pushType) => device.pushType === pushType && n++ < 10;
    })(),
  },

  "stores whole seconds": {
    out: device => ({ ...device, registeredAt: new Date(Math.floor(device.registeredAt.getTime() / 1000) * 1000) }),
  },
  "gives dates as text": {
    out: device => ({ ...device, registeredAt: device.registeredAt.toString() as unknown as Date }),
  },
  "gives null for what is absent": {
    out: device => ({ ...RIGHT.out(device), bundleId: device.bundleId ?? (null as unknown as undefined) }),
  },
  "gives empty text for what is absent": { out: device => ({ ...RIGHT.out(device), bundleId: device.bundleId ?? "" }) },
  "drops the bundle id": { out: device => ({ ...RIGHT.out(device), bundleId: undefined }) },
  "drops the device id": { out: device => ({ ...RIGHT.out(device), deviceId: undefined }) },
  "cuts device ids at 36 characters": {
    out: device => ({ ...RIGHT.out(device), deviceId: device.deviceId?.slice(0, 36) }),
  },
  "shares its objects with the caller": { out: device => device },

  "does not replace a phone's old token": { isReplacedBy: () => false },
  "lets anybody evict a phone": { isReplacedBy: rightExcept("userId") },
  "lets a phone's voip token replace its alert token": { isReplacedBy: rightExcept("pushType") },
  "lets one app of a vendor replace another": { isReplacedBy: rightExcept("bundleId") },
  "takes two phones without an id for one": {
    isReplacedBy: (other, device) =>
      RIGHT.isReplacedBy({ ...other, deviceId: other.deviceId ?? "" }, { ...device, deviceId: device.deviceId ?? "" }),
  },
  "does not take absent bundle ids for equal": {
    isReplacedBy: (other, device) => device.bundleId !== undefined && RIGHT.isReplacedBy(other, device),
  },
  "takes device ids for patterns": {
    isReplacedBy: samePhone((a, b) =>
      new RegExp(`^${b.replaceAll("%", ".*").replaceAll("_", ".")}$`.replaceAll("*.", ".")).test(a),
    ),
  },
  "folds the case of device ids": { isReplacedBy: samePhone((a, b) => a.toLowerCase() === b.toLowerCase()) },
  "trims device ids": { isReplacedBy: samePhone((a, b) => a.trim() === b.trim()) },
  "normalises device ids": { isReplacedBy: samePhone((a, b) => a.normalize() === b.normalize()) },
  "runs bundle id and device id together": {
    isReplacedBy: (other, device) =>
      device.deviceId !== undefined &&
      other.userId === device.userId &&
      other.pushType === device.pushType &&
      `${other.bundleId}:${other.deviceId}` === `${device.bundleId}:${device.deviceId}`,
  },
  "hands the phone's environment on to its new token": (() => {
    let last: Device | undefined;
    return {
      row: (device, before) =>
        (last = RIGHT.row(device, before ?? (last?.deviceId === device.deviceId ? last : undefined))),
    };
  })(),

  "mixes voip and alert tokens": { isListed: () => true },
  "lists the oldest first": { order: (a, b) => a.registeredAt.getTime() - b.registeredAt.getTime() },
  "lists in the order of saving": { order: () => 0 },
  "lists the latest saved first": { order: () => -1 },

  "removes whoever's token": { mayRemove: (device, only) => RIGHT.mayRemove(device, { ...only, userId: undefined }) },
  "removes whatever its date": {
    mayRemove: (device, only) => RIGHT.mayRemove(device, { ...only, registeredBefore: undefined }),
  },
  "removes what was registered at the very date": {
    mayRemove: (device, { userId, registeredBefore }) =>
      RIGHT.mayRemove(device, { userId }) &&
      (registeredBefore === undefined || device.registeredAt <= registeredBefore),
  },
  "removes when one of two conditions fits": {
    mayRemove: (device, only) =>
      (only.userId !== undefined && device.userId === only.userId) ||
      (only.registeredBefore !== undefined && device.registeredAt < only.registeredBefore) ||
      (only.userId === undefined && only.registeredBefore === undefined),
  },
  "looks at the user and forgets the date": {
    mayRemove: (device, only) =>
      only.userId === undefined ? RIGHT.mayRemove(device, only) : device.userId === only.userId,
  },
  "takes an undefined condition for one": {
    mayRemove: (device, only) => ("userId" in only ? device.userId === only.userId : RIGHT.mayRemove(device, only)),
  },
  "never removes": { mayRemove: () => false },
  "always says that it removed": { removed: () => true },
  "never says that it removed": { removed: () => false },

  "touches the date when it learns": {
    learned: (device, environment) => ({ ...device, environment, registeredAt: new Date() }),
  },
  "learns only once": {
    learned: (device, environment) => ({ ...device, environment: device.environment ?? environment }),
  },
  "never learns": { learned: device => device },
  "learns for every device": { learnsFor: () => true },
  "throws when it learns about an unknown token": {
    unknownToken: () => {
      throw new Error("no such token");
    },
  },

  "reads, waits, then saves": { beforeSave: turn },
  "compares, waits, then removes": { beforeRemove: turn },
  "reads, waits, then writes the environment": { beforeSetEnvironment: turn },
};

/** Stores with a fault each, made of one wrong rule, and some whose fault is of another kind. */
export const brokenStores: Readonly<Record<string, () => DeviceStore>> = {
  ...Object.fromEntries(Object.entries(BROKEN).map(([fault, rules]) => [fault, () => rowStore(rules)])),

  "keeps users in an object": () => {
    const right = rowStore();
    const known: Record<string, true> = {};
    return {
      ...right,
      save: async device => {
        if (!known[device.userId]) known[device.userId] = true;
        else if (!Object.hasOwn(known, device.userId)) return;
        await right.save(device);
      },
    };
  },
  "adds the device that it learns about": () => {
    const right = rowStore();
    const last = new Map<string, Device>();
    return {
      ...right,
      save: async device => {
        last.set(device.token, device);
        await right.save(device);
      },
      setEnvironment: async (token, environment) => {
        const device = last.get(token);
        if (device) await right.save({ ...device, environment });
      },
    };
  },
  "rejects a token that is not there": () => {
    const right = rowStore();
    return {
      ...right,
      remove: async (token, only) => {
        if (!(await right.remove(token, only))) throw new Error("not found");
        return true;
      },
    };
  },
  "rejects a user id that it cannot hold": () => {
    const right = rowStore();
    return {
      ...right,
      list: async (userId, pushType) => {
        if (userId.includes("\0")) throw new Error("invalid byte sequence for encoding UTF8: 0x00");
        return right.list(userId, pushType);
      },
    };
  },
  "rejects a user that it does not know": () => {
    const right = rowStore();
    return {
      ...right,
      list: async (userId, pushType) => {
        const devices = await right.list(userId, pushType);
        if (devices.length === 0) throw new Error("not found");
        return devices;
      },
    };
  },
  "says saved and did not": () => ({ ...rowStore(), save: async () => {} }),
};
