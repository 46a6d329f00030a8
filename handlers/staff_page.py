"""``tolbooth staff-page`` - one side of paper to pin up: what a card means, what to do with it, what the public sees."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import words
from bot.card import Card, plain
from bot.house import House, gone_account
from bot.mention import Author, Media, Mention
from bot.portray import card_of
from bot.settings import CoreSettings
from bot.story import Story
from handlers.help import PUBLIC
from handlers.verb import Verb

BLANK = "_" * 24
PRESS: Mapping[str, str] = {
    "claim": "[Claim]",
    "reply": "[Reply]",
    "record": "[Record] once answered or closed",
    "handover": "[Handover] in the menu",
    "queue": "[Whole Queue] in the menu",
    "next": "[Show Next] in the menu",
}
"""What to press for each deed, in the place of typing it."""


def staff_page(verbs: Mapping[str, Verb], core: CoreSettings) -> str:
    """The page as Markdown, with the command names and the times of these settings."""
    page = "\n\n".join("\n".join(part) for part in parts(verbs, core))
    return words.spelled(page, core.commands.model_dump())


def parts(verbs: Mapping[str, Verb], core: CoreSettings) -> Iterator[list[str]]:
    """The page, part by part."""
    yield [f"# Tolbooth{f' at {core.organisation}' if core.organisation else ''}, on one page"]
    yield ["What the public says to us comes here as cards: nobody goes unanswered."]
    yield ["## What a card says"]
    yield ["```text", *picture(example_card(core)), "```"]
    yield meaning()
    yield ["## What to do"]
    yield [*deeds(verbs)]
    yield [f"{code('mention')} opens the menu; {code('help')} lists the verbs. Under a card, write @Tolbooth and the verb."]
    yield ["## Public, and never public"]
    yield public(core)
    yield ["## If nobody looks"]
    yield [*silence(core), *turns(verbs, core)]
    yield ["## Stop, ask, practise"]
    yield at_hand(verbs)


def code(verb: str, rest: str = "") -> str:
    """Something to type, set as such."""
    return f"`{words.typed(verb, rest)}`"


def picture(card: Card) -> Iterator[str]:
    """A card, a line each, as a chat shows it."""
    yield plain(card.heading)
    yield f"> {card.quote}"
    yield from (plain(line) for line in (card.media, card.status, card.footer))
    yield " ".join(f"[{button.label}]" for button in card.buttons)


def example_card(core: CoreSettings) -> Card:
    """A new mention with a photo, drawn by what draws the real ones."""
    zone = ZoneInfo(core.zone)
    posted = datetime(2026, 11, 17, 9, 0, tzinfo=zone)
    account = gone_account(f"{core.organisation or 'Harrowmere'} web chat", "example")
    mention = Mention(
        number=142,
        account=account.name,
        network=account.network,
        native_id="example",
        url="https://harrowmere.example/chat/142",
        conversation="example",
        author=Author("lou", "Lou Tranter", "@lou"),
        text="The traffic lights at Mill Road are stuck on red",
        language="en",
        kind="post",
        private=False,
        media=(Media("photo", "https://harrowmere.example/142.jpg", "A red light above a crossing"),),
        posted_at=posted,
        received_at=posted,
        respond_by=posted + timedelta(hours=1),
    )
    return card_of(Story(mention), House({}, zone, core.hours, ()), posted)


def meaning() -> list[str]:
    """What each line of the picture says, in order."""
    return [
        "1. Who wrote, to which account, when.",
        "2. Their words.",
        "3. What came with them. Pictures are not shown.",
        "4. What comes next, or came of it.",
        "5. Its number, and who has it: one person.",
        "6. The buttons that work now.",
    ]


def deeds(verbs: Mapping[str, Verb]) -> Iterator[str]:
    """What to type, what to press, and what for. A deed without its button is a mistake: raises KeyError."""
    for verb in verbs.values():
        if verb.deed:
            yield f"- {code(verb.name, verb.usage)} or {PRESS[verb.name]}: {verb.summary}."
    yield "- [Close]: no reply needed, and why. [Note]: for colleagues. [Release]: back to the queue."


def public(core: CoreSettings) -> list[str]:
    """What leaves the house, and how to call it back."""
    hold = int(core.replies.hold.total_seconds())
    undo = f"; for {hold} seconds [Undo] stops it" if hold else ""
    return [
        f"- {PUBLIC}",
        f"- You see account, readers and words. The button naming the account sends them{undo}.",
        "- What looks amiss is said beside the words, with its cure. Drafts are kept as typed.",
        *approval(core),
        "- Accounts answered by hand: paste the words on the network’s page, press [Done].",
        "- Never public: notes, threads, reasons, the record. Notes are kept: write kindly.",
    ]


def approval(core: CoreSettings) -> list[str]:
    """What happens to the replies of some, where a colleague approves them."""
    if not (core.approval or core.roles.trainee):
        return []
    return ["- Some replies a colleague approves first, and may change: you see what and why. Until then: [Take It Back]."]


def silence(core: CoreSettings) -> list[str]:
    """Who is pinged, in order, for how long."""
    return [
        f"When an answer is overdue, {in_order(core)};",
        "again each day. [Acknowledge] holds the pings. A claim gone cold returns to the queue. Nobody is told off.",
    ]


def turns(verbs: Mapping[str, Verb], core: CoreSettings) -> list[str]:
    """Where people take duty in turn: how to see whose it is, and how a shift ends."""
    if not core.rota:
        return []
    duty = verbs["duty"]
    return [
        f"- {code('duty', duty.usage)}: {duty.summary}.",
        "- Your turn ends when the next person presses [Accept] on your handover.",
    ]


def in_order(core: CoreSettings) -> str:
    """Who is pinged, one after another."""
    if core.escalation:
        steps = [step.partition(" ")[0] for step in core.escalation[0].steps]
        return f"these are pinged in turn: {', '.join(steps)}"
    if core.rota:
        return "the owner is pinged, then duty officer, backup and lead as the rota has it, then the channel"
    minutes = f"{core.duty.acknowledge_within.total_seconds() / 60:g} minutes"
    return f"the owner is pinged, then each duty officer ({minutes} each), then the channel"


def at_hand(verbs: Mapping[str, Verb]) -> list[str]:
    """The brake, the people and the practice town."""
    stop, start = verbs["stop"], verbs["start"]
    return [
        f"- **Stop** (duty officers, team leads): {code('stop', stop.usage)}: {stop.summary}.",
        f"- **Start**: {code('start')}: {start.summary}.",
        f"- **Ask** in the thread, or your team lead: {BLANK}",
        f"- **Somebody in danger?** Ring first: {BLANK}",
        "- **Practise:** `tolbooth demo`, where installed: an invented town; nothing gets out.",
    ]
