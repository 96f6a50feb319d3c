import { script } from "./client.js";
import { RECORD_FIELDS } from "./record.js";

/** `ARGV`: field, value. The field goes only if it still has that value. */
export const DROP_FIELD = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end`);

/** Sets one field, and gives the value that it had. */
export const SWAP_FIELD = script(`
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return before`);

/**
 * `ARGV`: field, old value, new value. Sets the field if it has the old value, or none. Gives the value that it has
 * then.
 */
export const RENEW_FIELD = script(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
if value and value ~= ARGV[2] then return value end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return ARGV[3]`);

const READ_RECORD = `redis.call('HMGET', KEYS[1], ${RECORD_FIELDS.map(field => `'${field}'`).join(", ")})`;

/** Writes a token's record, pairs in `ARGV`, and gives the one that it replaces. An environment that was learned stays. */
export const WRITE_RECORD = script(`
local before = ${READ_RECORD}
local environment = before[${RECORD_FIELDS.indexOf("environment") + 1}]
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV))
if environment then redis.call('HSETNX', KEYS[1], 'environment', environment) end
return before`);

/**
 * Removes a token's record and gives it. `ARGV`: pairs of condition and value; a condition is the name of a field that must
 * have that value, or `registeredBefore`.
 */
export const REMOVE_RECORD = script(`
for i = 1, #ARGV, 2 do
  if ARGV[i] == 'registeredBefore' then
    local registeredAt = tonumber(redis.call('HGET', KEYS[1], 'registeredAt'))
    if not registeredAt or not (registeredAt < tonumber(ARGV[i + 1])) then return false end
  elseif redis.call('HGET', KEYS[1], ARGV[i]) ~= ARGV[i + 1] then
    return false
  end
end
local record = ${READ_RECORD}
redis.call('DEL', KEYS[1])
return record`);

/** Sets the environment of a record that is there. It makes none, so a token that was removed meanwhile stays removed. */
export const SET_ENVIRONMENT = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'environment', ARGV[1]) end`);

/*
 * What a key of the idempotency store holds: the claimant's own mark, or `held`, while its push is under way; `out` when it
 * has left; `cancelled` when no process has it, `cancelled, held` while one has, `cancelled, given back` when it has
 * been released.
 */

/**
 * `ARGV`: the claimant's own mark, milliseconds. A client that lost the answer sends the command again: the claimant then
 * finds its own mark, and has claimed. Gives 1 for claimed, 0 for not, 2 for cancelled.
 */
export const CLAIM = script(`
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local value = redis.call('GET', KEYS[1])
if value == 'cancelled' or value == 'cancelled, given back' then return 2 end
return value == ARGV[1] and 1 or 0`);

export const RELEASE = script(`
local value = redis.call('GET', KEYS[1])
if not value or string.sub(value, 1, 9) ~= 'cancelled' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], 'cancelled, given back', 'PX', math.max(redis.call('PTTL', KEYS[1]), 1))`);

/**
 * `ARGV`: milliseconds, and 1 when the push is out. Gives 0 where the key was cancelled. Sets it also when its time was
 * over, because its push has begun.
 */
export const HOLD = script(`
local value = redis.call('GET', KEYS[1])
local cancelled = value and string.sub(value, 1, 9) == 'cancelled'
local name = ARGV[2] == '1' and 'out' or cancelled and 'cancelled, held' or 'held'
local time = cancelled and math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[1])) or ARGV[1]
redis.call('SET', KEYS[1], name, 'PX', time)
return cancelled and 0 or 1`);

/** `ARGV`: milliseconds. Gives 2 where a process has the key, 1 where it was given back since, else 0. */
export const CANCEL = script(`
if redis.call('SET', KEYS[1], 'cancelled', 'NX', 'PX', ARGV[1]) then return 0 end
local value = redis.call('GET', KEYS[1])
if value == 'cancelled, given back' then return 1 end
if value == 'cancelled' or value == 'out' then return 0 end
local time = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[1]))
if value ~= 'cancelled, held' then redis.call('SET', KEYS[1], 'cancelled, held', 'PX', time) end
return 2`);
