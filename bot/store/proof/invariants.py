"""What must be so at every moment of the live database, each as one question that names what breaks it.

A minute's look starts from partial indexes, so that it takes as long with a million mentions stored as with none. The
``deep`` ones read the whole history; the ``prompt`` ones say that a loop keeps up with what is due.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from bot.delivery import LEASE_OF_REPLY
from bot.store.columns import to_ms
from bot.store.schema import DUE_ROWS, LIVE_ROWS, OFFERED_ROWS, OPEN_ROWS, UNFINISHED, UNSEEN_ROWS, account
from bot.store.schema_duty import UNHEARD_ROWS
from bot.store.schema_replying import WAITING_ROWS

SHOWN = 5
"""References a finding names."""
LATE = timedelta(minutes=5)
STUCK = LEASE_OF_REPLY + LATE
PAST_ITS_END = timedelta(hours=1)
UNSEALED_FOR = timedelta(hours=2)
UNREAD_FOR = timedelta(minutes=40)
"""After 30 minutes the leads are told that an account cannot be read: later, not even that has happened."""
AFTER_A_CLAIM = timedelta(seconds=1)
LATELY = timedelta(days=1)
WORDS: Mapping[str, str] = {
    "open": OPEN_ROWS.text,
    "unseen": UNSEEN_ROWS.text,
    "offered": OFFERED_ROWS.text,
    "due": DUE_ROWS.text,
    "live": LIVE_ROWS.text,
    "unheard": UNHEARD_ROWS.text,
    "waiting": WAITING_ROWS.text,
    "unfinished": UNFINISHED,
    "named": "COALESCE('M-' || d.number, d.kind || ' ' || d.id)",
    "stopped": "EXISTS (SELECT 1 FROM switch WHERE name = 'publishing')",
}
"""What the queries say in braces; the first are in the very words of their indexes, so that these serve."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always so. ``query`` gives the references of what it is not so of, and nobody's words."""

    name: str
    sentence: str
    query: str
    deep: bool = False
    prompt: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that is broken, and by what: the first few."""

    name: str
    refs: tuple[str, ...]


INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "next_ping",
        "every open mention has a moment at which somebody is pinged about it",
        "SELECT 'M-' || m.number FROM mention m LEFT JOIN escalation e ON e.number = m.number "
        "WHERE {open} AND e.due_at IS NULL",
    ),
    Invariant(
        "time_to_look",
        "every open mention that nobody has looked at has a moment by which somebody must",
        "SELECT 'M-' || number FROM mention WHERE {unseen} AND see_by IS NULL",
    ),
    Invariant(
        "no_ping_when_over",
        "nobody is going to be pinged about a mention that is replied or closed",
        "SELECT 'M-' || e.number FROM (SELECT number FROM escalation WHERE {due}) e "
        "WHERE (SELECT m.state FROM mention m WHERE m.number = e.number) IN ('replied','closed')",
    ),
    Invariant(
        "nobody_is_asked_when_over",
        "nobody is waited for to answer a ping about a mention that is replied or closed",
        "SELECT 'M-' || p.number FROM (SELECT number FROM ping WHERE {unheard}) p "
        "WHERE (SELECT m.state FROM mention m WHERE m.number = p.number) IN ('replied','closed')",
    ),
    Invariant(
        "ping_has_a_message",
        "whoever is waited for to answer a ping has a message that asks them",
        "SELECT COALESCE('M-' || p.number, p.kind || ' ' || p.id) FROM "
        "(SELECT id, kind, number, person, bundle FROM ping WHERE {unheard}) p WHERE NOT EXISTS (SELECT 1 FROM delivery "
        "WHERE key = CASE WHEN p.bundle IS NULL THEN 'ping:' || p.id ELSE 'bundle:' || p.person || ':' || p.bundle END)",
    ),
    Invariant(
        "owner_fits_state",
        "a new mention has no owner; a claimed one, and one that is being replied to, has one",
        "SELECT 'M-' || number FROM mention WHERE {open} AND "
        "((state = 'new' AND owner IS NOT NULL) OR (state IN ('claimed','replying') AND owner IS NULL))",
    ),
    Invariant(
        "offer_has_an_end",
        "only a claimed mention is offered to somebody, and until a moment",
        "SELECT 'M-' || number FROM mention WHERE {open} AND (offered_to IS NULL) <> (offer_until IS NULL) "
        "UNION SELECT 'M-' || number FROM mention WHERE {offered} AND state <> 'claimed'",
    ),
    Invariant(
        "snooze_has_an_end",
        "a mention sleeps until a moment, and only a sleeping one has such a moment",
        "SELECT 'M-' || number FROM mention WHERE {open} AND (state = 'snoozed') <> (snooze_until IS NOT NULL)",
    ),
    Invariant(
        "version_is_the_record",
        "an open mention has as many versions as its record has events",
        "SELECT 'M-' || m.number FROM mention m LEFT JOIN chain c ON c.subject = 'M-' || m.number "
        "WHERE {open} AND (c.seq IS NULL OR c.seq <> m.version)",
    ),
    Invariant(
        "one_reply_on_its_way",
        "a mention that is being replied to has one reply on its way, and no other mention has any",
        "SELECT 'M-' || m.number FROM mention m WHERE {open} AND m.state = 'replying' "
        "AND NOT EXISTS (SELECT 1 FROM reply WHERE reply.number = m.number AND {live}) "
        "UNION SELECT 'M-' || r.number FROM (SELECT number FROM reply WHERE {live}) r "
        "WHERE (SELECT m.state FROM mention m WHERE m.number = r.number) <> 'replying' "
        "UNION SELECT 'M-' || number FROM reply WHERE {live} GROUP BY number HAVING count(*) > 1",
    ),
    Invariant(
        "waits_with_its_writer",
        "a reply that waits for approval is of a claimed mention, has a moment at which others are asked, and nobody's word",
        "SELECT 'M-' || r.number FROM (SELECT number, approved_by, submitted_at FROM reply WHERE {waiting}) r WHERE "
        "r.approved_by IS NOT NULL OR r.submitted_at IS NULL "
        "OR (SELECT m.state FROM mention m WHERE m.number = r.number) <> 'claimed'",
    ),
    Invariant(
        "reply_has_a_delivery",
        "a reply on its way is carried by a delivery that is not over",
        "SELECT 'M-' || m.number FROM mention m WHERE {open} AND m.state = 'replying' AND NOT EXISTS (SELECT 1 FROM "
        "delivery WHERE delivery.number = m.number AND delivery.kind = 'reply' AND delivery.{unfinished})",
    ),
    Invariant(
        "delivery_has_a_reply",
        "no delivery carries a reply that was stopped, or is out already",
        "SELECT {named} FROM (SELECT id, number, kind, key FROM delivery WHERE {unfinished} AND kind = 'reply') d "
        "LEFT JOIN reply r ON r.id = substr(d.key, 7) WHERE r.state IS NULL OR NOT r.{live}",
    ),
    Invariant(
        "lane_in_order",
        "what belongs together leaves in order: nothing overtakes an earlier delivery of its lane",
        "SELECT {named} FROM (SELECT lane, seq FROM delivery WHERE {unfinished}) a "
        "JOIN delivery d ON d.lane = a.lane AND d.seq > a.seq WHERE d.state IN ('sending','done') "
        "OR (d.state = 'unknown' AND d.recovered_at IS NULL)",
    ),
    Invariant(
        "ping_is_kept",
        "a ping about an open mention is not given up",
        "SELECT 'M-' || o.number FROM (SELECT number FROM mention WHERE "
        "{open}) o JOIN delivery d ON d.number = o.number AND d.kind = 'ping' "
        "WHERE d.state = 'failed' AND d.created_at > :lately",
    ),
    Invariant(
        "no_ping_after_a_claim",
        "a ping queued before a claim does not leave after it",
        "SELECT 'M-' || o.number FROM (SELECT number, owned_at FROM mention WHERE {open} AND state = 'claimed') o "
        "JOIN delivery d ON d.number = o.number AND d.kind = 'ping' WHERE d.created_at < o.owned_at "
        "AND (d.state = 'pending' OR d.first_sent_at > o.owned_at + :after_a_claim)",
    ),
    Invariant(
        "no_mention_vanishes",
        "the newest mention is the one that was counted last",
        "SELECT 'M-' || x.counted FROM (SELECT COALESCE((SELECT value FROM counter WHERE name = 'mention'), 0) AS counted, "
        "COALESCE((SELECT max(number) FROM mention), 0) AS newest) x WHERE x.counted <> x.newest",
    ),
    Invariant(
        "escalation_on_time",
        "a ping, a wake-up or the end of an offer is late by minutes at most",
        "SELECT 'M-' || number FROM escalation WHERE {due} AND due_at < :late "
        "UNION SELECT 'M-' || number FROM mention WHERE {offered} AND offer_until < :late",
        prompt=True,
    ),
    Invariant(
        "delivery_is_taken",
        "a ping, a reply or a word to a person that is due is taken within minutes",
        "SELECT {named} FROM (SELECT id, number, kind, state FROM delivery WHERE {due} AND rank <= 1 AND due_at < :stuck) d "
        "WHERE d.kind IN ('ping','reply','tell') AND NOT (d.kind = 'reply' AND d.state = 'pending' AND {stopped})",
        prompt=True,
    ),
    Invariant(
        "delivery_has_an_end",
        "nothing but a redraw or a word under a card is still on its way past its deadline",
        "SELECT {named} FROM (SELECT id, number, kind, state, deadline FROM delivery WHERE {due}) d "
        "WHERE d.deadline < :past_its_end AND d.kind NOT IN ('redraw','thread') "
        "AND NOT (d.kind = 'reply' AND d.state = 'pending' AND {stopped})",
        prompt=True,
    ),
    Invariant(
        "approval_on_time",
        "others are asked to approve a reply within minutes of the end of its wait",
        "SELECT 'M-' || number FROM reply WHERE {waiting} AND approval_due_at < :late",
        prompt=True,
    ),
    Invariant(
        "owed_is_asked_about",
        "whoever owes something that is due is asked about it within minutes",
        "SELECT 'M-' || number FROM task WHERE next_ask_at IS NOT NULL AND next_ask_at < :late",
        prompt=True,
    ),
    Invariant(
        "hidden_has_an_end",
        "a post is hidden no longer than was said",
        "SELECT 'M-' || number FROM hiding WHERE ended_at IS NULL AND until < :past_its_end AND state = 'hidden'",
        prompt=True,
    ),
    Invariant(
        "record_is_sealed",
        "every event of the record is sealed within two hours",
        "SELECT c.subject FROM (SELECT subject, sealed_seq FROM chain WHERE seq > sealed_seq) c WHERE "
        "(SELECT e.at FROM event e WHERE e.subject = c.subject AND e.seq = c.sealed_seq + 1) < :unsealed",
        prompt=True,
    ),
    Invariant(
        "no_number_vanishes",
        "there are as many mentions as were counted",
        "SELECT 'M-' || x.counted FROM (SELECT COALESCE((SELECT value FROM counter WHERE name = 'mention'), 0) AS counted, "
        "(SELECT count(*) FROM mention) AS held) x WHERE x.counted <> x.held",
        deep=True,
    ),
    Invariant(
        "every_version_is_an_event",
        "every mention has as many versions as there are events about it",
        "SELECT 'M-' || m.number FROM mention m "
        "WHERE m.version <> (SELECT count(*) FROM event e WHERE e.subject = 'M-' || m.number)",
        deep=True,
    ),
    Invariant(
        "what_is_over_is_over",
        "a mention that is replied or closed is neither offered nor asleep, and a replied one says who answered",
        "SELECT 'M-' || number FROM mention WHERE state IN ('replied','closed') AND (snooze_until IS NOT NULL "
        "OR offered_to IS NOT NULL OR offer_until IS NOT NULL OR (state = 'replied' AND owner IS NULL))",
        deep=True,
    ),
    Invariant(
        "sent_means_sent",
        "a reply is sent exactly when its delivery is done",
        "SELECT 'M-' || r.number FROM reply r LEFT JOIN delivery d ON d.key = 'reply:' || r.id "
        "WHERE r.state = 'sent' AND (d.state IS NULL OR d.state <> 'done') "
        "UNION SELECT 'M-' || d.number FROM delivery d LEFT JOIN reply r ON r.id = substr(d.key, 7) "
        "WHERE d.kind = 'reply' AND d.state = 'done' AND (r.state IS NULL OR r.state NOT IN ('sent','deleted'))",
        deep=True,
    ),
    Invariant(
        "each_thing_once",
        "the same thing is queued once, has one place in its lane, and comes in once",
        "SELECT key FROM delivery GROUP BY key HAVING count(*) > 1 "
        "UNION SELECT lane FROM delivery GROUP BY lane, seq HAVING count(*) > 1 "
        "UNION SELECT 'M-' || min(number) FROM arrival GROUP BY account, native_id HAVING count(*) > 1",
        deep=True,
    ),
)
READ = Invariant("account_is_read", "an account is read, or the leads know that it is not", "", prompt=True)
"""Asked in Python: which accounts are read, and how often, is in the settings."""
LET_IN = Invariant("chat_lets_us_in", "every chat lets Tolbooth in, and what staff write there is heard", "", prompt=True)
"""Asked in Python: each chat says it of itself."""


def broken(conn: Connection, now: datetime, *, deep: bool = False, prompt: bool = True) -> list[Finding]:
    """What must be so and is not. ``deep`` looks through the whole history too."""
    return [Finding(one.name, refs) for one in asked(deep=deep, prompt=prompt) if (refs := breakers(conn, one, now))]


def asked(*, deep: bool, prompt: bool = True) -> Iterator[Invariant]:
    """The invariants that are looked at."""
    return (one for one in INVARIANTS if (deep or not one.deep) and (prompt or not one.prompt))


def breakers(conn: Connection, invariant: Invariant, now: datetime) -> tuple[str, ...]:
    """References of what breaks an invariant, at most SHOWN."""
    query = text(f"{invariant.query.format_map(WORDS)} LIMIT {SHOWN}")
    wanted = {name: at for name, at in moments(now).items() if f":{name}" in invariant.query}
    return tuple(str(ref) for ref in conn.execute(query, wanted).scalars())


def moments(now: datetime) -> Mapping[str, int]:
    """What queries compare with, in milliseconds as they are stored."""
    return {
        "late": to_ms(now - LATE),
        "stuck": to_ms(now - STUCK),
        "past_its_end": to_ms(now - PAST_ITS_END),
        "unsealed": to_ms(now - UNSEALED_FOR),
        "lately": to_ms(now - LATELY),
        "after_a_claim": int(AFTER_A_CLAIM.total_seconds() * 1000),
    }


def unread(conn: Connection, every: Mapping[str, timedelta], now: datetime) -> list[Finding]:
    """Accounts whose reading has come to a stand, unsaid. ``every``: how often each is to be read."""
    a = account.c
    rows = conn.execute(select(a.name, a.polled_at, a.waits_until).where(a.trouble.is_(None))).all()
    read = {row.name: max(row.polled_at, row.waits_until or row.polled_at) for row in rows if row.polled_at}
    stale = sorted(name for name, often in every.items() if name in read and now - read[name] > max(UNREAD_FOR, often * 3))
    return [Finding(READ.name, tuple(stale[:SHOWN]))] if stale else []
