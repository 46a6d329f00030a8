"""What the public says comes in: each post is one mention or an addition to one, however often the network tells us."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot import triage
from bot.clean import clean
from bot.delivery import Kind, Rank
from bot.house import House
from bot.mention import SYSTEM, Action, Author, Media, Mention, State
from bot.portray import CARD_SHOWS
from bot.ports import Answered, Edited, Gone, Incoming, Item
from bot.store import mentions, schema
from bot.store.columns import to_ms
from bot.store.duty import escalations
from bot.store.intake import context, heard, said_to_us
from bot.store.intake.corrections import (
    Intake,
    Taken,
    came_before,
    edited,
    gone,
    known_as,
    newest_number,
    raise_priority,
    stop_held_reply,
    system_move,
    tell_thread,
)
from bot.store.intake.elsewhere import answered, kept_for
from bot.store.proof import record
from bot.store.replying import replies
from bot.store.schema import OPEN_ROWS
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted


def take_in(conn: Connection, items: Sequence[Item], intake: Intake, delivery_id: str = "") -> Taken:
    """Store items in the order given; a ``delivery_id`` seen before changes nothing."""
    if delivery_id and not mentions.first_time(conn, f"hook:{intake.account.name}:{delivery_id}", intake.now):
        return Taken(known=len(items))
    heard.lock(conn, intake)
    taken = Taken()
    for item in items:
        match item:
            case Incoming():
                taken += incoming(conn, item, intake)
            case Edited():
                taken += edited(conn, item, intake)
            case Gone():
                taken += gone(conn, item, intake)
            case Answered():
                taken += answered(conn, item, intake)
    heard.note(conn, taken, items, intake)
    return taken


def incoming(conn: Connection, post: Incoming, intake: Intake) -> Taken:
    """A post that may be new."""
    post, name = safe(post), intake.account.name
    if replies.is_ours(conn, name, post.native_id):
        return Taken(known=1)
    if number := known_as(conn, name, post.native_id):
        return said_to_us.told_again(conn, number, post, intake)
    newest = newest_number(conn)
    if number := known_as(conn, name, post.native_id):
        return said_to_us.told_again(conn, number, post, intake)
    correction = came_before(conn, name, post.native_id)
    if isinstance(correction, Gone):
        return Taken(known=1)
    post = replace(post, conversation=post.conversation or conversation_of(conn, post, name))
    if earlier := same_author_before(conn, post, name):
        add_to(conn, said_to_us.risen(conn, earlier, post, intake), post, intake)
        taken = Taken(added=1)
    else:
        conn.execute(update(schema.counter).where(schema.counter.c.name == "mention").values(value=newest + 1))
        bring_in(conn, newest + 1, post, intake)
        taken = Taken(new=1)
    said_to_us.twice(conn, earlier.number if earlier else newest + 1, post, intake)
    if correction:
        taken += edited(conn, correction, intake)
    return taken + kept_for(conn, post, intake)


def safe(post: Incoming) -> Incoming:
    """The post with every word in it made safe to keep, on whichever database."""
    author = post.author
    return replace(
        post,
        native_id=clean(post.native_id),
        text=clean(post.text),
        author=Author(clean(author.id), clean(author.name), clean(author.handle)),
        conversation=clean(post.conversation),
        url=clean(post.url),
        in_reply_to=clean(post.in_reply_to),
        language=clean(post.language)[:35],
        kind=clean(post.kind)[:40],
        media=tuple(Media(clean(m.kind), clean(m.url), clean(m.alt)) for m in post.media),
        parent=context.safe(post.parent),
    )


def conversation_of(conn: Connection, post: Incoming, account: str) -> str:
    """The conversation of the post (or the reply of ours) it answers; else it begins one of its own."""
    if not post.in_reply_to:
        return post.native_id
    number = known_as(conn, account, post.in_reply_to) or replies.number_of_native(conn, account, post.in_reply_to)
    if number is None:
        return post.in_reply_to
    return mentions.find(conn, f"M-{number}").conversation


def same_author_before(conn: Connection, post: Incoming, account: str) -> Mention | None:
    """The newest mention by this author in this conversation; what is said in private never joins what is said in public."""
    if not post.conversation or not post.author.id:
        return None
    c = schema.mention.c
    number = conn.execute(
        select(c.number)
        .where(c.account == account, c.conversation == post.conversation, c.author_id == post.author.id)
        .where(c.private == post.private)
        .order_by(c.number.desc())
        .limit(1)
    ).scalar()
    return mentions.find(conn, f"M-{number}", lock=True) if number else None


def bring_in(conn: Connection, number: int, post: Incoming, intake: Intake) -> Mention:
    """A new mention: its row, the first event of its record, its clock, and its card."""
    house, now = intake.house, intake.now
    mention, salt = mention_of(number, post, intake), record.new_salt()
    insert_row(conn, mention, salt, post.raw)
    conn.execute(schema.arrival.insert().values(account=mention.account, native_id=post.native_id, number=number))
    context.keep(conn, mention, post)
    changes = {name: getattr(mention, name) for name in mentions.TRACKED}
    told = {name: getattr(mention, name) for name in mentions.TOLD}
    told |= {name: value for name in mentions.TOLD_IF_SET if (value := getattr(mention, name))}
    if rule := triage.raised(mention.text, house.triage).rule:
        told["rule"] = rule
    digests = {"text": record.digest(salt, mention.text), "about": record.digest(salt, record.about(mention))}
    digests |= record.raw_digest(salt, post.raw)
    record.append(conn, mention.ref, "received", at=now, actor=SYSTEM, changes={**changes, **told}, digests=digests)
    escalations.arm(conn, number, house.wants_by(mention), policy=escalations.policy_for(conn, mention, house))
    announce(conn, mention, house, now)
    return mention


def mention_of(number: int, post: Incoming, intake: Intake) -> Mention:
    """The post as a mention. Its targets count from when it came in."""
    account = intake.account
    raised = triage.raised(post.text, intake.house.triage)
    mention = Mention(
        number=number,
        account=account.name,
        network=account.network,
        native_id=post.native_id,
        url=post.url,
        conversation=post.conversation,
        author=post.author,
        text=post.text,
        language=post.language,
        kind=post.kind,
        private=post.private,
        media=post.media,
        posted_at=post.posted_at,
        received_at=intake.now,
        priority=raised.priority,
        flags=raised.flags,
        channel="" if post.private else intake.channel,
        watch=intake.watch,
    )
    see_by, respond_by = intake.house.see_by(mention, intake.now), intake.house.respond_by(mention, intake.now)
    return replace(mention, see_by=see_by, respond_by=respond_by)


def insert_row(conn: Connection, mention: Mention, salt: str, raw: bytes) -> None:
    """A mention's row."""
    conn.execute(
        schema.mention.insert().values(
            **{name: getattr(mention, name) for name in mentions.PLAIN},
            author_id=mention.author.id,
            author_name=mention.author.name,
            author_handle=mention.author.handle,
            media=[asdict(m) for m in mention.media],
            flags=list(mention.flags),
            state=mention.state,
            text_salt=salt,
            raw=raw,
        )
    )


def announce(conn: Connection, mention: Mention, house: House, now: datetime) -> None:
    """A card in the channel; or, for a private message with no private channel, a word to those who may read it."""
    channel = house.channel_of(mention)
    if not channel:
        tell_held(conn, mention, house, now)
        return
    for chat in house.chats:
        announce_in(conn, mention, chat, channel, now=now)


def announce_in(conn: Connection, mention: Mention, chat: str, channel: str, *, now: datetime) -> None:
    """A card in the channel of one chat, and its words in full under it where they are long."""
    number, lane = mention.number, f"card:{chat}:{mention.number}"
    conn.execute(schema.card.insert().values(number=number, chat=chat, channel=channel))
    rank = Rank.ACTION if mention.is_urgent else Rank.CARD
    outbox.queue(conn, Wanted(lane, Kind.CARD, lane, rank, number, chat), now)
    if len(mention.text) > CARD_SHOWS:
        full = Wanted(f"full:{chat}:{number}", Kind.THREAD, lane, Rank.CARD, number, chat, {"what": "full_text"})
        outbox.queue(conn, full, now)


def tell_held(conn: Connection, mention: Mention, house: House, now: datetime) -> None:
    """Each lead, else each officer, privately; where there is neither, the account's channel learns that it is there."""
    number = mention.number
    for person in house.leads or house.officers:
        key = f"held:{number}:{person}"
        outbox.queue(conn, Wanted(key, Kind.TELL, key, Rank.ACTION, number, person, {"what": "held"}), now)
    public = house.account_of(mention).channel
    if public and not (house.leads or house.officers):
        key = f"held:{number}:{public}"
        held = Wanted(key, Kind.POST, key, Rank.ACTION, number, public, {"what": "held"})
        outbox.post_everywhere(conn, held, house, now)


def announce_missing(conn: Connection, house: House, now: datetime) -> int:
    """Cards for open mentions that have none in a chat: they came in before it, or their channel, was set up. How many."""
    m, c, missing = schema.mention.c, schema.card.c, 0
    for chat in house.chats:
        has_one = select(c.number).where(c.number == m.number, c.chat == chat).exists()
        for number in conn.execute(select(m.number).where(OPEN_ROWS, ~has_one).order_by(m.number)).scalars().all():
            missing += show_in(conn, number, chat, house, now=now)
    return missing


def show_in(conn: Connection, number: int, chat: str, house: House, *, now: datetime) -> bool:
    """A card in a chat for an open mention; False when there is one by now, or it has no channel."""
    mention, c = mentions.find(conn, f"M-{number}", lock=True), schema.card.c
    has_one = conn.execute(select(c.number).where(c.number == number, c.chat == chat)).first()
    channel = house.channel_of(mention)
    if has_one or not channel or not mention.is_open:
        return False
    announce_in(conn, mention, chat, channel, now=now)
    return True


def add_to(conn: Connection, mention: Mention, post: Incoming, intake: Intake) -> None:
    """The same author, the same conversation: the mention grows, and whoever thought it done is told otherwise."""
    salt, text = record.new_salt(), post.text
    conn.execute(
        schema.addition.insert().values(
            number=mention.number,
            native_id=post.native_id,
            text=text,
            text_salt=salt,
            posted_at=post.posted_at,
            raw=post.raw,
        )
    )
    conn.execute(schema.arrival.insert().values(account=mention.account, native_id=post.native_id, number=mention.number))
    context.keep(conn, mention, post)
    mention = stop_held_reply(conn, mention, intake, because="wrote again")
    if mention.state in (State.REPLIED, State.CLOSED):
        mention = system_move(conn, mention, Action.REOPEN, intake)
    if mention.state is State.SNOOZED:
        mention = system_move(conn, mention, Action.WAKE, intake)
    mention = raise_priority(conn, mention, text, intake)
    detail = {"native_id": post.native_id, "said_at": str(to_ms(post.posted_at))}
    digests = {"text": record.digest(salt, text), **record.raw_digest(salt, post.raw)}
    after = system_move(conn, mention, Action.ADD, intake, detail=detail, digests=digests)
    tell_thread(conn, after, intake, "addition", native_id=post.native_id)
