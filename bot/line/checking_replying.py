"""``tolbooth check``: settings of replying that stop a reply for ever, or do less than they seem to; each with its cure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.util import find_spec

from bot.house import House
from bot.reply import Act
from bot.settings import CoreSettings


def tells_languages() -> bool:
    """Whether what tells languages is installed: it is an extra."""
    return find_spec("py3langid") is not None


def faults_in_replying(core: CoreSettings, house: House, *, can_tell: bool) -> Iterator[str]:
    """What keeps replies from going out, or cannot be as it is written."""
    yield from unapproved(core)
    yield from both_learning_and_approving(core)
    if core.checks.language != "off" and not can_tell:
        yield "checks.language is on, and what it needs is not installed: pip install '.[language]', or set it to off"
    for account in house.accounts.values():
        if account.picture_url and not account.picture_url.startswith("https://"):
            yield f"accounts.{account.name}.picture_url is not https, so the chat does not show it: give one that is"
    yield from initials_twice(core)
    yield from unknown_accounts(core, house)
    yield from rules_twice(core)
    yield from no_contacts(core)


def notes_on_replying(core: CoreSettings, house: House, today: date) -> Iterator[str]:
    """What is allowed but worth knowing."""
    yield from unlisted_trainees(core)
    if len(approvers := those_who_approve(core)) == 1 and needs_approval(core) and not has_group(approvers):
        only = next(iter(approvers))
        yield f"only {only} can approve replies: nothing goes while they are away; name a second in roles.approver"
    hiding = [account.name for account in house.accounts.values() if Act.HIDE in account.abilities.acts]
    if hiding and not house.house_rules:
        where = ", ".join(hiding)
        yield f"[[house_rules]] is empty, so nobody can hide a post on {where}: publish rules and list them, or leave it"
    for period in core.pre_election:
        if period.last < today:
            yield f"pre_election: the period up to {period.last} is over: take it out, or give the dates of the next one"


# --- approval ----------------------------------------------------------------------------------------------------


def needs_approval(core: CoreSettings) -> bool:
    """Whether anybody's replies do."""
    return bool(core.approval or core.roles.trainee)


def those_who_approve(core: CoreSettings) -> frozenset[str]:
    """People and groups that may, but for those who are named as trainees."""
    return frozenset((*core.roles.approver, *core.roles.lead, *core.roles.admin)) - frozenset(core.roles.trainee)


def has_group(holders: Iterable[str]) -> bool:
    """Whether any of them is a group, whose members are not known here."""
    return any(holder.startswith("S") for holder in holders)


def unapproved(core: CoreSettings) -> Iterator[str]:
    """Replies that nobody could let go, or nobody but their writer."""
    approvers = those_who_approve(core)
    if needs_approval(core) and not approvers:
        why = "[[approval]] asks for it" if core.approval else "roles.trainee names people"
        yield f"{why}, and nobody may approve replies: name people in roles.approver or roles.lead"
    everyone = [table for table in core.approval if table.who == "everyone"]
    caught = {person for table in core.approval for person in table.people}
    if len(approvers) == 1 and not has_group(approvers) and (everyone or approvers & caught):
        only = next(iter(approvers))
        yield f"{only} alone may approve replies, and theirs need it too: nobody could; name a second in roles.approver"


def both_learning_and_approving(core: CoreSettings) -> Iterator[str]:
    """Of the two, being a trainee counts."""
    for role in ("approver", "lead", "admin"):
        for person in sorted(set(getattr(core.roles, role)) & set(core.roles.trainee)):
            yield f"{person} is in roles.trainee and roles.{role}: a trainee approves nothing; take them out of one"


def unlisted_trainees(core: CoreSettings) -> Iterator[str]:
    """Whom staff.may_reply does not name may not even write."""
    named = core.staff.may_reply
    if named and not has_group(named):
        for person in core.roles.trainee:
            if not person.startswith("S") and person not in named:
                yield f"{person} is in roles.trainee and not in staff.may_reply, so they cannot write replies: add them"


# --- the rest ----------------------------------------------------------------------------------------------------


def initials_twice(core: CoreSettings) -> Iterator[str]:
    """A sign-off that stands for two people says nothing."""
    given = [person.initials.upper() for person in core.people if person.initials]
    for initials, times in Counter(given).items():
        if times > 1:
            who = ", ".join(person.id for person in core.people if person.initials.upper() == initials)
            yield f"people: {who} all sign ^{initials}: give each initials of their own"


def unknown_accounts(core: CoreSettings, house: House) -> Iterator[str]:
    """A table about an account that there is not makes nobody's reply need approval."""
    for name in sorted({name for table in core.approval for name in table.accounts} - set(house.accounts)):
        known = ", ".join(sorted(house.accounts))
        yield f"[[approval]] accounts names {name!r}, and there is no such account: write any of {known}"


def rules_twice(core: CoreSettings) -> Iterator[str]:
    """Staff choose a rule by its code: of two, one could not be chosen."""
    for code, times in Counter(rule.code for rule in core.house_rules).items():
        if times > 1:
            yield f"house_rules: {times} rules have the code {code}: give each a code of its own, as they are published"


def no_contacts(core: CoreSettings) -> Iterator[str]:
    """What is neither a number, an address nor a postcode fits nothing that is looked for."""
    for one in core.checks.own_contacts:
        if "@" not in one and not any(character.isdigit() for character in one):
            yield (
                f"checks.own_contacts: {one!r} is no telephone number, e-mail address, @example.org or postcode: "
                "take it out, or write one"
            )
