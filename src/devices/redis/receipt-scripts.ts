import { RECEIPT_EVENTS } from "../receipt-store.js";
import { script } from "./client.js";

/*
 * A call is a hash. Of each phone it holds `a:` when Apple accepted, `d:` its details, `e:` and an event when that was first
 * heard, `t:` whose turn it was to say that nothing was. `o:` is what has been said once. Phones that wait for their due time
 * are a sorted set.
 */

/**
 * Fields of one call's hash at most. Beyond that it starts anew, so that a call id that is used for ever takes bounded
 * memory.
 */
const MOST_FIELDS = 2_000;

/** `ARGV`: phone, time, details, milliseconds. Gives 1 when something was heard of the phone already. */
export const ACCEPTED = script(`
if redis.call('HLEN', KEYS[1]) > ${MOST_FIELDS} then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'a:' .. ARGV[1], ARGV[2], 'd:' .. ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
for _, event in ipairs({${RECEIPT_EVENTS.map(event => `'${event}'`).join(", ")}}) do
  if redis.call('HEXISTS', KEYS[1], 'e:' .. ARGV[1] .. ':' .. event) == 1 then return 1 end
end
return 0`);

/**
 * `ARGV`: phone, event, time and the reporter's own mark, milliseconds. Gives when Apple accepted, or 0 where nobody knows;
 * nothing for a repeat. A client that lost the answer sends the command again, and finds its own mark.
 */
export const HEARD = script(`
local field = 'e:' .. ARGV[1] .. ':' .. ARGV[2]
if redis.call('HSETNX', KEYS[1], field, ARGV[3]) == 0 and redis.call('HGET', KEYS[1], field) ~= ARGV[3] then return false end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('HGET', KEYS[1], 'a:' .. ARGV[1]) or '0'`);

/** `ARGV`: phone, this server's own mark. Gives when Apple accepted and the details, if nothing was heard and nobody has said so. */
export const TELL = script(`
for _, event in ipairs({${RECEIPT_EVENTS.map(event => `'${event}'`).join(", ")}}) do
  if redis.call('HEXISTS', KEYS[1], 'e:' .. ARGV[1] .. ':' .. event) == 1 then return false end
end
local accepted = redis.call('HGET', KEYS[1], 'a:' .. ARGV[1])
if not accepted then return false end
local field = 't:' .. ARGV[1]
if redis.call('HSETNX', KEYS[1], field, ARGV[2]) == 0 and redis.call('HGET', KEYS[1], field) ~= ARGV[2] then return false end
return {accepted, redis.call('HGET', KEYS[1], 'd:' .. ARGV[1]) or ''}`);

/** `ARGV`: what, this server's own mark, milliseconds. Gives 1 to the first. */
export const ONCE = script(`
local field = 'o:' .. ARGV[1]
if redis.call('HSETNX', KEYS[1], field, ARGV[2]) == 0 and redis.call('HGET', KEYS[1], field) ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

/** `ARGV`: due time, member. */
export const WAIT = script("return redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])");

/**
 * `ARGV`: now, until when those that are due are this server's, how many at most. Another one then finds what this one
 * has not settled: it was killed.
 */
export const LEASE_DUE = script(`
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due`);

export const SETTLE = script("return redis.call('ZREM', KEYS[1], ARGV[1])");

/** `ARGV`: text, milliseconds. */
export const KEEP = script("return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])");

export const KEPT = script("return redis.call('GET', KEYS[1])");
