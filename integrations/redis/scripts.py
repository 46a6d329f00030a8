"""What Redis runs in one step, so that no copy sees half of it."""

LEASE = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""KEYS: the lease. ARGV: our id, milliseconds. 1 when it is ours, newly or still."""

SPEND = """
local now, per, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full_again = tonumber(redis.call('GET', KEYS[1]) or now)
full_again = math.min(math.max(full_again, now), now + per * burst)
local wait = full_again + per - per * burst - now
if wait > 0 then return wait end
local kept = math.ceil((full_again + per - now) / 1000) + 60000
redis.call('SET', KEYS[1], string.format('%.0f', full_again + per), 'PX', string.format('%.0f', kept))
return 0
"""
"""The generic cell rate algorithm. KEYS: the budget. ARGV: now, one each, burst; all times in microseconds.

0 when one was taken, else how long to wait. The time comes from the caller, so a copy whose clock runs ahead by more
than ``per`` can hold the others up by one ``per`` a call; no stored moment is believed further ahead than a full burst.
"""
