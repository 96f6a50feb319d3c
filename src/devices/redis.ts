export type { IoRedisClient, NodeRedisClient, RedisClient } from "./redis-client.js";
export { type RedisDeviceStoreOptions, redisDeviceStore } from "./redis-devices.js";
export { type RedisIdempotencyStoreOptions, redisIdempotencyStore } from "./redis-idempotency.js";
