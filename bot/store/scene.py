"""One move being made, and how staff are told of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Kind, Rank
from bot.house import House
from bot.mention import Mention, Move
from bot.reply import Reply
from bot.store.sending import outbox, outbox_many
from bot.store.sending.outbox import Wanted

Detail = tuple[dict[str, object], dict[str, str]]
"""What goes into the event as it is, and the digests of words that stand elsewhere."""
NOTHING: Detail = ({}, {})


@dataclass(frozen=True, slots=True)
class Scene:
    """One move being made."""

    before: Mention
    after: Mention
    move: Move
    house: House
    now: datetime

    @property
    def number(self) -> int:
        """The mention's number."""
        return self.before.number

    @property
    def respond_by(self) -> datetime:
        """When an answer would be due that is promised now."""
        return self.house.respond_by(self.before, self.now)


def redraw(conn: Connection, mention: Mention, house: House, now: datetime) -> None:
    """Have the mention's cards drawn as it is now."""
    if house.is_held(mention):
        return
    for chat in house.chats:
        outbox.redraw(conn, mention.number, chat, now)


def say_in_thread(conn: Connection, scene: Scene, what: str, **about: object) -> None:
    """Tell staff something under the card, drawn when it leaves from what is so then; not where it was said already."""
    if scene.house.is_held(scene.after):
        return
    for chat in scene.house.chats:
        if chat == scene.move.detail.get("said_in"):
            continue
        key = f"thread:{chat}:{scene.number}:{scene.after.version}:{what}"
        lane = f"card:{chat}:{scene.number}"
        outbox.queue(
            conn,
            Wanted(key, Kind.THREAD, lane, Rank.ACTION, scene.number, chat, {"what": what, **about}),
            scene.now,
        )
        if chat in scene.house.read_each:  # there all that is said waits for one room, redraws after all else
            outbox_many.redraw_first(conn, scene.number, chat)


def say_to_author(conn: Connection, scene: Scene, reply: Reply, what: str, **about: object) -> None:
    """Tell the one who wrote a reply what became of it, privately too: a thread may be gone, or never have been."""
    key = f"tell:{scene.number}:{scene.after.version}:{what}"
    about = {"what": what, "reply": reply.id, **about}
    wanted = Wanted(key, Kind.TELL, f"{key}:{reply.by}", Rank.ACTION, scene.number, reply.by, about)
    outbox.queue(conn, wanted, scene.now)
