"""Somebody at Viva Engage's own page, as the contract drives people."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from bot.ports import MessageRef
from integrations.sandbox.engage_server import Community, Message, StandInEngage
from tests.contracts.chats.cards import as_read

OFFERED = re.compile(r"Write ((?:(?!Write ).)+?) · cancel\.")


class EngageSide(Protocol):
    """What a person acts on."""

    engage: StandInEngage
    community: Community

    def message(self, at: MessageRef) -> Message:
        """A message by where it is."""
        ...

    async def heard(self) -> None:
        """Time passes."""
        ...


class EngagePerson:
    """Somebody at Viva Engage's page: begins a thread, writes in one or in private, and reads."""

    def __init__(self, bench: EngageSide, handle: str) -> None:
        self._bench, self._it = bench, bench.engage.person(handle)
        self.id = str(self._it.id)
        self._since = 0
        self._at: Message | None = None

    async def asks(self, line: str, *, under: MessageRef | None = None, privately: bool = False) -> str:
        """With a slash where nobody would know otherwise that the bot is meant."""
        if under:
            return await self._write(line, self._bench.message(under))
        self._begin()
        self._at = self._it.writes(line) if privately else self._it.says(f"/{line}", where=self._bench.community)
        await self._bench.heard()
        return "\n".join(self.sees())

    async def says(self, words: str, *, under: MessageRef | None = None) -> None:
        """In the thread, or as one that begins."""
        self._begin()
        where: dict[str, Any] = {"under": self._bench.message(under)} if under else {"where": self._bench.community}
        self._at = self._it.says(words, **where)

    async def presses(self, label: str, on: MessageRef | None = None) -> str:
        """By its verb under a card, and by the word that is offered for it where it was offered to them alone."""
        if on:
            return await self._write(label.split()[0].lower(), self._bench.message(on))
        named = re.search(rf"(\w[\w-]*) \({re.escape(label)}", self._read())
        return await self._write(named.group(1) if named else label.lower(), self._here())

    async def fills_in(self, answers: Mapping[str, str]) -> str:
        """Question by question, a choice by its number, and sent in by the word that is offered at the end."""
        waiting = dict(answers)
        while waiting:
            shown = self._read()
            label = next((one for one in waiting if re.search(rf"(?m)^(\d+ )?{re.escape(one)}(:|$)", shown)), None)
            if label is None:
                break
            said = waiting.pop(label)
            choice = re.search(rf"(?m)^(\d+) {re.escape(said)}$", shown) if said else None
            said = choice.group(1) if choice else said
            if reviewed := re.search(rf"(?m)^(\d+) {re.escape(label)}: ", shown):
                said = said and f"{reviewed.group(1)}: {said}"
            elif not said:
                said = "skip"
            if said:
                await self._write(said, self._here())
        if offered := OFFERED.search(self._read()):
            await self._write(offered.group(1).split(" · ")[-1].split()[0], self._here())
        return "\n".join(self.sees())

    def _read(self) -> str:
        """The last that was said to them."""
        return as_read(self._here().text)

    def sees(self) -> list[str]:
        """In private, and in the thread they last wrote in; and whether what they wrote is liked."""
        seen = [as_read(one.text) for one in self._mine()]
        return [*seen, *(["(liked)"] if self._at and self._at.liked_by else [])]

    def was_told(self) -> list[str]:
        """In private."""
        return [as_read(one.text) for one in self._it.told]

    def _mine(self) -> list[Message]:
        """What we said since they last wrote, to them."""
        return [one for one in self._ours() if one.id > self._since]

    def _ours(self) -> list[Message]:
        """What we said to them, and where they last wrote."""
        thread = self._at.thread_id if self._at else 0
        ours = self._bench.engage.world.live(lambda one: one.sender == self._bench.engage.service.id)
        return [one for one in ours if int(self.id) in one.between or one.thread_id == thread]

    def _here(self) -> Message:
        """Where they were last spoken to."""
        ours = self._ours()
        assert ours, "nothing was said to them"
        return ours[-1]

    async def _write(self, words: str, under: Message) -> str:
        self._begin()
        self._at = self._it.says(words, under=under)
        await self._bench.heard()
        return "\n".join(self.sees())

    def _begin(self) -> None:
        self._since = next(reversed(self._bench.engage.world.messages), 0)
