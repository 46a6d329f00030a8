"""A council in which everything has happened once that the record speaks of, made by real moves."""

from dataclasses import replace
from datetime import timedelta

from bot.mention import SYSTEM, Action, Author, Media
from bot.ports import Edited, Gone, Parent
from bot.reply import Attachment, Post, Written
from bot.retention.classes import RetentionClass
from bot.saving.saved import Wish as SavedWish
from bot.store import mentions, schema
from bot.store.intake import watches
from bot.store.proof import exported, forget, record
from bot.store.proof.exported import Taken
from bot.store.replying import media, saved, trust
from bot.watching.terms import Terms
from bot.watching.watch import Wish as WatchWish
from tests.bot.council import Bench, post
from tests.bot.engine.square import Town

PRIYA, TAM, MORAG, ANGELA = "U0PRIYA", "U0TAM", "U0MORAG", "U0ANGELA"
DAY = timedelta(days=1)


async def a_full_life(bench: Bench) -> None:
    """Seven mentions in four days, two seals, and one event newer than they."""
    town = Town(bench)
    for person, name in ((PRIYA, "Priya Shah"), (TAM, "Tam Reid"), (MORAG, "Morag Bell"), (ANGELA, "Angela Ross")):
        await bench.db.write(mentions.meet, person, name)
    await the_public_speaks(bench)
    await hidden_and_answered(town)
    await approved_in_two_posts(bench)
    await rights_and_holds(bench)
    await bench.db.write(record.seal_up, bench.clock.advance(hours=1))
    await what_is_no_mention(bench)
    await erased_and_deleted(bench)
    await bench.db.write(record.seal_up, bench.clock.advance(hours=1))
    await bench.does(Action.NOTE, ref="M-3", note="newer than the last seal")


async def the_public_speaks(bench: Bench) -> None:
    """Seven mentions: one edited, one with additions, one in answer to somebody, one with a picture."""
    now, parent = bench.clock.now(), Parent("q1", Author("", "Will Okafor", "@will"), "Is yours late too?", "")
    photo = (Media("photo", "https://x.example/1.jpg", "A bin"),)
    await bench.arrives(
        *(post(f"p{n}", f"Question {n}", by=f"author{n}", url=f"https://x.example/p{n}", language="en") for n in (1, 2)),
        replace(post("p3", "Mine is late", by="author3"), parent=parent, in_reply_to="q1"),
        *(post(f"p{n}", f"Question {n}", by=f"author{n}", media=photo) for n in (4, 5, 6, 7)),
    )
    await bench.arrives(Edited("p1", "Question 1, again", now), post("p1b", "And another", by="author1", conversation="p1"))
    await bench.arrives(Edited("p1b", "And yet another", now), post("p1c", "Last", by="author1", conversation="p1"))


async def hidden_and_answered(town: Town) -> None:
    """M-1 was hidden, looked at, shown again, and answered with a promise that was kept."""
    b = town.b
    await town.hides()
    await b.does(Action.REVIEW, MORAG, detail={"renew": "yes"})
    await b.does(Action.SHOW_AGAIN, PRIYA)
    await town.delivers()
    await b.does(Action.CLAIM)
    await b.does(Action.TOPIC, topic="waste.bins")
    await b.does(Action.REPLY, written=Written("By Friday.", promise_by=b.clock.now() + 3 * DAY))
    await town.passes(seconds=12)
    promise = await b.one(schema.task, schema.task.c.kind == "promise")
    await b.does(Action.OWE, PRIYA, to=MORAG, detail={"task": promise["id"]})
    await b.does(Action.OWED_DONE, MORAG, detail={"task": promise["id"]})
    await b.does(Action.OWE, PRIYA, text="Ring them", to=PRIYA, until=b.clock.now() + DAY)


async def approved_in_two_posts(bench: Bench) -> None:
    """M-2: Tam's words, changed by an approver, with a picture; the second half follows."""
    await bench.arrives(post("p2b", "Hello?", by="author2", conversation="p2"))
    await bench.does(Action.CLAIM, TAM, ref="M-2")
    mention, now = await bench.mention("M-2"), bench.clock.now()
    picture = Attachment("", "gate.png", "image/png", 4, "A gate", b"gate")
    kept = {"written": Written("Thurday."), "attachments": (picture,), "alts": None, "now": now}
    await bench.db.write(media.keep_with_draft, mention, TAM, **kept)
    await bench.does(Action.SUBMIT, TAM, ref="M-2", written=Written("Thurday."), posts=(Post("Thurday."),))
    changed = Written("Thursday. And Friday.")
    await bench.does(Action.APPROVE, ANGELA, ref="M-2", written=changed, posts=(Post("Thursday."), Post("And Friday.")))
    for native_id in ("r1", "r2"):
        detail = {"native_id": native_id, "url": f"https://x.example/{native_id}"}
        await bench.does(Action.SENT, SYSTEM, ref="M-2", detail=detail)
    second = await bench.one(schema.reply, schema.reply.c.native_id == "r2")
    await bench.does(Action.CONFIRM, SYSTEM, ref="M-2", detail={"reply": second["id"]})


async def rights_and_holds(bench: Bench) -> None:
    """M-3 claims a right that stood still for a day; M-4 was on hold, and is again."""
    await bench.does(Action.RIGHT, PRIYA, ref="M-3", detail={"deed": "put", "label": "foi"}, to=MORAG)
    right = (await bench.one(schema.claim_of_right))["id"]
    for deed in ("paused", "resumed"):
        await bench.does(Action.RIGHT, MORAG, ref="M-3", detail={"deed": deed, "right": right}, note="which street")
        bench.clock.advance(DAY)
    await bench.does(Action.KEEP, PRIYA, ref="M-4", text="may go to court", until=bench.clock.now() + 90 * DAY)
    await bench.does(Action.LET_GO, MORAG, ref="M-4", note="it did not")
    await bench.does(Action.KEEP, PRIYA, ref="M-4", text="it did after all")


async def what_is_no_mention(bench: Bench) -> None:
    """A saved reply with a past, a watch with one, trust, and an export."""
    now = bench.clock.now()
    wish = SavedWish("Salt", "There is salt.", "roads.gritting", now + 180 * DAY, owner=TAM)
    made = await bench.db.write(saved.make, wish, TAM, approved=False, now=now)
    assert made
    await bench.db.write(saved.approve, 1, MORAG, since=1, now=now)
    again = replace(wish, text="There is much salt.", second="Mae halen.")
    await bench.db.write(saved.change, 1, again, TAM, since=2, approved=True, now=now)
    flood = WatchWish(Terms(("flood",), (), ()), ("website",), "floods", 5, "the river is high")
    given = {"until": now + 30 * DAY, "house": bench.house, "now": now, "key": "w1"}
    await bench.db.write(watches.make, flood, MORAG, **given)
    await bench.db.write(watches.extend, 1, now + 40 * DAY, MORAG, why="it still is", now=now)
    await bench.db.write(trust.give, TAM, "waste", MORAG, house=bench.house, now=now)
    await bench.db.write(exported.on_the_record, Taken("evidence", "ian", "for the inquiry", 3, "0" * 64), now)


async def erased_and_deleted(bench: Bench) -> None:
    """M-5 was erased by its class, M-6 deleted by its author, M-7 forgotten because its author asked."""
    bench.desk.house = replace(bench.house, classes=(RetentionClass("chatter", ("chat.*",), 30 * DAY),))
    await bench.does(Action.TOPIC, ref="M-5", topic="chat.weather")
    await bench.does(Action.NOTE, ref="M-5", note="Author5 again")
    await bench.does(Action.CLOSE, ref="M-5", note="praise")
    await bench.arrives(Gone("p6", bench.clock.now()))
    await bench.does(Action.ANSWERED, ref="M-7", text="By telephone.")
    bench.clock.advance(31 * DAY)
    now = bench.clock.now()
    assert await bench.db.write(forget.purge, None, (), SYSTEM, house=bench.house, now=now) == 1
    (author,) = await bench.db.read(forget.authors, "a-author7")
    assert await bench.db.write(forget.forget, author, (), "operator", house=bench.house, now=now) == ("M-7",)
