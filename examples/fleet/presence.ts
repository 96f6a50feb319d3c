import type { Redis } from "ioredis";

type UserId = string | number;

/** Who is online, at whichever signal server. */
export interface Presence {
  /** A phone of that user is connected here. */
  enter(userId: UserId): Promise<void>;
  /** None is, any more. */
  leave(userId: UserId): Promise<void>;
  isOnline(userId: UserId): Promise<boolean>;
}

/**
 * A subscription for each user who is connected here. Redis counts subscriptions over all servers in one command, however
 * many there are, and forgets those of a process that has died.
 */
export function createPresence(redis: Redis, subscriptions: Redis, prefix: string): Presence {
  const channelOf = (userId: UserId) => `${prefix}online:${userId}`;
  return {
    enter: async userId => void (await subscriptions.ssubscribe(channelOf(userId))),
    leave: async userId => void (await subscriptions.sunsubscribe(channelOf(userId))),
    async isOnline(userId) {
      const [, servers] = (await redis.call("PUBSUB", "SHARDNUMSUB", channelOf(userId))) as [string, number];
      return servers > 0;
    },
  };
}
