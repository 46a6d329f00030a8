"""One message of a person: what it asks is done as that person, and answered."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.card import Answer
from bot.command import Command, Staff, Way
from bot.errors import Busy, FormProblem, NotYours, OutsideError, Refused, UserError
from bot.form import Form
from bot.ports import Clock, Memory, Run
from bot.settings import Commands
from bot.words import BUSY
from integrations.viva_engage import says, talk
from integrations.viva_engage.answer import ABOUT_ONE, Speaker, is_about_its_thread
from integrations.viva_engage.client import Engage
from integrations.viva_engage.heard import (
    NAMES_PEOPLE,
    Asked,
    Noted,
    Where,
    Words,
    counts_something,
    noted,
    read,
)
from integrations.viva_engage.named import Named
from integrations.viva_engage.offers import Offers
from integrations.viva_engage.parse import Message
from integrations.viva_engage.people import People
from integrations.viva_engage.placing import Placing, community_of
from integrations.viva_engage.prompts import (
    UNDO,
    Dropped,
    GoesOn,
    LookAgain,
    Pressed,
    Prompt,
    SentIn,
    Turn,
    again,
    opened,
    turn,
)
from integrations.viva_engage.said import Said
from integrations.viva_engage.text import safe

MOST_TELLINGS = 30
"""How often it is tried to say an answer, each time the community is read: as long as Viva Engage takes nothing."""
log = structlog.get_logger()

Result = Answer | Form | FormProblem


class Acting:
    """Does what messages ask, one after the other. A message may come again: then what it asked is done already."""

    def __init__(
        self,
        run: Run,
        *,
        engage: Engage,
        people: People,
        memory: Memory,
        speaker: Speaker,
        clock: Clock,
        verbs: Mapping[str, str],
        commands: Commands,
    ) -> None:
        self._run, self._engage, self._people = run, engage, people
        self._speaker, self._clock, self._verbs, self._commands = speaker, clock, verbs, commands
        self._places, self._named = Placing(engage, memory, self.read), Named(people)
        self._offers = Offers(memory, speaker, clock)
        self._done: dict[int, tuple[Command, Result]] = {}
        """What came of messages whose answer could not be said yet: that is not done a second time."""
        self._unsaid: dict[int, tuple[Said, Command, Result]] = {}

    async def act(self, message: Message, starter: int = 0, feed: str = "") -> None:
        """Do what a message asks and answer it. Raises Busy and OutsideError when it has to be read once more.

        ``starter``: who began its thread, where that is known; ``feed``: where it was read.
        """
        me, group = await self._engage.me(patient=True), community_of(message, feed)
        if message.sender == me.id:
            await self._places.learn(message, group)
        if message.sender == me.id or message.is_system:
            return
        said = await self._places.of(message, me, starter, group)
        heard = self.read(said.words, said.where)
        if heard is None and said.where in (Where.ELSEWHERE, Where.TALK):
            if said.place.message and isinstance(self.read(said.words, Where.MENTION), Asked):
                await self._speaker.now_and_then(said, says.WHICH, "which")
            return
        try:
            by = await self._people.who_sent(message.sender)
        except (NotYours, Refused) as refusal:
            why = str(refusal) if isinstance(refusal, NotYours) else says.WHO_ARE_YOU
            await self._speaker.now_and_then(said, why, "refused")
            return
        await self.take(said, heard, by)

    def read(self, words: Words, where: Where) -> Asked | Noted | None:
        """What somebody asks or notes by words, had they written them there."""
        return read(words, where, self._verbs, self._commands)

    async def take(self, said: Said, heard: Asked | Noted | None, by: Staff) -> None:
        """Whatever is open with this person in this thread comes first."""
        if done := self._done.get(said.message.id):
            await self.tell(said, *done)
            return
        prompt = await self._offers.of(said, by)
        if prompt and prompt.after == said.message.id:
            return
        if prompt:
            words, now = await self._named.in_words(said.words), self._clock.now()
            if comes := turn(prompt, words, now, said.message.id):
                await self.go_on(said, by, prompt, comes)
                return
            await self._offers.pass_by(said, by, prompt, heard)
        await self.begin(said, heard, by)

    async def begin(self, said: Said, heard: Asked | Noted | None, by: Staff) -> None:
        """What is meant by itself."""
        match heard:
            case Asked(is_doubtful=True):
                await self.ask_back(said, heard, by)
            case Asked(verb, text):
                given = await self._named.in_text(text) if verb in NAMES_PEOPLE else text
                await self.run(said, said.asks(replace(heard, text=given), by))
            case Noted(text):
                await self.run(said, said.notes(text, by))
            case _:
                how = says.HOW_IN_DIGEST if said.where is Where.DIGEST else says.HOW_IN_PRIVATE
                await self._speaker.now_and_then(said, how, said.where.value)

    async def ask_back(self, said: Said, asked: Asked, by: Staff) -> None:
        """What may be words to colleagues is a note in its mention's thread, and asked about; elsewhere only asked about."""
        is_note = asked.verb == "close"
        ref = said.ref if self._verbs.get(asked.verb, "").startswith(ABOUT_ONE) else ""
        back = says.meant(asked.verb, ref, asked.text, is_note=is_note)
        if is_note:
            await self.run(said, said.notes(noted(said.words), by), back)
        else:
            await self.tell(said, said.asks(asked, by), back)

    async def go_on(self, said: Said, by: Staff, prompt: Prompt, comes: Turn) -> None:
        """A button pressed, a form sent in, or the next question."""
        match comes:
            case Pressed(press):
                await self.run(said, said.presses(press, prompt, by))
            case LookAgain(word):
                await self._offers.show_again(said, by, prompt, word)
            case SentIn(filled):
                await self._offers.keep(said.message.thread, by, filled)
                await self.run(said, said.sends_in(filled, by))
            case GoesOn(later, problem):
                await self._offers.go_on(said, by, later, talk.asked_again(later, problem))
            case Dropped():
                await self._speaker.answer(said, [says.CANCELLED], in_thread=True)
                await self._offers.over(said, by)

    async def run(self, said: Said, command: Command, instead: Answer | None = None) -> None:
        """Have it done, and say what came of it: ``instead`` in the place of a like. Raises Busy when that could not be."""
        result: Result
        try:
            result = await self._run(command)
        except FormProblem as problem:
            result = problem
        except UserError as error:
            result = not_done(command, str(error))
        except (Busy, OutsideError):
            raise
        except Exception:
            result = not_done(command, says.went_wrong(fault(command)))
        if isinstance(result, Answer) and result.body == ((BUSY,),):
            raise Busy(BUSY)
        await self.tell(said, command, instead if instead and isinstance(result, Answer) and is_seen(result) else result)

    # --- what came of it

    async def tell(self, said: Said, command: Command, result: Result) -> None:
        """Answer it, and keep what the person can write next. Raises OutsideError when it has to be said later."""
        self._done[said.message.id] = command, result
        try:
            if isinstance(result, FormProblem):
                await self.ask_again(said, command, result)
            elif is_seen(result) and not thinks_it_sent(said, command) and not counts_in(said, command):
                self._speaker.like(said.message.id)
                await self._offers.close(said, command)
            else:
                await self.tell_in_words(said, command, result)
        except (Busy, OutsideError):
            raise
        except Exception:
            await self._speaker.answer(said, [says.went_wrong(fault(command))], in_thread=bool(said.ref))
        self._done.pop(said.message.id, None)
        if said.message.id in self._speaker.doubtful:
            self._unsaid[said.message.id] = said, command, result

    async def say_what_is_in_doubt(self) -> None:
        """What may not have been said is looked for, and said; not once its person went on with something newer there."""
        for id, (said, command, result) in list(self._unsaid.items()):
            prompt = await self._offers.of(said, command.by)
            is_old = prompt is not None and prompt.after > id
            if not is_old and self._speaker.doubtful.get(id, 0) < MOST_TELLINGS:
                try:
                    await self.tell(said, command, result)
                except OutsideError:
                    return
                if id in self._speaker.doubtful:
                    return
            self._unsaid.pop(id, None)
            self._speaker.doubtful.pop(id, None)

    async def tell_in_words(self, said: Said, command: Command, result: Answer | Form) -> None:
        """In the thread what is about its mention; everything else for this person's eyes only."""
        prompt = opened(result, command.at, self._clock.now(), said.message.id)
        parts = talk.drawn(result, prompt)
        if thinks_it_sent(said, command):
            before = await self._offers.of(said, command.by)
            parts = [says.SENT_ALREADY if before and before.is_asked_anew_by(UNDO) else says.NOTHING_TO_SEND]
        if command.verb == "reply" and said.message.attachments:
            parts = talk.parted("\n".join([says.NOT_GIVEN_ALONG, *parts]))
        if counts_in(said, command):
            parts = talk.parted("\n".join([says.number_is_a_word(said.ref, command.text), *parts]))
        here, stays = is_about_its_thread(command, self._verbs), False
        if prompt.words:
            prompt = replace(prompt, body="\n".join(talk.above(result)) if prompt.lets_go else "")
            stays = await self._offers.make(said, command.by, prompt, parts, in_thread=here)
        elif parts:
            await self._speaker.answer(said, parts, in_thread=here)
        if not stays:
            await self._offers.close(said, command)

    async def ask_again(self, said: Said, command: Command, problem: FormProblem) -> None:
        """A field of a form that cannot stay as it is; without a form, what is wrong."""
        prompt = await self._offers.of(said, command.by)
        if command.way is not Way.SENT_IN or not prompt or not prompt.submit:
            here = is_about_its_thread(command, self._verbs)
            await self._speaker.answer(said, [safe(str(problem))], in_thread=here)
            return
        asked = again(prompt, problem, self._clock.now())
        await self._offers.go_on(said, command.by, asked, talk.asked_again(asked, str(problem)))


def is_seen(result: Answer | Form) -> bool:
    """Whether the thread itself shows what came of it, so that a like is answer enough."""
    return isinstance(result, Answer) and result.card_says_it and not result.buttons


def thinks_it_sent(said: Said, command: Command) -> bool:
    """Whether somebody may believe that they sent a reply, and wrote a note."""
    return command.way is Way.SAID and said.words.word == "send"


def counts_in(said: Said, command: Command) -> bool:
    """Whether somebody may believe that they wrote about another mention."""
    return bool(said.ref) and command.way is Way.TYPED and counts_something(command.verb, command.text)


def not_done(command: Command, why: str) -> Answer | FormProblem:
    """A failure as an answer; of a form that was sent in, which stays open with what was filled in."""
    return FormProblem("", why) if command.way is Way.SENT_IN else says.told(why)


def fault(command: Command) -> str:
    """Log the exception being handled, with its trace; returns the reference that finds it."""
    ref = secrets.token_hex(2).upper()
    log.exception("asked_in_viva_engage_failed", ref=ref, way=command.way)
    return ref
