"""The table: of each deed who may, in which words everybody else is refused, and whom those name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot import words
from bot.authority.deeds import Deed, Who
from bot.authority.subject import Subject
from bot.errors import NotYours
from bot.words.hiding import PRESERVE

Says = str | Callable[[Subject, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may: any of ``may`` suffices. The sentences are refusals; ``{who}`` in them are those who can be asked."""

    may: frozenset[Who]
    says: Says
    ask: tuple[Who, ...] = (Who.LEAD,)
    """Who can, of those who can be named."""
    one: str = "a team lead"
    """What they are called where the settings name nobody."""
    own: str = ""
    """Refuses what is one's own, whatever one's role: a second pair of eyes belongs to a second person."""
    trainees: str = ""
    """Refuses trainees, whatever else they are, unless they are trusted here."""


class NotPermitted(NotYours):
    """A deed refused. Its text is whole; ``naming`` is the same with the names of those who can be asked."""

    def __init__(self, says: Says, about: Subject, ask: tuple[Who, ...], one: str) -> None:
        self.ask = ask
        self._says, self._about, self._one = says, about, one
        super().__init__(self.naming(""))

    def naming(self, who: str) -> str:
        """The refusal with ``who`` to ask."""
        if callable(self._says):
            return self._says(self._about, who or self._one)
        return self._says.format(ref=self._about.ref, channel=self._about.channel, who=who or self._one)


def unreadable(about: Subject, who: str) -> str:
    """To one who may not read a mention."""
    return words.held_private(about.ref, who) if about.is_private else words.not_in_channel(about.ref, about.channel, who)


APPROVERS = (Who.APPROVER, Who.LEAD)
COLLEAGUE = "a colleague who approves"
LOOKED_AT = "A colleague looks at what you write before it is public: {who} can do that for {ref}."
LEARNING = "While you are learning the ropes this is for a colleague: ask {who} about {ref}."
HOLDERS = "Whoever has {ref}, or {who}, can do that. You can help in its thread."
OWN_TURN = words.typed("duty", "cover me my shift why")
OWN_TRUST = "Nobody says that of themselves: ask {who}."

DEEDS: Mapping[Deed, Rule] = {
    Deed.ASK: Rule(may=frozenset({Who.ANYBODY}), says=""),
    Deed.READ: Rule(may=frozenset({Who.LEAD, Who.MEMBER, Who.PINGED}), says=unreadable),
    Deed.HOLD: Rule(may=frozenset({Who.OWNER, Who.NOBODYS, Who.LEAD, Who.MACHINE}), says=HOLDERS),
    Deed.PUT_BACK: Rule(may=frozenset({Who.OWNER, Who.NOBODYS, Who.LEAD, Who.DUTY, Who.MACHINE}), says=HOLDERS),
    Deed.UNDO: Rule(may=frozenset({Who.OWNER, Who.NOBODYS, Who.CONCERNED, Who.LEAD, Who.MACHINE}), says=HOLDERS),
    Deed.ACCEPT: Rule(may=frozenset({Who.OFFERED}), says="{ref} is offered to somebody else, who has to answer."),
    Deed.DECLINE: Rule(
        may=frozenset({Who.OFFERED, Who.OWNER, Who.LEAD, Who.MACHINE}),
        says="{ref} is offered to somebody else, who has to answer; {who} can take it back.",
    ),
    Deed.NOT_AVAILABLE: Rule(may=frozenset({Who.PINGED, Who.MEMBER, Who.LEAD}), says=unreadable),
    Deed.WRITE: Rule(may=frozenset({Who.PUBLISHER}), says=lambda about, who: words.may_not_reply(about.ref, who)),
    Deed.PUBLISH: Rule(
        may=frozenset({Who.PUBLISHER}),
        says=lambda about, who: words.may_not_reply(about.ref, who),
        trainees=LOOKED_AT,
    ),
    Deed.APPROVE: Rule(
        may=frozenset(APPROVERS),
        says="The reply to {ref} waits for a colleague who approves: {who}.",
        ask=APPROVERS,
        one="team leads and approvers",
        own="You wrote this one for {ref}, so somebody else looks at it: {who}.",
        trainees=LEARNING,
    ),
    Deed.RECALL: Rule(
        may=frozenset({Who.WRITER}),
        says="Whoever wrote the reply to {ref} can take it back. To send it back to them, ask {who}.",
        ask=APPROVERS,
        one=COLLEAGUE,
    ),
    Deed.TRUST: Rule(
        may=frozenset({Who.LEAD}),
        says="Team leads say whose replies need no approval. Ask {who}.",
        one="one",
        own=OWN_TRUST,
        trainees=LEARNING,
    ),
    Deed.HIDE: Rule(
        may=frozenset({Who.LEAD, Who.APPROVER, Who.DUTY}),
        says="Team leads, approvers and duty officers hide posts, by a published rule. Ask {who} about {ref}.",
        ask=(Who.LEAD, Who.APPROVER, Who.DUTY),
        one="one",
        trainees=LEARNING,
    ),
    Deed.HIDE_THREAT: Rule(
        may=frozenset({Who.LEAD}),
        says=f"{{ref}} reads as a threat, so a team lead decides whether it is hidden: ask {{who}}. {PRESERVE}",
        one="one",
        trainees=LEARNING,
    ),
    Deed.REVIEW: Rule(
        may=frozenset(APPROVERS),
        says="Team leads and approvers look at what was hidden. Ask {who} about {ref}.",
        ask=APPROVERS,
        one="one",
        own="You hid {ref}, so somebody else looks at it: {who}.",
        trainees=LEARNING,
    ),
    Deed.TAKE_DOWN: Rule(
        may=frozenset({Who.WRITER, *APPROVERS}),
        says="Whoever wrote the reply to {ref}, an approver or a team lead can take it down. Ask {who}.",
        ask=APPROVERS,
        one="one of them",
    ),
    Deed.CORRECT: Rule(
        may=frozenset({Who.WRITER, *APPROVERS}),
        says="Whoever wrote the reply to {ref}, an approver or a team lead can correct it. Ask {who}.",
        ask=APPROVERS,
        one="one of them",
        trainees=LOOKED_AT,
    ),
    Deed.TICK: Rule(may=frozenset({Who.CONCERNED, Who.LEAD}), says="Whoever owes that for {ref}, or {who}, can say so."),
    Deed.SEE_ALL_OWED: Rule(may=frozenset({Who.LEAD}), says="Team leads see what everybody owes. Ask {who}.", one="one"),
    Deed.STOP: Rule(
        may=frozenset({Who.LEAD, Who.DUTY, Who.APPROVER, Who.WITHOUT_ANY}),
        says="Team leads and duty officers can stop publishing. Ask {who} now; to stop your own reply, undo it.",
        ask=(Who.LEAD, Who.DUTY),
        one="one",
    ),
    Deed.START: Rule(
        may=frozenset({Who.LEAD, Who.WITHOUT_ANY}),
        says="Team leads say when publishing may go on. Ask {who}, if it should.",
        one="one",
    ),
    Deed.CHANGE_ROTA: Rule(
        may=frozenset({Who.LEAD}),
        says=f"Team leads change the rota and the turns of others. Ask {{who}}; for your own turn: {OWN_TURN}",
        one="one",
    ),
    Deed.COVER: Rule(
        may=frozenset({Who.CONCERNED, Who.LEAD}),
        says="Only somebody on the rota, or a team lead, can cover. A team lead can add you, also if you are its shadow.",
    ),
    Deed.UNCOVER: Rule(may=frozenset({Who.CONCERNED, Who.LEAD}), says="Whoever asked for that, or {who}, can withdraw it."),
    Deed.READ_HANDOVERS: Rule(
        may=frozenset({Who.LEAD, Who.ON_ROTA}),
        says="Kept handovers are for team leads and those on the rota. Ask {who}.",
        one="one of them",
    ),
    Deed.HAND_OVER: Rule(may=frozenset({Who.CONCERNED}), says="Whoever has the shift writes its handover."),
    Deed.TAKE_OVER: Rule(may=frozenset({Who.CONCERNED, Who.LEAD}), says="Whoever comes next, or {who}, accepts it."),
    Deed.HAND_ON: Rule(
        may=frozenset({Who.LEAD}),
        says="A team lead hands on what somebody leaves. Ask {who}; to put a mention back yourself, release it.",
        one="one",
    ),
    Deed.VERIFY: Rule(
        may=frozenset({Who.CONCERNED, Who.LEAD}),
        says="Whoever holds {ref}, or a team lead, can say that it was verified. Ask {who}.",
        one="one of them",
    ),
    Deed.WATCH: Rule(
        may=frozenset({Who.LEAD}),
        says=f"Team leads make and change watches. Ask {{who}}; to see what is watched: {words.typed('watch')}",
        one="one",
    ),
    Deed.END_WATCH: Rule(
        may=frozenset({Who.CONCERNED, Who.LEAD}), says="Whoever has {ref}, or a team lead, can stop it. Ask {who}."
    ),
    Deed.LET_GO: Rule(
        may=frozenset({Who.LEAD, Who.MACHINE}), says="Team leads end a hold. Ask {who} about {ref}.", one="one"
    ),
    Deed.APPROVE_SAVED: Rule(
        may=frozenset({*APPROVERS, Who.WITHOUT_ANY}),
        says="Approvers and team leads say which words everybody may use. Ask {who} about {ref}.",
        ask=APPROVERS,
        one="one",
        own="You wrote {ref}, so somebody else looks at it: {who}.",
        trainees=LEARNING,
    ),
    Deed.KEEP_SAVED: Rule(
        may=frozenset({Who.CONCERNED, *APPROVERS, Who.WITHOUT_ANY}),
        says="Whoever owns {ref}, an approver or a team lead can do that. Ask {who}.",
        ask=APPROVERS,
        one="one of them",
    ),
    Deed.OPERATE: Rule(
        may=frozenset({Who.MACHINE}), says="Nobody asks for that here: the bot does it, or whoever runs it.", ask=(), one=""
    ),
}
"""Every deed has its row, and a test walks each role through each."""
