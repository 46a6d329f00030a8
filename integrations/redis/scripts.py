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
local pause = redis.call('GET', KEYS[2])
if pause then
  local ends, asked = string.match(pause, '(%d+) (%d+)')
  local left = math.min(tonumber(ends) - now, tonumber(asked))
  if left > 0 then return left end
end
local full_again = tonumber(redis.call('GET', KEYS[1]) or now)
full_again = math.min(math.max(full_again, now), now + per * burst)
local wait = full_again + per - per * burst - now
if wait > 0 then return wait end
local kept = math.ceil((full_again + per - now) / 1000) + 60000
redis.call('SET', KEYS[1], string.format('%.0f', full_again + per), 'PX', string.format('%.0f', kept))
return 0
"""
"""The generic cell rate algorithm. KEYS: the budget, its pause. ARGV: now, one each, burst; all times in microseconds.

0 when one was taken, else how long to wait. The time comes from the caller, so a copy whose clock runs ahead by more
than ``per`` can hold the others up by one ``per`` a call; no stored moment is believed further ahead than a full burst,
and no pause longer than it was asked to be.
"""

PAUSE = """
local now, wait = tonumber(ARGV[1]), tonumber(ARGV[2])
local pause = redis.call('GET', KEYS[1])
if pause then
  local ends, asked = string.match(pause, '(%d+) (%d+)')
  if math.min(tonumber(ends) - now, tonumber(asked)) >= wait then return 0 end
end
local kept = math.ceil(wait / 1000) + 60000
redis.call('SET', KEYS[1], string.format('%.0f %.0f', now + wait, wait), 'PX', string.format('%.0f', kept))
return 1
"""
"""KEYS: the pause of a budget. ARGV: now, how long; both in microseconds. The longer of two pauses stays."""
