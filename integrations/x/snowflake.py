"""The time inside the number of a post on X (https://docs.x.com/fundamentals/x-ids)."""

from datetime import UTC, datetime, timedelta

FIRST = datetime.fromtimestamp(1288834974.657, UTC)
MILLISECOND = timedelta(milliseconds=1)
BELOW_THE_TIME = 22  # bits


def made_at(post_id: str | int) -> datetime:
    """When a post was made, to the millisecond: aware, UTC. Raises ValueError for what is no number of a post."""
    try:
        return FIRST + MILLISECOND * (int(post_id) >> BELOW_THE_TIME)
    except OverflowError as error:
        raise ValueError(f"{post_id} is no number of a post") from error


def first_at(moment: datetime) -> int:
    """The lowest number a post made at this moment can have; never below 1."""
    return max(1, ((moment - FIRST) // MILLISECOND) << BELOW_THE_TIME)
