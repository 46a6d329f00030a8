"""A person at the keyboard: types commands, presses buttons, fills in forms, and sees what comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox import slack_files, slack_form, slack_payloads, slack_typing, slack_views
from integrations.sandbox.slack_courier import Ack
from integrations.sandbox.slack_gate import SlackError
from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_outcome import Outcome
from integrations.sandbox.slack_respond import respond
from integrations.sandbox.slack_stage import Stage
from integrations.sandbox.slack_waiting import wait_for
from integrations.sandbox.slack_words import Json, Press, confirm_words, escape, presses
from integrations.sandbox.slack_world import Channel, Message, Notification, View, Workspace

NAMED = re.compile(r"(?<![\w.&])[@#][\w-]+(?:\.[\w-]+)*")
FIELD_TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(eq=False, slots=True)
class Person:
    """Drives one member. What they do returns when the app has acked, and shown something or kept silent a while."""

    stage: Stage
    member: Member
    last: Outcome | None = field(default=None, init=False)

    @property
    def id(self) -> str:
        """Their Slack id."""
        return self.member.id

    @property
    def world(self) -> Workspace:
        """Where they are."""
        return self.stage.world

    @property
    def view(self) -> View | None:
        """The modal on top, if one is open."""
        stack = self.world.modals.get(self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The app's Home as published for them."""
        return self.world.homes.get(self.id)

    @property
    def views(self) -> list[View]:
        """All that is open before them: the modals, the lowest first, then Home."""
        return [*self.world.modals.get(self.id, ()), *([self.home] if self.home else [])]

    @property
    def dms(self) -> list[Message]:
        """Their conversation with the bot, oldest first."""
        return self.world.direct(self.id).messages

    @property
    def private(self) -> list[Message]:
        """The ephemeral messages they were shown and that are still there, oldest first."""
        return [one for one in self.world.ephemerals if one.seen_by == self.id and not one.deleted]

    @property
    def notifications(self) -> list[Notification]:
        """What lit up their phone, oldest first."""
        return [one for one in self.world.notifications if one.user == self.id]

    async def command(self, line: str, channel: str | None = None) -> Outcome:
        """Type a slash command in a channel (name or id), by default the first they share with the bot."""
        place = self.place(channel)
        typed, _, rest = line.partition(" ")
        outcome = self.begin()
        leave = self.world.response_url(self.id, place.id, outcome.interaction)
        payload = slack_payloads.command(self.world, self.member, place, (typed, self.typed(rest.strip())))
        payload |= self.answerable(outcome, leave)
        before = self.world.by_app
        ack = await self.deliver("slash_commands", payload, outcome)
        if ack.body:
            try:
                respond(self.world, self.world.response_urls[leave], ack.body)
            except SlackError as error:
                outcome.failure = error.code
        return await self.settled(outcome, before)

    async def click(self, where: Message | View | Outcome, label: str) -> Outcome:
        """Press a button or choose from a menu, by its label; a dialogue that asks for confirmation is confirmed."""
        return await self.pressed(*self.find(where, label))

    async def press(self, where: Message | View, block_id: str, action_id: str, value: str | None = None) -> Outcome:
        """The same by ids, as a client does; ``value`` is that of the option chosen. Raises LookupError."""
        drawn = self.can_see(where) if isinstance(where, Message) else self.on_screen(where)
        for press in presses(drawn.blocks, self.world.shown_name):
            if press.is_named(block_id, action_id, value):
                return await self.pressed(drawn, press)
        raise LookupError(f"there is no {action_id!r} to press in {block_id!r}")

    async def pressed(self, drawn: Message | View, press: Press) -> Outcome:
        """What comes of a press."""
        outcome = self.begin()
        outcome.confirm = confirm_words(press.element, self.world.shown_name)
        if isinstance(drawn, Message):
            leave = self.world.response_url(self.id, drawn.channel, outcome.interaction, drawn)
            payload = slack_payloads.press_on_message(self.world, self.member, drawn, press) | self.answerable(
                outcome, leave
            )
        else:
            slack_form.choose(drawn, press)
            payload = slack_payloads.press_on_view(self.world, self.member, drawn, press) | self.answerable(outcome)
        before = self.world.by_app
        await self.deliver("interactive", payload, outcome)
        return await self.settled(outcome, before)

    async def submit(self, values: Mapping[str, Any] | None = None, view: View | None = None) -> Outcome:
        """Fill in the open modal and send it. What Slack itself would refuse is in ``errors`` and is not sent."""
        shown = self.on_screen(view or self.view)
        slack_form.fill(shown, values or {})
        outcome = self.begin()
        outcome.errors = slack_form.problems(shown)
        if outcome.errors:
            return outcome
        payload = slack_payloads.submission(self.world, self.member, shown) | self.answerable(outcome)
        before = self.world.by_app
        ack = await self.deliver("interactive", payload, outcome)
        if not ack.failure:
            self.after_submit(shown, ack.body, outcome)
        return outcome if outcome.errors else await self.settled(outcome, before)

    def after_submit(self, view: View, body: Json, outcome: Outcome) -> None:
        """What the app's ack does to the modal. https://docs.slack.dev/surfaces/modals#handling_submissions"""
        stack = self.world.modals.get(self.id, [])
        match body.get("response_action"):
            case "errors":
                outcome.errors = dict(body.get("errors") or {})
                if not outcome.errors or not outcome.errors.keys() <= {block["block_id"] for block in view.fields.values()}:
                    outcome.failure = FIELD_TROUBLE
            case "clear":
                stack.clear()
            case "update" | "push" as action:
                try:
                    new = slack_views.checked(body.get("view"), "modal", self.stage.scopes)
                    made = slack_views.replaced(self.world, view, new) if action == "update" else None
                    self.world.show(self.id, made or slack_views.pushed(self.world, self.id, new), outcome.interaction)
                except SlackError as error:
                    outcome.failure = f"{FIELD_TROUBLE} ({error.code}: {error.more})"
            case _:
                self.world.modals[self.id] = [one for one in stack if one.id != view.id]
        self.world.changed(by_app=True)

    async def types(self, field: str, text: str, view: View | None = None) -> Ack:
        """Type into a field without sending the form in. Some fields tell the app; nothing on the screen waits for that."""
        shown = self.on_screen(view or self.view)
        slack_form.fill(shown, {field: text})
        return await slack_typing.typed(self.stage, self.member, shown, field)

    def uploads(self, name: str, content: bytes) -> str:
        """Put a file into Slack; its id is what a field for files is filled in with."""
        return slack_files.put(self.world, self.id, name, content).id

    def cancel(self) -> None:
        """Close the modal on top. The app is told afterwards, if the modal says that it wants to be."""
        stack = self.world.modals.get(self.id, [])
        self.world.modals[self.id] = stack[:-1]
        self.world.changed()
        for top in (view for view in stack[-1:] if view.body.get("notify_on_close")):
            slack_typing.tell_of_closing(self.stage, self.member, top)

    def dismiss(self, message: Message) -> None:
        """Put away what only they can see. The app is not told. Raises LookupError for anything else."""
        if not self.can_see(message).ephemeral:
            raise LookupError("only what is visible to one person alone can be put away")
        message.deleted = True
        self.world.changed()

    async def says(self, text: str, channel: str | None = None, thread: Message | None = None) -> Message:
        """Say something, in a thread if one is given, else in a channel, else to the bot in private.

        The app hears of it when it is said in private, or names ``@Tolbooth`` where the bot is a member.
        """
        place = self.world.channels[thread.channel] if thread else self.place(channel or "dm")
        self.begin()
        message = Message(self.world, place.id, place.next_ts(self.world.clock.now()), self.id, raw_text=self.typed(text))
        message.thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        self.world.add(message)
        named = f"<@{self.world.bot_user}>" in message.raw_text and self.world.bot_user in place.members
        if ("im:history" in self.stage.scopes) if place.with_user else (named and "app_mentions:read" in self.stage.scopes):
            await self.stage.courier.event(slack_payloads.event(self.world, slack_payloads.said(message, place)))
        return message

    async def opens_home(self) -> Outcome:
        """Open the app's Home."""
        outcome, before = self.begin(), self.world.by_app
        at = f"{self.world.clock.now().timestamp():.6f}"
        opened: Json = {"type": "app_home_opened", "user": self.id, "tab": "home", "event_ts": at}
        opened["channel"] = self.world.direct(self.id).id
        view = {"view": slack_payloads.view_json(self.home)} if self.home else {}
        ack = await self.stage.courier.event(slack_payloads.event(self.world, opened | view))
        outcome.failure = ack.failure
        return await self.settled(outcome, before)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        """Use a shortcut, from the menu or on a message."""
        outcome, before = self.begin(), self.world.by_app
        payload = slack_payloads.shortcut(self.world, self.member, callback_id, message)
        leave = self.world.response_url(self.id, message.channel, outcome.interaction) if message else ""
        await self.deliver("interactive", payload | self.answerable(outcome, leave), outcome)
        return await self.settled(outcome, before)

    def begin(self) -> Outcome:
        """A new thing done: what is shown from now on answers this."""
        if self.last and self.last.end is None:
            self.last.end = len(self.world.shown)
        self.last = Outcome(self.world, self.id, self.world.trigger(self.id).id, len(self.world.shown))
        return self.last

    def answerable(self, outcome: Outcome, leave: str = "") -> Json:
        """The means by which the app may answer."""
        url = {"response_url": f"{self.stage.address}/response/{leave}"} if leave else {}
        return {"trigger_id": outcome.interaction, **url}

    async def deliver(self, kind: str, payload: Json, outcome: Outcome) -> Ack:
        """Tell the app, and note whether it acked."""
        ack = await self.stage.courier.send(kind, payload)
        outcome.failure = ack.failure
        return ack

    async def settled(self, outcome: Outcome, before: int) -> Outcome:
        """Wait a little for an answer that comes after the ack, unless something was shown already."""
        done = lambda: bool(outcome.failure or outcome.seen) or self.world.by_app != before  # noqa: E731
        await wait_for(self.world, done, self.stage.late_wait)
        return outcome

    def place(self, channel: str | None) -> Channel:
        """The conversation meant: a channel's name or id, ``dm``, or the first shared with the bot."""
        channels = self.world.channels.values()
        if channel == "dm":
            return self.world.direct(self.id)
        if channel is None:
            shared = (one for one in channels if {self.id, self.world.bot_user} <= set(one.members) and not one.with_user)
            return next(shared, None) or self.world.direct(self.id)
        for one in channels:
            if channel.removeprefix("#") in (one.name, one.id) and (not one.with_user or one.with_user == self.id):
                return one
        raise LookupError(f"there is no channel {channel!r}")

    def typed(self, text: str) -> str:
        """Words as Slack hands them on: escaped, with ``@handle`` and ``#channel`` as ids."""
        ids = {f"@{one.handle}".lower(): f"<@{one.id}>" for one in self.world.members.values()}
        ids |= {f"@{one.handle}".lower(): f"<!subteam^{one.id}>" for one in self.world.groups.values()}
        for one in self.world.channels.values():
            ids[f"#{one.name}"] = f"<#{one.id}>" if one.private else f"<#{one.id}|{one.name}>"
        return NAMED.sub(lambda found: ids.get(found.group(0).lower(), found.group(0)), escape(text))

    def find(self, where: Message | View | Outcome, label: str) -> tuple[Message | View, Press]:
        """What is pressed, and on what. Raises LookupError when this person cannot see or press it."""
        candidates = where.drawn if isinstance(where, Outcome) else [where]
        for one in candidates:
            drawn = self.can_see(one) if isinstance(one, Message) else self.on_screen(one)
            for press in presses(drawn.blocks, self.world.shown_name):
                if press.label == label:
                    return drawn, press
        raise LookupError(
            f"there is no {label!r} to press; there are {[label for one in candidates for label in one.buttons]}"
        )

    def on_screen(self, view: View | None) -> View:
        """The view as it is now. Raises LookupError when it is not open, or not theirs."""
        mine = self.views
        for one in mine:
            if view and one.id == view.id:
                return one
        raise LookupError(f"{self.member.handle} has no such view open; open: {[one.title for one in mine]}")

    def can_see(self, message: Message) -> Message:
        """The message, if it is there and theirs to see. Raises LookupError otherwise."""
        channel = self.world.channels[message.channel]
        hidden = message.seen_by != self.id if message.ephemeral else channel.private and self.id not in channel.members
        if hidden or message.deleted:
            raise LookupError(f"{self.member.handle} cannot see that message")
        return message
