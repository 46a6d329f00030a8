"""The steps of the guided first visit: what each says, what counts as done, and the deed that does it for the visitor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from integrations.sandbox.answering import sends
from integrations.sandbox.page.subject import Subject
from integrations.sandbox.slack_outcome import Outcome

ZONE = ZoneInfo("Europe/London")
AUTHOR = "Lou Tranter"
CROSSINGS = ("Mill Road", "Kirk Wynd", "Station Road", "Castle Street", "Harbour Place")
POST = "@harrowmere the traffic lights at {crossing} are stuck on red, kids are crossing between the cars"
REPLY = "Thank you for telling us. An engineer is on the way and should be there by {at}. A crossing warden is out now. ^PS"
OFFICER = "the duty officer"
"""Whoever that is when the visit gets there."""
NOT_YET = "It has not come to that yet. Give it a moment, then press again."


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``handle`` is who to be, or OFFICER; empty for whoever the visitor is. ``done`` may say so before it is
    reached.

    ``afterwards`` is said once it is done, and then waits for Next; without it the next step comes by itself.
    ``after`` is the title of the step whose outcome the deed needs; ``typed`` may name the mention as ``{number}``, and
    ``text`` the duty officer as ``{officer}``.
    """

    title: str
    text: str
    label: str
    deed: Callable[[Subject], Awaitable[None]]
    done: Callable[[Subject], bool]
    after: str = ""
    afterwards: str = ""
    handle: str = ""
    direct: bool = False
    network: str = ""
    typed: str = ""


async def post_it(subject: Subject) -> None:
    """Somebody posts about the light, with a photo; each visit another crossing, so that no two are the same."""
    crossing = CROSSINGS[len(subject.before) % len(CROSSINGS)]
    subject.post = await subject.town.post("x", AUTHOR, POST.format(crossing=crossing), picture=True)


async def let_an_hour_pass(subject: Subject) -> None:
    """Nobody looks."""
    await subject.town.passes(minutes=61)


async def acknowledge(subject: Subject) -> None:
    """The duty officer presses the button under his ping."""
    ping = subject.ping()
    if ping:
        succeeded(await subject.town.slack.user(subject.officer().handle).click(ping, "Acknowledge"))


async def claim(subject: Subject) -> None:
    """A responder types it."""
    succeeded(await subject.town.slack.user("priya").command(f"/claim {subject.number}", channel="mentions"))


async def reply(subject: Subject) -> None:
    """Whoever has the mention writes, looks at the words once more, sends them and closes the form."""
    person = subject.town.slack.user(subject.owner() or "priya")
    form = succeeded(await person.command(f"/reply {subject.number}", channel="mentions"))
    if not form.view:
        raise LookupError(form.text or NOT_YET)
    at = (subject.town.clock.now() + timedelta(minutes=25)).astimezone(ZONE)
    succeeded(await person.submit({"text": REPLY.format(at=f"{at:%H:%M}")}))
    succeeded(await sends(person))
    while person.view:
        person.cancel()


async def let_it_go(subject: Subject) -> None:
    """The hold runs out."""
    await subject.town.passes(seconds=11)


async def look_at_the_record(subject: Subject) -> None:
    """Whoever has the mention asks."""
    person = subject.town.slack.user(subject.owner() or "priya")
    succeeded(await person.command(f"/mention record {subject.number}", channel="mentions"))


async def ask_for_the_handover(subject: Subject) -> None:
    """The team lead asks."""
    succeeded(await subject.town.slack.user("morag").command("/handover", channel="mentions"))


def succeeded(outcome: Outcome) -> Outcome:
    """The outcome. Raises LookupError with what Slack, or the form, said against it."""
    against = "; ".join(outcome.errors.values()) or outcome.failure
    if against:
        raise LookupError(f"{NOT_YET} ({against})")
    return outcome


STEPS = (
    Step(
        "A light is stuck on red",
        "Be the public for a moment: Lou Tranter posts on X, with a photo. Post it for Lou, or write words of your own.",
        "Post It",
        post_it,
        Subject.has_card,
        network="x",
    ),
    Step(
        "Its card is in #mentions",
        "The words are now where staff already look: who wrote, where, what the photo shows, and when an answer is due. "
        "But it is a busy day and nobody looks. Let an hour go by.",
        "Let an Hour Pass",
        let_an_hour_pass,
        Subject.is_pinged,
        after="A light is stuck on red",
        handle="priya",
    ),
    Step(
        "The duty officer is pinged",
        "Silence is what must not happen, so Tolbooth tells whoever is on duty, {officer}, in a private message. Who "
        "acknowledges it stops the next ping; who does not gets a text message, and then the backup is pinged.",
        "Acknowledge It",
        acknowledge,
        Subject.is_acknowledged,
        after="Its card is in #mentions",
        handle=OFFICER,
        direct=True,
    ),
    Step(
        "Priya claims it",
        "You are Priya Shah now. Press Claim on the card, or type the command. One person wins; everybody else is told "
        "who has it.",
        "Claim It",
        claim,
        Subject.is_claimed,
        after="A light is stuck on red",
        handle="priya",
        typed="/claim {number}",
    ),
    Step(
        "Write to the public",
        "Press Reply on the card. Before anything leaves you see the account, the words and who will read them. What is "
        "said in a thread is never public.",
        "Write and Send It",
        reply,
        Subject.is_replied,
        after="Priya claims it",
        handle="priya",
        typed="/reply {number}",
    ),
    Step(
        "Ten seconds to think again",
        "The reply is held for ten seconds, and Undo stops it. Then it goes out under the post, and not before.",
        "Let Ten Seconds Pass",
        let_it_go,
        Subject.is_public,
        after="Write to the public",
        afterwards="It is in public: the answer stands under the post, and the card says who gave it.",
        handle="priya",
        network="x",
    ),
    Step(
        "Who did what, and why",
        "The record stays when people leave. It is chained, so that a changed line would show.",
        "Look at the Record",
        look_at_the_record,
        Subject.is_record_seen,
        after="A light is stuck on red",
        afterwards="There it is, in order, with names and times. Only the one who asked sees this answer.",
        handle="priya",
        typed="/mention record {number}",
    ),
    Step(
        "What the next shift must know",
        "You are Morag Muir now, the team lead. One command says what is open, unseen and overdue, and who is on duty.",
        "Ask for the Handover",
        ask_for_the_handover,
        Subject.is_handover_seen,
        afterwards="That is what whoever comes next needs to know. Nobody had to remember it.",
        handle="morag",
        typed="/handover",
    ),
)
