"""``tolbooth networks``: each network, what can be done there, and against what that was tested; made from the code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.ports import Guarantee, Network
from bot.registry import Entry, Facts
from bot.reply import Abilities, Act
from bot.wiring import REGISTERED

HEADINGS = (
    "network",
    "brings",
    "arrives",
    "replies",
    "besides",
    "when an answer is lost",
    "costs",
    "tested against",
)
ACTS = {Act.HIDE: "hide", Act.LIKE: "like", Act.EDIT_OWN: "edit own", Act.DELETE_OWN: "delete own"}
SECOND_TRY = {
    Guarantee.NATIVE_KEY: "repeated: its key is known",
    Guarantee.OWN_ID: "repeated: we name the post",
    Guarantee.LOOKUP: "looked up, then repeated",
    Guarantee.EVIDENCE_ONLY: "looked up, else a person decides",
    Guarantee.NONE: "a person decides",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One network, as its most capable account."""

    facts: Facts
    network: Network

    def cells(self) -> tuple[str, ...]:
        """Under ``HEADINGS``."""
        by_hand = self.network.by_hand
        return (
            self.facts.title,
            ", ".join(self.facts.brings),
            self.facts.arrives,
            replies_of(self.network),
            ", ".join(besides(self.network.abilities)) or "–",
            "–" if by_hand else SECOND_TRY[self.network.guarantee],
            self.facts.costs,
            "; ".join(self.facts.tested),
        )


def replies_of(network: Network) -> str:
    """How long a reply may be, and what else it can be."""
    if network.by_hand:
        return "by hand"
    abilities = network.abilities
    kinds = (
        ("private", abilities.private is not None),
        ("threads", abilities.threads),
        ("pictures", abilities.media is not None),
    )
    return ", ".join([f"{network.limits.limit:,} {network.limits.unit}", *(kind for kind, offered in kinds if offered)])


def besides(abilities: Abilities) -> Iterator[str]:
    """What can be done there besides reading and replying."""
    yield from (name for act, name in ACTS.items() if act in abilities.acts)
    if abilities.reads_back:
        yield "read back"
    if abilities.look_ups:
        yield "look again"
    if abilities.searches:
        yield "search"


def sample(name: str, entry: Entry) -> Row:
    """The network, built from its example settings; nothing is called."""
    facts = entry.said()
    assert facts is not None, f"{name} says nothing of itself"
    settings = {"name": "example", "network": name, "channel": "mentions", **facts.example}
    account = entry.settings_class().model_validate(settings)
    given = {"http": None, "clock": SystemClock(), "tokens": None, **({"peers": None} if entry.shares else {})}
    return Row(facts, entry.build()(account, **given))


def rows() -> Sequence[Row]:
    """Every network, in the order they are registered."""
    return [sample(name, entry) for name, entry in REGISTERED.networks.items()]


def markdown() -> Iterator[str]:
    """The table as the README has it."""
    yield line_of(HEADINGS)
    yield line_of(["---"] * len(HEADINGS))
    for row in rows():
        yield line_of(row.cells())


def line_of(cells: Sequence[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def stanzas() -> Iterator[str]:
    """The table for a terminal, where eight columns do not fit: a stanza for each network."""
    widest = max(len(heading) for heading in HEADINGS)
    for row in rows():
        title, *cells = row.cells()
        yield title
        yield from (f"  {heading:<{widest}}  {cell}" for heading, cell in zip(HEADINGS[1:], cells, strict=True))
        yield ""
