"""What each person sees: their own and nothing else, whatever anybody writes, and no more of it than fits on the page."""

import json

import pytest

from integrations.sandbox.phone_server import Arrived
from integrations.sandbox.places import Author
from tests.sandbox.page.caller import Caller, add_messages

pytestmark = pytest.mark.slow  # a town each

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><!-- ]]>",
    "\u202egnip\u202c \u2066\u2069 \u200f",
    "\u2028\u2029\x00\x1b[31m\r\n\r\nevent: view\ndata: {}\n\n",
    "<@U0DEV> <!channel> *bold* `code` &lt; &amp;",
    "𝕏🏴󠁧󠁢󠁳󠁣󠁴󠁿é́́́́",
    "${alert(1)} {{7*7}} javascript:alert(1)",
)


async def test_it_says_who_looks_and_where_and_when(caller: Caller) -> None:
    view = await caller.view("U0DEV")

    assert view["me"] == {"id": "U0DEV", "name": "Dev Rao", "handle": "dev", "role": "duty officer"}
    assert view["clock"] == "Tue 17 Nov, 09:00"
    assert view["now"].startswith("2026-11-17T09:00:")
    assert view["now"].endswith("Z")
    assert view["organisation"] == "Harrowmere Council"
    assert [(one["handle"], one["role"]) for one in view["people"]] == [
        ("priya", "responder"),
        ("farah", "responder"),
        ("dev", "duty officer"),
        ("morag", "team lead"),
        ("tam", "trainee"),
    ]


@pytest.mark.parametrize(("who", "channel"), [("", ""), ("U0NOBODY", "C0NOWHERE"), ("U0TOLBOOTH", "D0FARAH"), ("%00", "'")])
async def test_whoever_is_not_there_gives_way_to_the_first(caller: Caller, who: str, channel: str) -> None:
    view = await caller.view(who, channel)

    assert (view["me"]["id"], view["open"]["id"]) == ("U0PRIYA", "C0MENTIONS")


async def test_a_private_channel_is_not_in_anothers_view(caller: Caller) -> None:
    add_messages(caller.town, 1, channel="C0MENTIONSPRIVATE")

    mine, theirs = await caller.view("U0MORAG", "C0MENTIONSPRIVATE"), await caller.view("U0FARAH", "C0MENTIONSPRIVATE")

    assert (mine["open"]["name"], len(mine["open"]["messages"])) == ("mentions-private", 1)
    assert theirs["open"]["id"] == "C0MENTIONS"
    staff_side = {name: theirs[name] for name in ("names", "conversations", "open", "thread", "people")}
    assert "private" not in json.dumps(staff_side).replace('"private":', "")


async def test_a_conversation_with_the_bot_is_ones_own(caller: Caller) -> None:
    view = await caller.view("U0DEV", "D0DEV")

    assert view["open"]["kind"] == "direct"
    assert [one["name"] for one in view["conversations"]] == ["mentions", "webchat", "Tolbooth"]
    assert (await caller.view("U0FARAH", "D0DEV"))["open"]["id"] == "C0MENTIONS"


async def test_what_is_new_is_unread_until_it_is_looked_at(caller: Caller) -> None:
    await caller.view("U0DEV", "D0DEV")
    add_messages(caller.town, 3)

    before = await caller.view("U0DEV", "D0DEV")
    await caller.view("U0DEV", "C0MENTIONS")
    after = await caller.view("U0DEV", "D0DEV")

    assert (before["conversations"][0]["unread"], before["conversations"][0]["pinged"]) == (3, False)
    assert after["conversations"][0]["unread"] == 0
    assert {one["handle"]: one["unread"] for one in after["people"]}["farah"] == 3


async def test_ones_own_words_are_never_unread(caller: Caller) -> None:
    await caller.says("Morning all", who="U0DEV")

    mine, theirs = await caller.view("U0DEV", "D0DEV"), await caller.view("U0FARAH", "D0FARAH")

    assert (mine["conversations"][0]["unread"], theirs["conversations"][0]["unread"]) == (0, 1)


async def test_whoever_is_named_is_pinged_and_nobody_else(caller: Caller) -> None:
    await caller.says("@dev can you look?", who="U0FARAH")

    named, other = await caller.view("U0DEV", "D0DEV"), await caller.view("U0TAM", "D0TAM")

    assert named["conversations"][0]["pinged"] is True
    assert other["conversations"][0]["pinged"] is False


async def test_a_reply_in_a_thread_is_unread_for_those_it_names_only(caller: Caller) -> None:
    (parent,) = add_messages(caller.town, 1)
    for who in ("U0DEV", "U0TAM"):
        await caller.view(who)

    await caller.says("@dev can you look?", who="U0FARAH", thread=parent.ts)

    named, other = await caller.view("U0DEV", "D0DEV"), await caller.view("U0TAM", "D0TAM")
    assert (named["conversations"][0]["unread"], other["conversations"][0]["unread"]) == (1, 0)


async def test_a_deleted_message_is_neither_shown_nor_unread(caller: Caller) -> None:
    first, second = add_messages(caller.town, 2)
    first.deleted = True

    view = await caller.view("U0DEV", "D0DEV")

    assert view["conversations"][0]["unread"] == 1
    assert [one["id"] for one in (await caller.view())["open"]["messages"]] == [f"m{second.order}"]


async def test_a_thread_shows_its_replies_and_what_only_i_see_in_it(caller: Caller) -> None:
    (parent,) = add_messages(caller.town, 1)
    (reply,) = add_messages(caller.town, 1, thread=parent.ts)

    view = await caller.view(thread=parent.ts)

    assert [one["id"] for one in view["open"]["messages"]] == [f"m{parent.order}"]
    assert view["open"]["messages"][0]["replies"] == 1
    assert view["thread"]["parent"]["id"] == f"m{parent.order}"
    assert [one["id"] for one in view["thread"]["messages"]] == [f"m{reply.order}"]
    for thread in (reply.ts, "1.0", "x", "9" * 50):
        assert (await caller.view(thread=thread))["thread"] is None


async def test_what_can_be_typed_and_used_comes_from_the_bots_own_tables(caller: Caller) -> None:
    view = await caller.view()

    manifest = caller.town.bot.manifest()["features"]
    typed = [row["typed"] for row in view["commands"]]
    assert {row["command"] for row in manifest["slash_commands"]} <= set(typed)
    assert {words for words, _, _ in caller.town.bot.typed()} <= set(typed)
    assert len(typed) == len(set(typed))
    assert all(row["summary"] for row in view["commands"])
    offered = {one["callback_id"] for kind in view["shortcuts"].values() for one in kind}
    assert offered == {one["callback_id"] for one in manifest["shortcuts"]}


async def test_hostile_words_come_through_as_what_they_are(caller: Caller) -> None:
    for words in HOSTILE:
        await caller.do("post", network="board", author=words[:80].strip(), text=words)

    once = (await caller.view())["networks"]
    async with caller.stream() as events:
        streamed = (await anext(events))["networks"]
    posts = [thread["posts"][0] for thread in reversed(once[2]["threads"])]
    assert [(post["text"], post["author"]["name"]) for post in posts] == [(words, words[:80].strip()) for words in HOSTILE]
    assert streamed == once


async def test_words_of_staff_are_handed_on_as_slack_does(caller: Caller) -> None:
    await caller.says("<script>alert(1)</script> & @dev")

    message = (await caller.view())["open"]["messages"][-1]
    assert (message["text"], message["blocks"]) == ("&lt;script&gt;alert(1)&lt;/script&gt; &amp; <@U0DEV>", [])


async def test_five_thousand_messages_weigh_no_more_than_a_hundred(caller: Caller) -> None:
    (parent, *_) = add_messages(caller.town, 100)
    light = await caller.view("U0PRIYA", thread=parent.ts)
    add_messages(caller.town, 4900)
    add_messages(caller.town, 1000, thread=parent.ts)

    heavy = await caller.view("U0PRIYA", thread=parent.ts)

    assert (len(light["open"]["messages"]), light["open"]["earlier"]) == (60, 40)
    assert (len(heavy["open"]["messages"]), heavy["open"]["earlier"]) == (60, 4940)
    assert len(heavy["thread"]["messages"]) == 100
    assert heavy["thread"]["parent"]["replies"] == 1000
    assert max(one["unread"] for one in heavy["people"]) == 100


async def test_older_messages_are_had_page_by_page_without_gaps(caller: Caller) -> None:
    made = add_messages(caller.town, 150)
    opened = (await caller.view())["open"]

    pages = [opened]
    while pages[-1]["earlier"]:
        pages.append(await caller.get(f"/view?as=U0PRIYA&in=C0MENTIONS&before={pages[-1]['messages'][0]['id']}"))

    assert [one["id"] for page in reversed(pages) for one in page["messages"]] == [f"m{one.order}" for one in made]
    assert [len(page["messages"]) for page in pages] == [60, 60, 30]


async def test_older_than_what_is_gone_is_not_found(caller: Caller) -> None:
    async with caller.http.get("/view?before=m404") as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "That message is not there any more."})


async def test_the_newest_threads_of_the_public_come_first_and_few(caller: Caller) -> None:
    for number in range(27):
        await caller.town.boards["board"].write(
            Author("Lou", "lou"), f"No. {number}", alt=None, in_reply_to="", private=False
        )

    board = (await caller.view())["networks"][2]

    assert (len(board["threads"]), board["earlier"]) == (25, 2)
    assert board["threads"][0]["posts"][0]["text"] == "No. 26"


async def test_phones_are_shown_from_the_first_message_on_and_nobody_posts_there(caller: Caller) -> None:
    before = (await caller.view())["networks"]
    caller.town.phones.arrived.append(
        Arrived("+447700900103", "M-1 has waited 8 minutes", caller.town.clock.now(), "notify", "n1")
    )

    phones = (await caller.view())["networks"][-1]
    status, answer = await caller.tries("post", network="phones", author="Lou", text="hello")

    assert [one["id"] for one in before] == ["x", "webchat", "board"]
    assert (phones["name"], phones["still"]) == ("Phones and e-mail", True)
    assert phones["threads"][0]["posts"][0]["author"] == {"name": "Dev Rao", "handle": "Text message to +447700900103"}
    assert (status, "There is no network called 'phones'" in answer["error"]) == (404, True)
