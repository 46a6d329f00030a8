"""What ``tolbooth check`` says of a Redis: whether it answers, is new enough, and is of a kind we can speak to."""

from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

OLDEST = (6, 2)
ALONE = "Until then every copy keeps budgets of its own, and public posts may come faster than the chat allows."


async def faults_of(redis: "Redis") -> Sequence[str]:
    """Each fault with its cure."""
    try:
        about: Mapping[str, Any] = {**await redis.info("server"), **await redis.info("cluster")}
    except AuthenticationError:
        return [f"redis_url: Redis does not accept the password: set redis_password or redis_password_file. {ALONE}"]
    except NoPermissionError:
        return []  # it answers; what it is, it may not say
    except (RedisError, OSError) as error:
        return [f"redis_url: Redis cannot be reached ({type(error).__name__}): is it running, and the URL right? {ALONE}"]
    return faults_in(about)


def faults_in(about: Mapping[str, Any]) -> Sequence[str]:
    """What its own description gives away."""
    version = str(about.get("redis_version", ""))
    found = []
    if numbers_of(version) < OLDEST:
        found.append(f"redis_url: this is Redis {version}; 6.2 or later is needed: upgrade it.")
    if about.get("cluster_enabled"):
        found.append("redis_url: this is a node of a cluster, which cannot be used: name a single Redis.")
    return found


def numbers_of(version: str) -> tuple[int, ...]:
    """``6.2.14`` as numbers; what cannot be read is taken for new."""
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else OLDEST
