import type { Redis } from 'ioredis';
import { RateCounter, type Grant, type RatePolicy } from './rate-counter.js';

// Redis runs a script alone, and its clock is the only one asked.
const TAKE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local row = redis.call('HMGET', KEYS[1], 'used', 'ends')
  local used, ends = tonumber(row[1] or 0), tonumber(row[2] or 0)
  local wanted, quota = tonumber(ARGV[1]), tonumber(ARGV[2])
  if ends <= now then used, ends = 0, now + tonumber(ARGV[3]) end
  local granted = math.min(wanted, math.max(quota - used, 0))
  redis.call('HSET', KEYS[1], 'used', used + granted, 'ends', ends)
  redis.call('PEXPIREAT', KEYS[1], ends)
  return { granted, math.max(quota - used - granted, 0), ends - now, ends }`;

const GIVE_BACK = `
  local row = redis.call('HMGET', KEYS[1], 'used', 'ends')
  if not row[1] or tonumber(row[2]) ~= tonumber(ARGV[2]) then return 0 end
  redis.call('HSET', KEYS[1], 'used', math.max(tonumber(row[1]) - tonumber(ARGV[1]), 0))
  return 1`;

/** The same count in Redis. What was counted is lost with Redis' memory, which gives everybody a fresh window and nothing worse. */
export class RedisCounter extends RateCounter {
  constructor(private readonly redis: Redis) {
    super();
  }

  async take(policy: RatePolicy, subject: string, wanted: number): Promise<Grant> {
    const key = `polydesk:rate:${policy.name}:${subject}`;
    const answer = await this.redis.eval(TAKE, 1, key, wanted, policy.quota, policy.windowSeconds * 1000);
    const [granted, remaining, resetMs, window] = answer as [number, number, number, number];
    const giveBack = async () => {
      await this.redis.eval(GIVE_BACK, 1, key, granted, window);
    };
    return { granted, remaining, resetMs, window, giveBack };
  }
}
