"""How a report speaks of what was hidden, of replies owed in two languages, and of promises."""

from datetime import timedelta

from bot.reports.in_public import InPublic, Parity, Promises, lines

HOUR = timedelta(hours=1)


def test_nothing_is_said_where_nothing_was_hidden_and_no_language_is_owed() -> None:
    assert lines(InPublic()) == ()


def test_what_came_later_counts_with_its_time_and_what_is_owed_is_never_left_out() -> None:
    done = InPublic(parity=Parity(together=8, later=(HOUR, 3 * HOUR, 30 * HOUR), owed=2))

    assert lines(done) == (
        "Replies owed in two languages: 13, of which 8 together, 3 later (half within 3 h, longest 1 d 6 h), 2 still owed",
    )


def test_what_was_hidden_is_counted_by_rule_with_what_nobody_looked_at_again() -> None:
    done = InPublic(hidden=(("3.2", 4), ("1", 1)), not_looked_at=2)

    assert lines(done) == ("Posts hidden: 5 (rule 3.2 4, rule 1 1); no colleague has looked again yet at 2",)


def test_promises_are_counted_beside_all_that_were_due_and_those_still_open_are_never_left_out() -> None:
    kept, all_kinds = Promises(kept=3), Promises(kept=5, late=1, broken=2, open=4)

    assert lines(InPublic(promises=kept)) == ("Promises that were due: 3, of which 3 kept in time",)
    assert lines(InPublic(promises=all_kinds)) == (
        "Promises that were due: 12, of which 5 kept in time, 1 kept late, 2 not kept, 4 still open",
    )
