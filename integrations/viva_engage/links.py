"""Where a person can open a message: Viva Engage says it as it takes one, and what it says is kept."""

import structlog

from bot.errors import Busy
from bot.ports import Memory
from integrations.viva_engage.parse import Message
from integrations.viva_engage.text import web

PATTERN = "web address"
log = structlog.get_logger()


class Links:
    """Addresses of messages. All of a network's are alike but for the message's id, so that one is enough."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._pattern = ""

    async def learn(self, message: Message) -> None:
        """What it says of one message."""
        if not web(message.url):
            return
        id = str(message.id)
        is_like_others = message.url.count(id) == 1
        name, value = (PATTERN, message.url.replace(id, "{id}")) if is_like_others else (f"{PATTERN} {id}", message.url)
        if value == self._pattern:
            return
        try:
            await self._memory.keep(name, value)
        except Busy as error:
            log.info("viva_engage_address_not_kept", reason=str(error))
        self._pattern = value if is_like_others else self._pattern

    async def to(self, id: str) -> str:
        """The address of a message; empty if it is not known."""
        try:
            own = await self._memory.recall(f"{PATTERN} {id}")
            self._pattern = self._pattern or await self._memory.recall(PATTERN) or ""
        except Busy:
            return ""
        return own or self._pattern.replace("{id}", id)
