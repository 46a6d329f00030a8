"""What a mention's card says in each state, and which buttons would work. Pure."""

from datetime import datetime

from bot import words
from bot.card import Button, Card, Line, Link, Part, Strong, Weight, When
from bot.exchange import Parent
from bot.house import House
from bot.mention import SYSTEM, Mention, State
from bot.moving import HIDDEN
from bot.reply import Audience, Reply, ReplyState
from bot.story import Story
from bot.words import promised
from bot.words.approvals import waits_for
from bot.words.holding import DELETED_BUT_KEPT
from bot.words.rights import on_a_card

CARD_SHOWS = 600
"""Characters of a post on its card; longer ones are repeated in full under it."""
FOUND_SHOWS, ANSWERED_SHOWS = 60, 200
"""Characters of what a watch looked for, and of what a post answers, on its card."""
KINDS = {"photo": "photo", "image": "photo", "video": "video", "animated_gif": "animation", "audio": "recording"}


def card_of(story: Story, house: House, now: datetime) -> Card:
    """The card as it should look now."""
    mention = story.mention
    return Card(
        ref=mention.ref,
        version=mention.version,
        heading=heading(mention, house),
        answers=answers(story),
        quote=quote(story),
        media=media(mention),
        status=(*found_by(story), *kept_from_the_public(mention), *owed_to(story, house, now), *besides(story, house, now)),
        footer=footer(story, house),
        buttons=buttons(story),
        full_text_in_thread=len(mention.text) > CARD_SHOWS,
        summary=f"{mention.ref} from {mention.author.name or 'somebody'}: {words.excerpt(quote(story), 150)}",
    )


def heading(mention: Mention, house: House) -> Line:
    """Who said it, to which account, and when."""
    author = mention.author
    handle = f" ({author.handle})" if author.handle and author.handle != author.name else ""
    private = "private message to " if mention.private else ""
    account = house.account_of(mention)
    return (
        Strong(author.name or author.handle or "Somebody"),
        f"{handle} · {private}{account.speaks_as} · ",
        words.when(mention.posted_at, house.zone),
    )


def quote(story: Story) -> str:
    """The author's words, with the newest addition; or that they are gone."""
    mention = story.mention
    if mention.erased_at:
        return words.ERASED
    text = words.DELETED if is_deleted(mention) else mention.text or "(no words)"
    held = [addition for addition in story.additions if addition.text]
    if not held:
        return text
    more = f" (and {len(held) - 1} more before this)" if len(held) > 1 else ""
    return f"{words.excerpt(text, 300)}\n+{more} {held[-1].text}"


def answers(story: Story) -> Line:
    """What the post is an answer to, in short."""
    parent = story.answers
    return (f"In answer to {whose(parent)}: {words.excerpt(parent.text, ANSWERED_SHOWS)}",) if parent else ()


def whose(parent: Parent) -> str:
    """Who wrote what is answered."""
    return "us" if parent.ours else parent.author.name or parent.author.handle or "somebody"


def media(mention: Mention) -> Line:
    """What came with the post: never shown here, so that nobody meets it unprepared."""
    if not mention.media:
        return ()
    first = mention.media[0]
    kinds = {KINDS.get(item.kind, item.kind or "file") for item in mention.media}
    what = kinds.pop() if len(kinds) == 1 else "attachment"
    described = f", described as “{words.excerpt(first.alt, 120)}”" if first.alt else ", no description"
    parts: list[Part] = [f"{what.capitalize()} ×{len(mention.media)}{described}"]
    if where := mention.url or first.url:
        parts += [" · ", Link(where, "Look at the source")]
    return tuple(parts)


def status(story: Story, house: House, now: datetime) -> Line:
    """What happens next, or what came of it."""
    mention = story.mention
    changed = "Edited since it came in · " if mention.edited_at and mention.text else ""
    match mention.state:
        case State.NEW | State.CLAIMED if is_all_gone(story):
            return ("Nothing is left to answer. Close it, or note what is still to be done.",)
        case State.CLAIMED if waits := story.waiting_reply:
            asked = [story.name(one) for one in story.asked]
            return (waits_for(story.name(waits.by), asked), *source(mention))
        case State.NEW | State.CLAIMED:
            return (*due(mention, house, now, changed), *source(mention))
        case State.SNOOZED:
            until = mention.snooze_until
            return ("Asleep until ", words.when(until, house.zone), *source(mention)) if until else source(mention)
        case State.REPLYING:
            return replying(story, house)
        case State.REPLIED:
            sent = story.last_sent
            if sent and sent.state is ReplyState.SENT:
                return out(story, sent, house, now)
            if sent and sent.by == SYSTEM:
                return ("Answered elsewhere, not through Tolbooth", *(seen_at(sent) or source(mention)))
            alone = " Nobody approved it first." if story.unapproved else ""
            return (f"Answered by hand.{alone}", *source(mention))
        case _:
            return (f"No reply needed: {mention.close_reason}",) if mention.close_reason else ()


def out(story: Story, sent: Reply, house: House, now: datetime) -> Line:
    """Where our reply is; where the network lets us look, whether it was seen there yet."""
    first = next((one for one in story.replies if one.id == sent.first_id), sent)
    link: Line = (Link(first.url, "See the reply"),) if first.url else ()
    abilities = house.account_of(story.mention).abilities
    if abilities.reads_back and sent.posts and sent.native_id and sent.confirmed_at is None and sent.sent_at:
        waits = now < sent.sent_at + abilities.settles_within
        said = f"The network took the reply{'; it is being looked for' if waits else ', but it does not show'}"
        return (said, " · ", *link) if link else (f"{said}.",)
    whom = "Its author" if story.mention.private or sent.audience is Audience.AUTHOR else "The public"
    return link or (f"{whom} can {'read' if whom == 'Its author' else 'see'} the reply.",)


def seen_at(sent: Reply) -> Line:
    """Where our reply can be seen."""
    return (" · ", Link(sent.url, "See the reply")) if sent.url else ()


def found_by(story: Story) -> Line:
    """Which watch found it, and by which of its words."""
    watch, sought = story.mention.watch, story.sought
    looked = f": {words.excerpt(sought.found_in(story.mention.text), FOUND_SHOWS)}" if sought else ""
    return (f"Found by watch {watch}{looked} · ",) if watch else ()


def kept_from_the_public(mention: Mention) -> Line:
    """That we hid it, before anything else that is so."""
    return ("Hidden from the public · ",) if HIDDEN in mention.flags else ()


def besides(story: Story, house: House, now: datetime) -> Line:
    """The rights it claims, that its words are kept though it was deleted, and what happens next."""
    rights = on_a_card(story.running_rights, house.rights, story.names, now=now, zone=house.zone)
    kept = (DELETED_BUT_KEPT,) if story.mention.gone_at and story.mention.text else ()
    return (*rights, *kept, *status(story, house, now))


def owed_to(story: Story, house: House, now: datetime) -> Line:
    """What its author was promised and has not got."""
    return promised.on_a_card(story.promises, story.mention, now, house.zone)


def is_deleted(mention: Mention) -> bool:
    """Whether its author took the words back."""
    return mention.gone_at is not None and not mention.text


def is_all_gone(story: Story) -> bool:
    """Whether nothing is left to answer: what the author added later may still be there."""
    return is_deleted(story.mention) and not any(addition.text for addition in story.additions)


def due(mention: Mention, house: House, now: datetime, changed: str) -> Line:
    """When somebody must look, while nobody has; then when an answer is due, or since when it is overdue."""
    if mention.respond_by is None:
        return ()
    if mention.see_by and not mention.seen_at and now < mention.respond_by and mention.see_by < mention.respond_by:
        look = words.when(mention.see_by, house.zone)
        if mention.see_by <= now:
            return (changed, Strong("Look now"), ": it was to be looked at by ", look)
        return (f"{changed}To be looked at by ", look)
    by = words.when(mention.respond_by, house.zone)
    if mention.respond_by <= now:
        return (f"{changed}", Strong("Overdue"), ": an answer was due by ", by)
    return (f"{changed}An answer is due by ", by)


def source(mention: Mention) -> Line:
    """Where the post itself is."""
    return (" · ", Link(mention.url, "Look at the post")) if mention.url and not mention.media else ()


def replying(story: Story, house: House) -> Line:
    """Where the reply is on its way."""
    live = story.live_reply
    if live is None:
        return ()
    name = story.name(live.by)
    if live.state is ReplyState.UNSURE:
        return (Strong("Needs a person"), f": we could not tell whether {name}’s reply went out. Look, then say which.")
    if live.state is ReplyState.HELD and live.hold_until:
        at = When(live.hold_until, f"{live.hold_until.astimezone(house.zone):%H:%M:%S}")
        return (f"{name}’s reply goes out {'again ' if story.again else ''}at ", at)
    return (f"{name}’s reply is on its way",)


def footer(story: Story, house: House) -> Line:
    """The reference, and who has it or had it since when."""
    mention = story.mention
    owner = story.name(mention.owner)
    match mention.state:
        case State.CLAIMED:
            claimed = since(f"{mention.ref} · claimed by {owner}", mention.owned_at, house)
            return (*claimed, f" · offered to {story.name(mention.offered_to)}") if mention.offered_to else claimed
        case State.SNOOZED:
            return (f"{mention.ref} · asleep" + (f" · {owner} has it" if mention.owner else ""),)
        case State.REPLYING:
            return (f"{mention.ref} · {owner} is replying",)
        case State.REPLIED:
            by = story.last_sent.by if story.last_sent else mention.owner
            how = "answered elsewhere" if by == SYSTEM else f"answered by {story.name(by)}"
            return since(f"{mention.ref} · {how}", mention.ended_at, house)
        case State.CLOSED:
            return since(f"{mention.ref} · closed by {story.name(story.closed_by)}", mention.ended_at, house)
        case _:
            again = f" · {story.name(mention.last_owner)} had it before" if mention.last_owner else ""
            looked = f"seen by {story.name(mention.seen_by)}" if mention.seen_at else "nobody has looked yet"
            return (f"{mention.ref} · {looked}{again}",)


def since(text: str, at: datetime | None, house: House) -> Line:
    """Words, and the moment they are true since."""
    return (f"{text} · ", words.when(at, house.zone)) if at else (text,)


def buttons(story: Story) -> tuple[Button, ...]:
    """Only the buttons that would work, four at most."""
    mention = story.mention
    ref = mention.ref
    match mention.state:
        case State.NEW | State.CLAIMED if is_all_gone(story):
            whose = Button("Claim", "claim", ref) if mention.state is State.NEW else Button("Release", "release", ref)
            return (Button("Close", "close", ref, weight=Weight.PRIMARY), whose, Button("Note", "note", ref))
        case State.NEW:
            first = (Button("Claim", "claim", ref, weight=Weight.PRIMARY), Button("Reply", "reply", ref))
            return (*first, Button("Close", "close", ref), Button("Note", "note", ref))
        case State.CLAIMED if waits := story.waiting_reply:
            look = Button("Look at the Reply", "approve", ref, weight=Weight.PRIMARY)
            back = Button("Take It Back", "recall", ref, waits.id[:8])
            return (look, back, Button("Release", "release", ref), Button("Note", "note", ref))
        case State.CLAIMED:
            first = (Button("Reply", "reply", ref, weight=Weight.PRIMARY), Button("Release", "release", ref))
            return (*first, Button("Close", "close", ref), Button("Note", "note", ref))
        case State.SNOOZED:
            take = Button("Claim", "claim", ref, weight=Weight.PRIMARY)
            return (take, Button("Close", "close", ref), Button("Note", "note", ref))
        case State.REPLYING:
            return reply_buttons(story)
        case State.REPLIED:
            again = () if is_all_gone(story) or mention.erased_at else (Button("Reply Again", "reply", ref),)
            return (*again, Button("Close", "close", ref), Button("Record", "record", ref))
        case _:
            return (Button("Note", "note", ref), Button("Record", "record", ref))


def reply_buttons(story: Story) -> tuple[Button, ...]:
    """Undo while it is held; a person's word when nobody else can tell."""
    live, mention = story.live_reply, story.mention
    if live is None or live.state is ReplyState.SENDING:
        return ()
    if live.state is ReplyState.HELD:
        return (Button("Undo", "undo", mention.ref, live.id[:8], weight=Weight.DANGER),)
    return doubt_buttons(mention, live)


def doubt_buttons(mention: Mention, doubtful: Reply) -> tuple[Button, ...]:
    """To look, and to say what became of a reply, or have it sent again all the same."""
    look = (Button("See It", "look", mention.ref, url=mention.url),) if mention.url else ()
    return (
        *look,
        Button("It Is There", "settle", mention.ref, f"there {doubtful.id[:8]}"),
        Button(
            "It Is Not",
            "settle",
            mention.ref,
            f"absent {doubtful.id[:8]}",
            confirm="The reply becomes a draft again. If you send it again, the first one may be there too.",
        ),
        Button(
            "Send Again",
            "settle",
            mention.ref,
            f"again {doubtful.id[:8]}",
            weight=Weight.DANGER,
            confirm="If the first one turns up too, the public sees both.",
        ),
    )
