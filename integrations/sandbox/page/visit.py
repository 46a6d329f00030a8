"""The guided first visit: a broken traffic light, from the post to the answer, and how far the visitor has come."""

from typing import Any

from integrations.sandbox.page.subject import Subject
from integrations.sandbox.page.visit_steps import NOT_YET, OFFICER, STEPS, Step
from integrations.sandbox.town import Town

PATIENCE = 8.0
WELCOME = (
    "From a post to an answer, in two minutes",
    "A traffic light breaks, and somebody says so in public. Follow it to the answer, and see who is told when "
    "nobody looks. You cannot do anything wrong here.",
)
FAREWELL = (
    "That is the whole of it",
    "Relay, ping, claim, reply, record, hand over: you have seen all six. Be anybody, try anything, open Viva Engage for "
    "the same desk in another chat, or press Play for a busier day.",
)
NOTHING: dict[str, Any] = {"as": "", "in": "", "thread": "", "deed": None, "hint": "", "network": ""}


class Visit:
    """Where the visit has got to. ``json`` is what the page shows of it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.state = "offered"
        self.number = 0
        self.reached: set[str] = set()
        self.subject = Subject(town)

    # --- what the page shows

    def json(self) -> dict[str, Any]:
        """The ``visit`` part of the view. A step that has been done by other means is passed over first."""
        self.catch_up()
        steps = [{"title": step.title, "done": step.title in self.reached} for step in STEPS]
        shown = {"state": self.state, "step": self.number + 1, "of": len(STEPS), "steps": steps}
        return {**NOTHING, **shown, **self.worded()}

    def worded(self) -> dict[str, Any]:
        """The words of the state, or of the step."""
        if self.state != "on":
            title, text = FAREWELL if self.state == "over" else WELCOME
            return {"title": title, "text": text}
        step, done = self.step, self.is_done(self.step)
        text = step.afterwards if done and step.afterwards else step.text
        words = {"title": step.title, "text": text.format(officer=self.subject.officer().name)}
        place = {"as": self.person(step), "in": self.place(step), "network": step.network}
        offer = {} if done else {"deed": {"label": step.label}, "hint": step.typed.format(number=self.subject.number or "…")}
        return words | place | offer

    @property
    def step(self) -> Step:
        """The step the visitor is on."""
        return STEPS[self.number]

    def person(self, step: Step) -> str:
        """Who to be, by Slack id: whoever has the mention does what only its owner may."""
        if not step.handle:
            return ""
        handles = {"priya": self.subject.owner() or "priya", OFFICER: self.subject.officer().handle}
        return self.town.slack.user(handles.get(step.handle, step.handle)).id

    def place(self, step: Step) -> str:
        """Where to be, by Slack id."""
        if not step.handle:
            return ""
        world = self.town.slack.workspace
        return world.direct(self.person(step)).id if step.direct else self.town.slack.channel("mentions").id

    # --- where it has got to

    def is_done(self, step: Step) -> bool:
        """Whether a step is done; once it was, it stays so."""
        if step.title not in self.reached and step.done(self.subject):
            self.reached.add(step.title)
        return step.title in self.reached

    def catch_up(self) -> None:
        """Go on past the steps that are done and have nothing to say afterwards."""
        while self.state == "on" and self.is_done(self.step) and not self.step.afterwards:
            self.go_on()

    def go_on(self) -> None:
        """To the next step, or the end."""
        if self.number + 1 == len(STEPS):
            self.state = "over"
        else:
            self.number += 1

    # --- what the visitor does

    async def go(self, what: str) -> None:
        """``start``, ``next``, ``skip``, ``again`` or ``do``. Raises LookupError with a sentence for what cannot be."""
        match what:
            case "start" | "again":
                self.begin()
            case "next" if self.state == "on":
                self.go_on()
            case "skip":
                self.state = "skipped"
            case "do" if self.state == "on":
                await self.carry_out(self.step)
            case "next" | "do":
                raise LookupError("The visit is not on. Start it first.")
            case _:
                raise LookupError(f"A visit cannot {what}.")
        self.catch_up()
        self.town.changed()

    def begin(self) -> None:
        """From the first step, with a post of its own."""
        self.state, self.number, self.reached = "on", 0, set()
        self.subject = Subject(self.town)

    async def carry_out(self, step: Step) -> None:
        """Do a step's deed for the visitor, and first whatever it needs and nobody has done."""
        if step.done(self.subject):
            return
        before = next((one for one in STEPS if one.title == step.after), None)
        if before:
            await self.carry_out(before)
        await step.deed(self.subject)
        try:
            await self.town.slack.until(lambda: step.done(self.subject), PATIENCE)
        except TimeoutError:
            raise LookupError(NOT_YET) from None
