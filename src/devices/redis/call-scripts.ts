import { script } from "./client.js";

/**
 * Writes a step's change, if the users that were read still have the marks that they had.
 *
 * `KEYS`: what is due, then each user, then the texts of each call. `ARGV`: the new mark; how many of the users were read, and
 * their marks; how many calls are written, each as field, the places in `KEYS` of its two users and of its texts, value,
 * milliseconds to live, due time, member, how many texts are new, each as name and text, how many go, and their names; how many
 * calls go, each as field, places, member.
 *
 * A client that lost the answer sends the command again: it then finds the mark that it has set itself, which is why the mark
 * of a user without calls stays for a moment.
 */
export const WRITE_CALLS = script(`
local at = 3
local same, own = true, false
for place = 2, tonumber(ARGV[2]) + 1 do
  local mark = redis.call('HGET', KEYS[place], 'mark') or ''
  if mark ~= ARGV[at] then same = false end
  if mark == ARGV[1] then own = true end
  at = at + 1
end
if not same then return own and 1 or 0 end

local touched = {}
local function keep(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end

local puts = tonumber(ARGV[at])
at = at + 1
for n = 1, puts do
  local ttl = tonumber(ARGV[at + 5])
  redis.call('ZADD', KEYS[1], ARGV[at + 6], ARGV[at + 7])
  keep(KEYS[1], ttl)
  for place = at + 1, at + 2 do
    local key = KEYS[tonumber(ARGV[place])]
    redis.call('HSET', key, ARGV[at], ARGV[at + 4])
    keep(key, ttl)
    touched[key] = true
  end
  local texts = KEYS[tonumber(ARGV[at + 3])]
  at = at + 8
  for text = 1, tonumber(ARGV[at]) do
    redis.call('HSET', texts, ARGV[at + 1], ARGV[at + 2])
    at = at + 2
  end
  at = at + 1
  for name = 1, tonumber(ARGV[at]) do
    redis.call('HDEL', texts, ARGV[at + 1])
    at = at + 1
  end
  at = at + 1
  keep(texts, ttl)
end

local drops = tonumber(ARGV[at])
at = at + 1
for n = 1, drops do
  redis.call('ZREM', KEYS[1], ARGV[at + 4])
  redis.call('DEL', KEYS[tonumber(ARGV[at + 3])])
  for place = at + 1, at + 2 do
    local key = KEYS[tonumber(ARGV[place])]
    redis.call('HDEL', key, ARGV[at])
    touched[key] = true
  end
  at = at + 5
end

for key in pairs(touched) do
  redis.call('HSET', key, 'mark', ARGV[1])
  if redis.call('HLEN', key) == 1 then redis.call('PEXPIRE', key, 5000) end
end
return 1`);

/** Hands out what is due by `ARGV[1]`, `ARGV[3]` at most, and makes it due again at `ARGV[2]`. */
export const TAKE_DUE = script(`
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', '0', ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due`);
