"""What can be played is sane: in order, of this town, and answerable where it is posted."""

from collections import Counter
from datetime import time, timedelta

import pytest

from integrations.sandbox.player import STRIDE
from integrations.sandbox.scenarios import SCENARIOS, Scenario, read, scenario_named
from integrations.sandbox.storm import storm
from integrations.sandbox.town import BOARDS

PLACES = {"x", *(about.id for about in BOARDS)}
EVERY = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)


@EVERY
def test_times_rise_from_nothing_and_no_id_comes_twice(scenario: Scenario) -> None:
    times = [post.after for post in scenario.posts]

    assert times == sorted(times)
    assert times[0] < timedelta(hours=1)
    assert len({post.id for post in scenario.posts}) == len(scenario.posts)


@EVERY
def test_every_post_has_words_an_author_and_a_place_that_is_there(scenario: Scenario) -> None:
    for post in scenario.posts:
        assert post.text.strip()
        assert post.author_name.strip()
        assert post.handle
        assert post.place in PLACES
        assert "HarrowmereCncl" not in post.text
        assert ".example" not in post.handle


@EVERY
def test_an_answer_comes_after_what_it_answers_and_in_the_same_place(scenario: Scenario) -> None:
    seen: dict[str, str] = {}
    for post in scenario.posts:
        assert not post.in_reply_to or seen[post.in_reply_to] == post.place, post.id
        seen[post.id] = post.place


@EVERY
def test_what_is_private_goes_to_the_web_chat_alone(scenario: Scenario) -> None:
    assert {post.place for post in scenario.posts if post.private} <= {"webchat"}


def test_there_is_one_for_each_kind_of_day() -> None:
    sizes = {one.id: len(one.posts) for one in SCENARIOS}

    assert list(sizes) == ["quiet", "snow", "trainee", "night", "duty", "pile_on", "lost", "storm"]
    assert 20 <= sizes["quiet"] <= 30
    assert sizes["snow"] == len([one for one in read() if one["cluster"] in ("C03", "C04", "C05")])
    assert sizes["lost"] == 12
    assert sizes["storm"] == 1000


def test_the_night_begins_at_ten_past_eleven_and_the_connection_is_lost_amid_the_posts() -> None:
    lost = scenario_named("lost")

    assert scenario_named("night").begins == time(23, 10)
    assert lost.lost
    begins, ends = lost.lost
    assert [bool(post.after < begins) + bool(post.after < ends) for post in lost.posts].count(1) >= 3
    assert ends - begins > STRIDE


def test_a_name_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="quiet, snow, trainee, night, duty, pile_on, lost, storm"):
        scenario_named("flood")


def test_the_same_seed_makes_the_same_storm_and_another_seed_another() -> None:
    assert storm(7, 200) == storm(7, 200)
    assert storm(7, 200) != storm(8, 200)


@pytest.mark.parametrize("count", [1, 10, 5000])
def test_a_storm_has_as_many_posts_as_asked_within_a_day(count: int) -> None:
    posts = storm(1, count)

    assert len(posts) == count
    assert posts[-1].after < timedelta(days=1)


def test_a_storm_is_heaviest_in_the_morning_and_has_people_in_danger_in_it() -> None:
    posts = storm(1, 2000)

    by_hour = Counter(int(post.after / timedelta(hours=1)) for post in posts)
    assert by_hour.most_common(1)[0][0] in (2, 3)
    assert len({post.text for post in posts}) > 400
    in_danger = [post for post in posts if any(word in post.text.lower() for word in ("oxygen", "curtains", "boiler"))]
    assert len(in_danger) == 3
