"""``tolbooth staff-page`` for a chat in which all is typed, and read now and then: the same side, without buttons."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot import words
from bot.ports import Paper
from bot.settings import CoreSettings
from bot.words.helping import each_so_often
from handlers.help import PUBLIC
from handlers.staff_page import at_hand, code, example_card, in_order, turns
from handlers.verb import Verb


def staff_page_typed(verbs: Mapping[str, Verb], core: CoreSettings, paper: Paper) -> str:
    """The page as Markdown, with verbs spelled as in the chat, and the times of these settings."""
    page = "\n\n".join("\n".join(part) for part in parts(verbs, core, paper))
    return words.spelled(page, paper.commands)


def parts(verbs: Mapping[str, Verb], core: CoreSettings, paper: Paper) -> Iterator[list[str]]:
    """The page, part by part."""
    within = each_so_often(paper.reads_each)
    yield [f"# Tolbooth{f' at {core.organisation}' if core.organisation else ''}, on one page"]
    yield ["What the public says to us comes here, a thread each: nobody goes unanswered."]
    yield ["## What a thread begins with"]
    yield ["```text", *paper.draws(example_card(core)).splitlines(), "```"]
    yield [*meaning()]
    yield ["## What to do"]
    yield [f"Write in the thread, verb first; elsewhere add the number. It is read within {within}; a like says it is done."]
    yield [*deeds(verbs)]
    yield ["## Public, and never public"]
    yield [*public(core, paper)]
    yield ["## If nobody looks"]
    yield [*silence(core), *turns(verbs, core)]
    yield ["## Stop, ask, practise"]
    yield at_hand(verbs)


def meaning() -> list[str]:
    """What stands where in the picture, in order."""
    return [
        "Number, author, account, time; their words; what came with them; who has it, one person, and what comes next;",
        "what to write. Changes are said below. Where one message lists several,",
        f"{code('claim', '142')} under it begins a thread.",
    ]


def deeds(verbs: Mapping[str, Verb]) -> Iterator[str]:
    """What to type, and what for."""
    for verb in verbs.values():
        if verb.deed:
            yield f"- {code(verb.name, verb.usage)}: {verb.summary}."
    yield f"- {code('close', 'why')}: no reply needed. {code('release')}: back to the queue. {code('help')}: all verbs."


def public(core: CoreSettings, paper: Paper) -> Iterator[str]:
    """What leaves the house, and how to call it back."""
    hold = max(core.replies.hold, 2 * paper.reads_each) if core.replies.hold else timedelta(0)
    undo = f" For {each_so_often(hold)} {code('undo')} stops it." if hold else ""
    yield f"- {PUBLIC}"
    yield f"- You see account, readers and words. Write **send**, and they go.{undo}"
    yield "- What looks amiss is said below the words: write **change** to mend it."
    if core.approval or core.roles.trainee:
        yield f"- Some replies a colleague approves first, and may change: you see why. Until then: {code('recall', '142')}."
    yield f"- Accounts answered by hand: paste the words on the network’s page, then {code('done', '142')}."
    yield "- Notes, threads and reasons stay with us, and are kept: write kindly."


def silence(core: CoreSettings) -> list[str]:
    """Who is pinged, in order, for how long, and by what."""
    return [
        f"When an answer is overdue, {in_order(core)};",
        f"again each day; by text or e-mail too. {code('acknowledge', '142')} holds the pings. A claim gone cold returns",
        "to the queue. Nobody is told off.",
    ]
