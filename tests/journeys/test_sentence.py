"""The sentence Tolbooth was asked for, one journey for each clause, over real sockets."""

from tests.town import Town


async def test_a_post_about_a_broken_traffic_light_is_not_met_with_silence(town: Town) -> None:
    town.x.says("@harrowmere the traffic light at Mill Road is stuck on red", author="Lou", media_alt="a red traffic light")
    await town.passes(seconds=6)

    card = await town.card("M-1")

    assert "stuck on red" in card.quote
    assert "a red traffic light" in card.text
    assert card.footer == "M-1 · nobody has looked yet"
    assert card.buttons == ["Claim", "Reply", "Close", "Note"]


async def test_a_claim_shows_everyone_who_has_it_and_tells_the_second_who_was_first(town: Town) -> None:
    await town.writes("Is my school shut?")
    await town.card("M-1")

    first = await town.slack.user("priya").command("/claim 1", channel="mentions")
    second = await town.slack.user("farah").command("/claim 1", channel="mentions")

    assert "M-1 is yours" in first.text
    assert "Priya Shah has M-1 (just now)" in second.text
    card = await town.card("M-1", "claimed by Priya Shah")
    assert card.buttons == ["Reply", "Release", "Close", "Note"]


async def test_a_reply_is_shown_first_then_held_then_seen_in_public(town: Town) -> None:
    await town.writes("Is my bin day changed?", post="q1")
    await town.card("M-1")

    outcome = await town.replies("priya", 1, "It is Thursday this week. ^PS")
    assert outcome.buttons == ["Undo"]
    await town.passes(seconds=11)

    await town.until(lambda: town.webchat.posts)
    assert town.webchat.posts[0]["text"] == "It is Thursday this week. ^PS"
    assert town.webchat.posts[0]["in_reply_to"] == "q1"
    card = await town.card("M-1", "answered by Priya Shah")
    await town.until(lambda: "✓ Priya Shah replied" in "".join(m.text for m in card.thread))


async def test_the_record_says_who_handled_what_and_why(town: Town) -> None:
    await town.writes("Great fireworks!")
    await town.card("M-1")
    priya = town.slack.user("priya")

    await priya.command("/mention note 1 she was there with her gran", channel="mentions")
    await priya.command("/mention close 1 praise, thanked in person", channel="mentions")
    told = await priya.command("/mention record 1", channel="mentions")

    assert "Priya Shah noted: she was there with her gran" in told.text
    assert "Priya Shah closed it: praise, thanked in person" in told.text


async def test_a_mention_nobody_looks_at_pings_the_duty_officer_then_the_next_then_the_channel(town: Town) -> None:
    await town.writes("There is smoke over the school")
    await town.card("M-1")
    dev, farah = town.slack.user("dev"), town.slack.user("farah")

    await town.passes(minutes=61)
    await town.until(lambda: dev.dms)
    assert "M-1 has waited 1 h 1 m" in dev.dms[-1].text
    assert "Nobody has looked at it" in dev.dms[-1].text
    await town.passes(minutes=10)
    await town.until(lambda: farah.dms)
    await town.passes(minutes=10)
    await town.until(lambda: any("has waited" in m.text for m in town.slack.channel("mentions").messages))
    await farah.click(farah.dms[-1], "Claim")

    await town.card("M-1", "claimed by Farah Ali")


async def test_the_handover_tells_the_lead_what_is_unseen_overdue_and_whose(town: Town) -> None:
    await town.writes("One", by="Ann")
    await town.card("M-1")
    await town.passes(minutes=90)
    await town.writes("Two", by="Bob")
    await town.card("M-2")
    await town.slack.user("priya").command("/claim 2", channel="mentions")

    told = await town.slack.user("morag").command("/handover", channel="mentions")

    assert told.text.splitlines()[0] == "Oldest unseen: M-1, 1 h 30 m"
    assert "2 open · 1 unseen · 1 overdue" in told.text
    assert "On duty: Dev Rao, then Farah Ali" in told.text
    assert "Priya Shah: M-2" in told.text
