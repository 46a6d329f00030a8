"""What a watch found and then comes as said to us: no hit any more, with the clock and the channel of its account."""

from sqlalchemy import Connection, select, update

from bot.delivery import DeliveryState, Kind, Rank
from bot.exchange import ADDED, Incoming
from bot.mention import Action, Mention, State
from bot.store import mentions
from bot.store.intake.corrections import Intake, Taken, system_move
from bot.store.schema import OPEN_ROWS, arrival, card, delivery
from bot.store.schema import mention as mention_table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.watching.watch import KIND

m = mention_table.c


def is_to_us(post: Incoming, intake: Intake) -> bool:
    """Whether a post came by an account's own feed, as what the public says to it: no watch and no staff brought it."""
    return not intake.watch and post.kind not in (KIND, ADDED)


def told_again(conn: Connection, number: int, post: Incoming, intake: Intake) -> Taken:
    """A post that we have comes again: what was a hit rises, anything else stays as it is."""
    if not is_to_us(post, intake) or conn.execute(select(m.kind).where(m.number == number)).scalar() != KIND:
        return Taken(known=1)
    hit = mentions.find(conn, f"M-{number}", lock=True)
    if hit.gone_at or hit.erased_at:
        return Taken(known=1)
    risen(conn, hit, post, intake)
    return Taken(added=1)


def risen(conn: Connection, before: Mention, post: Incoming, intake: Intake) -> Mention:
    """What a post is told of, or belongs to: a hit rises where the post was said to us, anything else is as it was."""
    return rise(conn, before, post, intake) if before.kind == KIND and is_to_us(post, intake) else before


def rise(conn: Connection, hit: Mention, post: Incoming, intake: Intake) -> Mention:
    """The hit as a mention of its account: its kind, its times where they are earlier, and its channel, on the record.

    One that somebody has at work stays where it is, so that they can go on; the account's channel hears of it.
    """
    own = intake.account.channel
    moves_to_it = own and not (hit.is_open and hit.owner)
    if moves_to_it and own != hit.channel:
        move_cards(conn, hit, own, intake)
    detail = {"native_id": post.native_id, "kind": post.kind, "channel": "" if moves_to_it else hit.channel}
    after = system_move(conn, hit, Action.SAID_TO_US, intake, detail=detail)
    if own and own != hit.channel:
        tell_channel(conn, after, hit.channel if moves_to_it else own, intake)
    return after


def move_cards(conn: Connection, hit: Mention, to: str, intake: Intake) -> None:
    """Its cards are in that channel from now on: one that was posted elsewhere is posted again."""
    c = card.c
    for chat in intake.house.chats:
        lane = f"card:{chat}:{hit.number}"
        anew = {"channel": to, "message": None, "shared": False}
        conn.execute(update(card).where(c.number == hit.number, c.chat == chat).values(anew))
        if not is_waiting(conn, lane):
            outbox.queue(conn, Wanted(f"{lane}:to us", Kind.CARD, lane, Rank.CARD, hit.number, chat), intake.now)


def is_waiting(conn: Connection, lane: str) -> bool:
    """Whether a card has not been posted yet: it will be, in whichever channel it belongs to by then."""
    d = delivery.c
    waiting = d.lane == lane, d.kind == Kind.CARD, d.state == DeliveryState.PENDING
    return conn.execute(select(d.id).where(*waiting).limit(1)).first() is not None


def tell_channel(conn: Connection, mention: Mention, channel: str, intake: Intake) -> None:
    """A word in the channel that does not have its card, or has it no more."""
    if channel and intake.house.chats:
        key = f"said to us:{mention.number}:{mention.version}"
        told = Wanted(key, Kind.POST, key, Rank.ACTION, mention.number, channel, {"what": "said_to_us"})
        outbox.post_everywhere(conn, told, intake.house, intake.now)


def twice(conn: Connection, number: int, post: Incoming, intake: Intake) -> None:
    """A post that a watch found through one account came as said to another: nobody need look at the hit as well.

    One that somebody has stays theirs, and so does one with more in it: there it is noted.
    """
    if not is_to_us(post, intake):
        return
    for hit in hits_of_others(conn, post, intake):
        if hit.state in (State.NEW, State.SNOOZED) and not hit.owner and is_all_of_it(conn, hit):
            note = f"it was said to {intake.account.label} itself: M-{number}"
            system_move(conn, hit, Action.CLOSE, intake, note=note)
        else:
            system_move(conn, hit, Action.NOTE, intake, note=f"It was said to {intake.account.label} itself too: M-{number}")


def hits_of_others(conn: Connection, post: Incoming, intake: Intake) -> list[Mention]:
    """Open hits of that very post, found through our other accounts on its network."""
    ours, a = intake.account, arrival.c
    others = [one.name for one in intake.house.accounts.values() if one.network == ours.network and one.name != ours.name]
    if not others:
        return []
    held = select(m.number).join_from(arrival, mention_table, m.number == a.number)
    hits = held.where(a.account.in_(others), a.native_id == post.native_id, m.kind == KIND, OPEN_ROWS)
    return [mentions.find(conn, f"M-{number}", lock=True) for number in conn.execute(hits).scalars().all()]


def is_all_of_it(conn: Connection, hit: Mention) -> bool:
    """Whether nothing was added to a hit."""
    return len(conn.execute(select(arrival.c.number).where(arrival.c.number == hit.number).limit(2)).all()) == 1
