"""A person at Viva Engage's own page: posts, replies, edits, deletes, likes, writes in private, and sees what is there."""

from dataclasses import dataclass
from typing import Any

from integrations.sandbox.engage_world import Colleague, Community, EngageWorld, Message, Thread


@dataclass(eq=False, slots=True)
class EngagePerson:
    """Drives one colleague. ``@handle`` in what they type names somebody. Raises LookupError for what they cannot see."""

    world: EngageWorld
    who: Colleague
    service: Colleague

    @property
    def id(self) -> int:
        """Their user id."""
        return self.who.id

    def says(self, text: str, *, under: Message | Thread | None = None, where: Any = None, **more: Any) -> Message:
        """Say something under a message or in its thread, else begin a thread in a community (name, id or it).

        Without either in the first community they are a member of. ``attachments=["plan.pdf"]`` hangs a file on it.
        """
        body = self.world.typed(text)
        files = tuple(more.pop("attachments", ()))
        if under is not None:
            return self.world.say(self.id, body, under=self.can_see(latest(under)), attachments=files, **more)
        group = self.world.community(where).id if where is not None else self.own_community().id
        if not self.world.may_enter(self.id, group):
            raise LookupError(f"{self.who.handle} is not let into that community")
        return self.world.say(self.id, body, group=group, attachments=files, **more)

    def writes(self, text: str, *to: str | int, attachments: tuple[str, ...] = ()) -> Message:
        """Begin a private conversation, by default with the service user; ``says(…, under=…)`` carries one on."""
        others = [self.world.person(one).id for one in to] or [self.service.id]
        return self.world.say(
            self.id, self.world.typed(text), between=frozenset({self.id, *others}), attachments=tuple(attachments)
        )

    def edits(self, message: Message, text: str) -> None:
        """Change the words of a message of theirs; it keeps its id, and no feed tells of it."""
        self.world.edit(self.own(message), self.world.typed(text))

    def deletes(self, message: Message | Thread) -> None:
        """Delete a message of theirs; the first of a thread takes the thread with it."""
        self.world.delete(self.own(message.starter if isinstance(message, Thread) else message))

    def likes(self, message: Message) -> None:
        """Like a message."""
        self.world.like(self.can_see(message), self.id)

    def unlikes(self, message: Message) -> None:
        """Like it no longer."""
        self.world.like(self.can_see(message), self.id, likes=False)

    def joins(self, community: str | int | Community) -> Message:
        """Become a member, which is told in the community by a message of the system's."""
        found = self.world.community(community)
        found.members.add(self.id)
        return self.world.say(self.id, f"{self.who.name} has #joined {found.name}.", group=found.id, is_system=True)

    def leaves(self, community: str | int | Community) -> None:
        """Be a member no longer."""
        self.world.community(community).members.discard(self.id)
        self.world.changed()

    def threads(self, community: str | int | Community | None = None) -> list[Thread]:
        """What they see in a community, by default in their first one: newest activity first."""
        found = self.own_community() if community is None else self.world.community(community)
        return self.world.threads_in(found) if self.world.may_enter(self.id, found.id) else []

    @property
    def private(self) -> list[Thread]:
        """Their private conversations, newest activity first."""
        return self.world.conversations(self.id)

    @property
    def told(self) -> list[Message]:
        """What they got in private from the service user, oldest first."""
        return self.world.live(lambda one: self.id in one.between and one.sender == self.service.id)

    @property
    def notifications(self) -> list[Message]:
        """What they were notified of: what names them, or is private to them."""
        return self.world.notifications(self.id)

    def own_community(self) -> Community:
        """The first community they are a member of. Raises LookupError."""
        for one in self.world.communities.values():
            if self.id in one.members and not one.deleted:
                return one
        raise LookupError(f"{self.who.handle} is a member of no community")

    def own(self, message: Message) -> Message:
        """A message of theirs that is there. Raises LookupError."""
        if message.sender != self.id or message.deleted:
            raise LookupError(f"{self.who.handle} has no such message")
        return message

    def can_see(self, message: Message) -> Message:
        """A message they see. Raises LookupError."""
        if not self.world.may_see(self.id, message):
            raise LookupError(f"{self.who.handle} cannot see that message")
        return message


def latest(where: Message | Thread) -> Message:
    """The message that is answered: one itself, or the first of a thread, as its box at the bottom does."""
    return where.starter if isinstance(where, Thread) else where
