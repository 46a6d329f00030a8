"""What the settings say about replying, as the core needs it."""

from datetime import timedelta
from typing import Any

from bot.replying.findings import Check, PreElection, Rules, Says
from bot.replying.languages import language_teller
from bot.replying.policy import Approval, ApprovalTable, HouseRule
from bot.saving.saved import SavingRules
from bot.settings import CoreSettings


def rules_of(core: CoreSettings) -> Rules:
    """What is looked for in a reply."""
    checks = core.checks
    says: dict[Check, Says] = {one: Says(getattr(checks, one)) for one in Check if one is not Check.READING_AGE}
    says[Check.READING_AGE] = Says.WARN if checks.reading_age else Says.OFF
    if not core.pre_election:
        says[Check.PRE_ELECTION] = Says.OFF
    return Rules(
        says=says,
        blocked_words=checks.blocked,
        link_hosts=checks.link_hosts,
        reading_age=checks.reading_age,
        pre_election=tuple(PreElection(one.first, one.last, one.names, one.line) for one in core.pre_election),
        own_contacts=checks.own_contacts,
        language_of=None if says[Check.LANGUAGE] is Says.OFF else language_teller(),
    )


def approval_of(core: CoreSettings) -> Approval:
    """Whose replies need approval: those of trainees always, whatever the tables say besides."""
    tables = tuple(
        ApprovalTable(one.who == "everyone", one.people, one.accounts, one.topics, one.priorities) for one in core.approval
    )
    if core.roles.trainee:
        tables = (ApprovalTable(), *tables)
    return Approval(tables, core.approvals.within, core.approvals.graduate_after)


def named_approvers(core: CoreSettings) -> tuple[str, ...]:
    """Approvers who can be told things: people, not groups."""
    return tuple(one for one in dict.fromkeys(core.roles.approver) if not one.startswith("S"))


def house_rules_of(core: CoreSettings) -> tuple[HouseRule, ...]:
    """The published rules, in the order of the settings."""
    return tuple(HouseRule(one.code, one.text, one.url or "") for one in core.house_rules)


def replying_of(core: CoreSettings) -> dict[str, Any]:
    """Those fields of a House."""
    return {
        "rules": rules_of(core),
        "approval": approval_of(core),
        "approvers": named_approvers(core),
        "approver_groups": any(one.startswith("S") for one in core.roles.approver),
        "house_rules": house_rules_of(core),
        "review_within": core.moderation.review_within,
        "hide_for": timedelta(days=core.moderation.hide_days),
        "saving": SavingRules(timedelta(days=core.saved.review_days), timedelta(days=core.saved.remind_days)),
    }
