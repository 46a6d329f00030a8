"""What a storm in Viva Engage came to: the figures, and each thing that should not be."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from integrations.sandbox.engage_limits import MESSAGES, MOST, OTHERS, WINDOW
from tests.faults.engage_storm import OUTAGE, Claim, Storm
from tests.soak.ledger import Ledger

OTHER_WAY = timedelta(minutes=2)
"""How long after it is due a ping may take to be on a phone."""
DUE = timedelta(minutes=5)
"""When silence about somebody in danger becomes rude."""


def ledger_of(storm: Storm) -> Ledger:
    """All of it."""
    return Ledger(figures_of(storm), [*of_what_came(storm), *of_what_staff_did(storm), *of_what_was_kept_to(storm)])


def figures_of(storm: Storm) -> dict[str, object]:
    """To be printed."""
    sizes, waits = storm.sizes, waits_of(winners(storm))
    figures: dict[str, object] = {
        "storm": f"{sizes.mentions:,} in {sizes.minutes:g} virtual minutes, {sizes.staff} staff, chats: {sizes.chats}",
        **{f"all shown in {chat}": f"after {minutes:.1f} virtual minutes" for chat, minutes in storm.all_in.items()},
        "all over": f"after {storm.minutes:.1f} virtual minutes",
    }
    if storm.town.has_engage:
        sizes_of_digests = sorted(len(refs) for _, refs in storm.shown.digests)
        figures |= {
            "requests in 30 s": requests(storm),
            "digests": f"{len(sizes_of_digests)}, cards in each: median {median(sizes_of_digests or [0]):g}, most "
            f"{(sizes_of_digests or [0])[-1]}; threads of their own: {len(storm.shown.threads)}",
            "shown twice": f"{len(storm.shown.doubles)} mentions; {unheard(storm)} answers to a post were lost or refused",
            "claims": f"{len(storm.claims)} of {len(winners(storm))} mentions; until it is said in the thread: median "
            f"{median(waits or [0]):.0f} s, longest {max(waits, default=0):.0f} s",
            "liked, or told": f"longest {max(waits_of(storm.claims, 'heard'), default=0):.0f} s",
            "notes, replies": f"{len(storm.notes)}, {len(storm.let_go)} let go; previews not seen: {len(storm.not_seen)}",
            "pings": f"{len(storm.in_danger)} in danger; on a phone at most {slowest_ping(storm):.0f} s after they were due",
        }
    return figures | {"the record": storm.verdict, "processor": f"{storm.cpu:.1f} s, stand-ins and staff included"}


# --- what should not be ------------------------------------------------------------------------------------------


def of_what_came(storm: Storm) -> Iterator[str]:
    """Everything is a mention, has a card that is seen, and only what an answer was lost of is seen twice."""
    kept, shown = storm.kept, storm.shown
    if set(kept.numbers) != set(storm.accepted) or len(kept.numbers) != storm.sizes.mentions:
        yield f"{len(storm.accepted)} were accepted, {len(kept.numbers)} are stored"
    if kept.left:
        yield f"still in the outbox: {kept.left}"
    if not storm.verdict.startswith("ok"):
        yield f"the record: {storm.verdict}"
    if not storm.town.has_engage:
        return
    if kept.in_digest + kept.in_thread != len(kept.numbers):
        yield f"received {len(kept.numbers)}, shown {kept.in_thread}, in digests {kept.in_digest}"
    if bare := [number for number in kept.numbers.values() if not shown.place_of(f"M-{number}")]:
        yield f"seen nowhere: {bare}"
    if shown.doubles and not unheard(storm):
        yield f"seen twice, though no answer was lost: {sorted(shown.doubles)}"


def of_what_staff_did(storm: Storm) -> Iterator[str]:
    """Each claim has one winner, who is named; each line was acted on once; the public saw what was let go, and no more."""
    made = Counter((subject, action) for _, action, subject, _ in storm.kept.events)
    for ref in sorted({claim.ref for claim in storm.claims}):
        if made[ref, "claim"] != 1:
            yield f"{ref} was claimed {made[ref, 'claim']} times"
    for claim in storm.claims:
        if claim.heard is None:
            yield f"{claim.who} was never told what came of claiming {claim.ref}"
    for claim in winners(storm):
        if claim.said is None:
            yield f"nobody was told that {claim.who} has {claim.ref}"
    written = Counter(note for *_, note in storm.kept.events)
    for note in storm.notes:
        if written[note] != 1:
            yield f"{note!r} is {written[note]} times in the record"
    public = Counter(post["text"] for post in storm.town.webchat.posts)
    if public != Counter(storm.let_go):
        yield f"let go, and not once in public: {public - Counter(storm.let_go)} {Counter(storm.let_go) - public}"


def of_what_was_kept_to(storm: Storm) -> Iterator[str]:
    """Viva Engage's limits; and of danger another route tells at once, where the only chat is read once a minute."""
    limits = storm.town.engage.limits
    if limits.tightest_window() > MOST or limits.refused:
        yield f"{limits.tightest_window()} requests in 30 s, {len(limits.refused)} refused"
    for feed in storm.town.feeds:
        if limits.shortest_gap(feed) < timedelta(seconds=60):
            yield f"{feed} was polled {limits.shortest_gap(feed)} apart"
    if storm.sizes.chats == "engage" and slowest_ping(storm) > OTHER_WAY.total_seconds():
        yield f"a ping of danger took {slowest_ping(storm):.0f} s to a phone"


# --- what happened -----------------------------------------------------------------------------------------------


def winners(storm: Storm) -> list[Claim]:
    """The claims that the record has."""
    has = {(subject, actor) for actor, action, subject, _ in storm.kept.events if action == "claim"}
    return [claim for claim in storm.claims if (claim.ref, claim.staff) in has]


def waits_of(claims: list[Claim], what: str = "said") -> list[float]:
    """Seconds from each claim until that."""
    return sorted((at - claim.message.at).total_seconds() for claim in claims if (at := getattr(claim, what)))


def slowest_ping(storm: Storm) -> float:
    """Seconds from when a ping of danger was due until it was on a phone; a week for one that was on none."""
    texts = storm.town.phone.arrived
    slowest = 0.0
    for post, at in storm.in_danger.items():
        ref = f"M-{storm.kept.numbers[post]} "
        on_phone = min((one.at for one in texts if ref in one.text), default=at + timedelta(days=7))
        slowest = max(slowest, (on_phone - at - DUE).total_seconds())
    return slowest


def unheard(storm: Storm) -> int:
    """How many posts were carried out, or may have been, though no answer said so."""
    return sum(storm.began <= call.at and storm.is_troubled(call.at) for call in posts(storm)) + storm.lost


def posts(storm: Storm) -> list:  # type: ignore[type-arg]
    """The calls that said something."""
    calls = storm.town.engage.limits.calls
    return [call for call in calls if call.method == "POST" and call.path.endswith("/messages.json")]


def requests(storm: Storm) -> str:
    """How many requests fell into 30 seconds: at most in any, and in the middle of the half minutes until all was shown."""
    limits, told = storm.town.engage.limits, []
    for kind in (MESSAGES, OTHERS):
        halves = Counter((call.at - storm.began) // WINDOW for call in limits.calls if call.kind == kind)
        until = range(int(max(storm.all_in.values()) * 2) + 1)
        told.append(f"{kind}: most {limits.tightest_window(kind)}, median {median(halves[half] for half in until):g}")
    return f"{'; '.join(told)}; allowed {MOST} of each; {len(limits.refused)} refused; {OUTAGE.seconds} s without any answer"
