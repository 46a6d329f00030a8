"""One file for each thing asked of the bot. ``VERBS`` names them; ``run`` answers any command, whatever is asked."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bot import words
from bot.approvals import has_approval
from bot.authority import NotPermitted
from bot.card import Answer, Code, Line, Part, Picture, Quote
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import Busy, FormProblem, UserError
from bot.form import Form
from handlers.accounts import accounts, keeps_register
from handlers.acknowledge import acknowledge
from handlers.add import add
from handlers.approvals import approvals
from handlers.approve import approve, recall, send_back
from handlers.claim import claim
from handlers.close import close
from handlers.correct import correct, corrects_somewhere
from handlers.departed import departed
from handlers.done import done
from handlers.duty import WAYS, duty, has_duty
from handlers.find import WAYS as FINDING
from handlers.find import find
from handlers.give import accept, decline, give
from handlers.handover import WAYS as SHEETS
from handlers.handover import handover
from handlers.heard import heard
from handlers.help import explain, help_
from handlers.hide import WAYS as HIDING
from handlers.hide import hide, hides_somewhere
from handlers.home import home
from handlers.keep import WAYS as HOLDS
from handlers.keep import keep
from handlers.leaver import WAYS as LEAVING
from handlers.leaver import has_leads, leaver
from handlers.like import like, likes_somewhere
from handlers.look import look
from handlers.menu import menu
from handlers.next_one import next_one
from handlers.note import note
from handlers.priority import priority
from handlers.promise import promise
from handlers.queue import queue
from handlers.record import record
from handlers.release import release
from handlers.reply import reply
from handlers.report import report
from handlers.rights import WAYS as CLAIMED
from handlers.rights import rights
from handlers.rota import WAYS as TURNS
from handlers.rota import rota
from handlers.saved import WAYS as SAVING
from handlers.saved import saved
from handlers.settle import settle
from handlers.shift import ready, shift
from handlers.show import show
from handlers.snooze import snooze
from handlers.staff_page import staff_page
from handlers.staff_page_typed import staff_page_typed
from handlers.stop import start, stop
from handlers.take_down import takes_down_somewhere, unsay
from handlers.tasks import WAYS as OWED
from handlers.tasks import tasks
from handlers.topic import topic
from handlers.trust import WAYS as TRUSTS
from handlers.trust import trust_
from handlers.unavailable import unavailable
from handlers.undo import undo
from handlers.verb import Verb
from handlers.watch import WAYS as WATCHING
from handlers.watch import searches_somewhere, watch
from handlers.why import why

VERBS = {
    verb.name: verb
    for verb in (
        Verb("claim", claim, "142", "Take a mention, so that everyone sees you have it", deed=True),
        Verb("reply", reply, "142 [your words]", "Write to the public; you see it before it goes", deed=True),
        Verb("record", record, "142", "Who did what and why", deed=True),
        Verb("handover", handover, "[@person | #channel]", "What the next person must know", deed=True, ways=SHEETS),
        Verb("queue", queue, "", "Every open mention, in the order to look at them", deed=True),
        Verb("next", next_one, "", "Show the one that has waited longest", deed=True),
        Verb("show", show, "142", "Read a mention and mark it seen"),
        Verb("release", release, "142", "Put a mention back in the queue"),
        Verb("close", close, "142 why", "Decide that no reply is needed, and say why"),
        Verb("note", note, "142 your note", "Tell colleagues something; never published"),
        Verb("add", add, "link or words", "Bring in something said elsewhere: a call, a letter, another site"),
        Verb("give", give, "142 @name", "Offer a mention to a colleague, who accepts", more=True),
        Verb("snooze", snooze, "142 tomorrow why", "Let it sleep until something is known", more=True),
        Verb("priority", priority, "142 P1 [why]", "Say how soon somebody must look", more=True),
        Verb("find", find, "words", "Look through what was said and answered", more=True, ways=FINDING),
        Verb("why", why, "142 | S-4 | W-3 | account", "Why it is so: who decided, when, by which rule", more=True),
        Verb("report", report, "[week|month]", "What came in, and what became of it", more=True),
        Verb("promise", promise, "142 Friday 5pm what", "Keep track of what the public was promised", more=True),
        Verb("tasks", tasks, "[all]", "What you owe, and by when", more=True, ways=OWED),
        Verb("rights", rights, "[142 foi]", "Rights with a clock, and by when", more=True, ways=CLAIMED),
        Verb("keep", keep, "[142 why]", "Keep words from being erased", more=True, ways=HOLDS),
        Verb("hide", hide, "142", "Hide a post by a house rule", more=True, shown_if=hides_somewhere, ways=HIDING),
        Verb("like", like, "142", "Like a post, in public", more=True, shown_if=likes_somewhere),
        Verb("unsay", unsay, "142 why", "Take down our own reply", more=True, shown_if=takes_down_somewhere),
        Verb("correct", correct, "142", "Correct our own reply", more=True, shown_if=corrects_somewhere),
        Verb("stop", stop, "why", "Freeze everything public at once", more=True),
        Verb("start", start, "", "Let publishing go on; needs two team leads", more=True),
        Verb("accounts", accounts, "[verified NAME]", "Who holds each account", more=True, shown_if=keeps_register),
        Verb("leaver", leaver, "@name | all", "Hand on what a leaver has", more=True, shown_if=has_leads, ways=LEAVING),
        Verb("duty", duty, "[cover me]", "Who is on duty; ask for cover", more=True, shown_if=has_duty, ways=WAYS),
        Verb("rota", rota, "[edit NAME]", "Who takes turns; what is not covered", more=True, shown_if=has_duty, ways=TURNS),
        Verb("approvals", approvals, "", "Which replies wait for approval", more=True, shown_if=has_approval),
        Verb("topic", topic, "142 bins.missed", "Say what it is about", more=True, shown_if=has_approval),
        Verb("trust", trust_, "@name", "Whose replies need no approval", more=True, shown_if=has_approval, ways=TRUSTS),
        Verb("watch", watch, "[words]", "What is looked for", more=True, shown_if=searches_somewhere, ways=WATCHING),
        Verb("saved", saved, "[words | S-4 | new]", "Approved words to begin a reply with", more=True, ways=SAVING),
        Verb("accept", accept, "142", "Take what a colleague offers you", hidden=True),
        Verb("decline", decline, "142 [why]", "Leave it with whoever offered it", hidden=True),
        Verb("home", home, "", "What needs you now, and who is on duty", hidden=True),
        Verb("help", help_, "[verb]", "This list, or one verb explained"),
        Verb("menu", menu, "", "What waits now, with the buttons pressed most", hidden=True),
        Verb("undo", undo, "142", "Stop a reply that has not left yet", hidden=True),
        Verb("done", done, "142 [link]", "Record that you answered by hand", hidden=True),
        Verb("acknowledge", acknowledge, "142", "Say that you are looking, so that nobody else is pinged", hidden=True),
        Verb("unavailable", unavailable, "142", "Say that you cannot look now, so that the next is asked", hidden=True),
        Verb("heard", heard, "", "Say that the weekly test ping reached you", hidden=True),
        Verb("settle", settle, "142 there|absent|again", "Say whether a doubtful reply went out", hidden=True),
        Verb("departed", departed, "", "The chat says that somebody has left", hidden=True),
        Verb("ready", ready, "", "Say whether you are there for your turn", hidden=True),
        Verb("shift", shift, "", "Send a handover, or accept one", hidden=True),
        Verb("approve", approve, "142", "Look at a colleague’s reply, and let it go", hidden=True),
        Verb("send_back", send_back, "142 why", "Send a colleague’s reply back with a word on it", hidden=True),
        Verb("recall", recall, "142", "Take back your reply that waits for approval", hidden=True),
        Verb("look", look, "", "The button that opens a page in your browser", hidden=True),
    )
}

TYPED = {verb.name: verb.usage for verb in VERBS.values()}
"""Every verb with what is typed after it, for a chat in which all is typed."""

PAGE = partial(staff_page, VERBS)
"""The side of paper for staff, from the settings of the core."""
PAGE_TYPED = partial(staff_page_typed, VERBS)
"""The same for a chat in which all is typed, from what that says of itself too."""


async def run(command: Command, desk: Desk) -> Answer | Form:
    """Answer a command. A UserError is an answer too; only FormProblem is raised, for the form that was sent in."""
    try:
        await desk.meet(command.by)
        here = replace(command, at=replace(command.at, ref=await desk.ref_at(command.at)))
        await desk.require_known(here)
        answer = await chosen(here, desk)
    except FormProblem as problem:
        raise FormProblem(problem.field, words.spelled(str(problem), desk.spelling(command.at))) from problem
    except NotPermitted as refusal:
        answer = Answer(((await desk.told(refusal, command.by.id),),))
    except UserError as error:
        answer = Answer(((str(error),),))
    except Busy:
        if command.way in (Way.SAID, Way.HAPPENED):
            raise  # not acknowledged, so that the chat delivers it again
        answer = Answer(((words.BUSY,),))
    return spelled(answer, desk.spelling(command.at))


async def chosen(command: Command, desk: Desk) -> Answer | Form:
    """Run the verb, explain it, or help with one nobody knows."""
    verb = VERBS.get(command.verb)
    if verb is None:
        return explain(command.verb, VERBS)
    if command.verb == "help" or (command.text.strip().lower() == "help" and not command.step):
        return help_page(command, desk)
    return await verb.run(command, desk)


def help_page(command: Command, desk: Desk) -> Answer:
    """``help``, ``help claim`` and ``claim help``."""
    about = command.text.strip().lower() if command.verb == "help" else command.verb
    if about and about not in ("help", "more"):
        return explain(about, VERBS)
    return help_(VERBS, desk, command.at, more=about == "more")


def spelled(answer: Answer | Form, commands: Mapping[str, str]) -> Answer | Form:
    """Spell what can be typed as commands are called where it was asked."""
    return replace(answer, body=tuple(spelled_piece(piece, commands) for piece in answer.body))


def spelled_piece(piece: Line | Quote | Code | Picture, commands: Mapping[str, str]) -> Line | Quote | Code | Picture:
    """Our own words only: a quote is somebody else's."""
    if isinstance(piece, Picture):
        return replace(piece, beside=tuple(spelled_part(part, commands) for part in piece.beside))
    if isinstance(piece, Quote | Code):
        return piece
    return tuple(spelled_part(part, commands) for part in piece)


def spelled_part(part: Part, commands: Mapping[str, str]) -> Part:
    """One part of a line."""
    return words.spelled(part, commands) if isinstance(part, str) else part
