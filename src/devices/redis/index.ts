export { type RedisCallStoreOptions, redisCallStore } from "./call-store.js";
export type { IoRedisClient, NodeRedisClient, RedisClient } from "./client.js";
export { type RedisDeviceStoreOptions, redisDeviceStore } from "./device-store.js";
export { type RedisIdempotencyStoreOptions, redisIdempotencyStore } from "./idempotency-store.js";
export { type RedisReceiptStoreOptions, redisReceiptStore } from "./receipt-store.js";
