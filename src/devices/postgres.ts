export type { PostgresClient } from "./postgres-client.js";
export { type PostgresDeviceStore, type PostgresDeviceStoreOptions, postgresDeviceStore } from "./postgres-devices.js";
export { type PostgresUserColumnStoreOptions, postgresUserColumnStore } from "./postgres-user-column.js";
