"""Reads a feed back to where it was read before: the newest page comes first, and after an outage there are many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog

from integrations.viva_engage.parse import PAGE, POLL, Feed, Message, User

log = structlog.get_logger()

TRIES = 3
"""How often a page is asked for that does not lead further back."""


class Read(Protocol):
    """Reads a page of one feed."""

    async def __call__(self, *, newer_than: int | None = None, older_than: int | None = None) -> Feed:
        """The newest page of what is between the two."""
        ...


@dataclass(frozen=True, slots=True)
class Walked:
    """What is newer than where the feed was read to, oldest first, each once.

    Not ``complete``: between these and what was read before there is more, which was not to be had.
    """

    messages: tuple[Message, ...]
    complete: bool
    people: Mapping[int, User] = field(default_factory=dict)
    starters: Mapping[int, int] = field(default_factory=dict)
    me: int = 0
    poll_each: timedelta = POLL


async def since(read: Read, last: int, *, most: int) -> Walked:
    """All that is newer than ``last``: page by page back to it, at most ``most`` messages. Raises what ``read`` raises.

    For the first read of all ask for one page, by ``read`` itself: with ``last`` 0 all that was ever said is walked.
    """
    page = await read(newer_than=last or None)
    pages, lowest, tries = [page], page.oldest, 0
    goes_on = bool(page.oldest) and leads_on(page, last)
    while goes_on and tries < TRIES and len(kept(pages, last)) < most:
        page = await read(older_than=lowest)
        pages.append(page)
        tries = 0 if 0 < page.oldest < lowest else tries + 1
        lowest, goes_on = min(page.oldest or lowest, lowest), leads_on(page, last)
    found, newest = kept(pages, last), pages[0]
    if goes_on:
        log.warning("viva_engage_not_read_back", messages=len(found), pages=len(pages))
    return Walked(
        messages=tuple(found[each] for each in sorted(found)),
        complete=not goes_on,
        people={id: one for each in pages for id, one in each.people.items()},
        starters={id: one for each in pages for id, one in each.starters.items()},
        me=newest.me,
        poll_each=newest.poll_each,
    )


def leads_on(page: Feed, last: int) -> bool:
    """Whether there may be more between this page and ``last``. A full page is not believed to be the whole."""
    if not page.oldest:
        return page.older
    return page.oldest > last and (page.older or len(page.messages) >= PAGE)


def kept(pages: list[Feed], last: int) -> dict[int, Message]:
    """What is newer than ``last``, by id."""
    return {one.id: one for page in pages for one in page.messages if one.id > last}
