"""A comment as WordPress gives it to an editor, and what is left of it here."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.wordpress.parse import comments

GIVEN = json.loads((Path(__file__).parent / "comment.json").read_text())
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def test_a_comment_is_read_with_its_words_as_they_were_typed():
    (found,) = comments([GIVEN], 7, NOW)

    said = found.said
    assert (said.native_id, said.conversation, said.in_reply_to) == ("4711", "88", "")
    assert said.text == 'Is "Mill Lane" gritted?\nAnd the bridge & the path?'
    assert said.author.name == "Mair O\u2019Dell"
    assert said.posted_at == datetime(2026, 11, 17, 8, 41, 7, tzinfo=UTC)
    assert (found.is_ours, found.status) == (False, "approved")


def test_one_of_ours_is_known_by_its_user():
    (found,) = comments([GIVEN | {"author": 7, "parent": 4000}], 7, NOW)

    assert (found.is_ours, found.said.in_reply_to) == (True, "4000")


@pytest.mark.parametrize(
    "changed", [{"id": None}, {"post": "x"}, {"content": None}, {"content": {}}, {"date_gmt": "yesterday"}, {"author": [7]}]
)
def test_what_is_no_comment_is_left_out_and_the_next_is_read(changed):
    found = list(comments([GIVEN | changed, None, 7, GIVEN], 7, NOW))

    assert [one.said.native_id for one in found] == ["4711"]


def test_an_address_that_is_no_page_of_the_web_is_left_out():
    (found,) = comments([GIVEN | {"link": "javascript:alert(1)"}], 7, NOW)

    assert found.said.url == ""
