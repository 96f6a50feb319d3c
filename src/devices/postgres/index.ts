export type { PostgresClient } from "./client.js";
export { type PostgresDeviceStore, type PostgresDeviceStoreOptions, postgresDeviceStore } from "./device-store.js";
export { type PostgresUserColumnStoreOptions, postgresUserColumnStore } from "./user-column-store.js";
