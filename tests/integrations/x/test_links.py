"""The id of a post on X, from whatever address of it people paste."""

import pytest

from integrations.x.links import post_at


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/lou/status/1855",
        "https://twitter.com/lou/status/1855?s=20&t=abc",
        "https://mobile.twitter.com/lou/statuses/1855#m",
        "http://www.x.com/i/web/status/1855",
        "https://x.com/i/status/1855/photo/1",
        "http://127.0.0.1:8081/lou/status/1855",
    ],
)
def test_a_posts_address_holds_its_id(link: str) -> None:
    assert post_at(link, "http://127.0.0.1:8081") == "1855"


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/lou",
        "https://x.com/lou/status/",
        "https://x.com/lou/status/18a5",
        "https://x.com/lou/status/" + "1" * 20,
        "https://notx.com/lou/status/1855",
        "https://x.com.example.net/lou/status/1855",
        "https://example.net/x.com/lou/status/1855",
        "https://[x.com/lou/status/1855",
        "ftp://x.com/lou/status/1855",
        "",
    ],
)
def test_any_other_address_is_none(link: str) -> None:
    assert post_at(link, "https://x.com") == ""
