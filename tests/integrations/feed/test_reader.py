"""Feeds of every kind and state are read for what they say, and hostile ones do no harm."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from integrations.feed import parse
from integrations.feed.dates import moment
from integrations.feed.reader import MOST_ENTRIES, NotAFeed, read
from tests.standins.feed import item, rss

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/rss"
HERE = "https://herald.example/feeds/all.xml"


def entries(document, charset=""):
    body = document if isinstance(document, bytes) else document.encode()
    return parse.entries(read(body, charset), HERE)


def test_an_alert_of_google_is_read_with_the_link_behind_the_link():
    path = SAMPLES / "google_alerts_atom.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")

    (entry,) = entries(json.loads(path.read_text())["body"])

    assert entry.words == "Example Council closes bridge\n\nThe council said..."
    assert entry.url == "https://news.example/story"
    assert entry.native_id.startswith("tag:google.com,2013:googlealerts/feed:")
    assert entry.posted_at == datetime(2026, 11, 20, 8, 55, tzinfo=UTC)
    assert entry.author == ""


def test_an_rss_item_is_read_with_its_author_without_their_address():
    said = "<description>&lt;p&gt;Late&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</description>"
    document = rss(
        item("Bins &amp; boxes", link="/bins", rest=said)
        + item("Two", rest="<author>ann@herald.example (Ann Byrne)</author>")
        + item("Three", rest="<author>ann@herald.example</author>")
    )

    first, second, third = entries(document)

    assert (first.words, first.url) == ("Bins & boxes\n\nLate", "https://herald.example/bins")
    assert [second.author, third.author] == ["Ann Byrne", ""]


def test_rss_one_is_read_though_its_items_stand_beside_the_channel():
    (entry,) = entries(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
        "xmlns:d='http://purl.org/dc/elements/1.1/'><channel><title>T</title></channel><item><title>A</title>"
        "<link>https://a.example/1</link><d:date>2026-11-20T09:00:00+01:00</d:date><d:creator>Bo</d:creator></item></rdf:RDF>"
    )

    assert (entry.title, entry.author) == ("A", "Bo")
    assert entry.posted_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_atom_says_which_of_its_texts_are_html():
    (entry,) = entries(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>2 &lt; 3, &lt;3</title><summary type='xhtml'>"
        "<div xmlns='http://www.w3.org/1999/xhtml'>One<br/>two <script>x()</script><b>3 &lt; 4</b></div></summary></entry>"
        "</feed>"
    )

    assert entry.title == "2 < 3, <3"
    assert entry.text == "One\ntwo 3 < 4"


def test_elements_of_other_vocabularies_do_not_take_the_place_of_the_feeds_own():
    (entry,) = entries(
        "<rss xmlns:media='http://search.yahoo.com/mrss/' version='2.0'><channel><item><media:title>No</media:title>"
        "<media:group><title>Nor this</title></media:group><title>Yes</title></item></channel></rss>"
    )

    assert entry.title == "Yes"


def test_without_a_guid_the_link_and_title_name_an_entry_for_ever():
    one, other = entries(rss(item("A", link="https://a.example/1") + item("B", link="https://a.example/1")))
    (again,) = entries(rss(item("A", link="https://a.example/1")))

    assert one.native_id == again.native_id
    assert one.native_id != other.native_id


def test_entries_that_all_have_one_id_are_told_apart_by_their_links():
    found = entries(rss(item("A", guid="1", link="https://a.example/1") + item("B", guid="1", link="https://a.example/2")))

    assert len({entry.native_id for entry in found}) == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Fri, 19 Jun 2026 09:00:00 BST", "2026-06-19T08:00:00"),
        ("Fri, 19 Jun 2026 09:00:00 GMT", "2026-06-19T09:00:00"),
        ("19 Jun 2026 09:00 +0200", "2026-06-19T07:00:00"),
        ("2026-06-19T09:00:00Z", "2026-06-19T09:00:00"),
        ("2026-06-19 09:00:00", "2026-06-19T09:00:00"),
        ("2026-06-19", "2026-06-19T00:00:00"),
        ("2026-06-19T09:00:00.5+01:00", "2026-06-19T08:00:00.500000"),
    ],
)
def test_a_date_is_read_however_it_is_written(written, meant):
    assert moment(written) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


NO_DATES = ["", "yesterday", "2026-02-31T09:00:00Z", "Fri, 99 Jun 2026 09:00:00 GMT", "9" * 5000, "0001-01-01"]


@pytest.mark.parametrize("written", NO_DATES)
def test_a_date_that_means_nothing_is_none(written):
    assert moment(written) is None


PLAIN = "<rss><channel><item><title>Grüße – €5</title></item></channel></rss>"
NAMED = "<rss><channel><item><title>Gr&uuml;&szlig;e &ndash; &euro;5</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("document", "encoding", "charset"),
    [
        (PLAIN, "utf-8", "iso-8859-1"),
        ("<?xml version='1.0' encoding='windows-1252'?>" + PLAIN, "cp1252", ""),
        ("<?xml version='1.0' encoding='utf-8'?>" + PLAIN, "cp1252", ""),
        (PLAIN, "cp1252", "ISO-8859-1"),
        (PLAIN, "cp1252", "rot13"),
        ("<?xml version='1.0' encoding='utf-16'?>" + PLAIN, "utf-16", ""),
        ("  \n<?xml version='1.0'?>" + NAMED, "utf-8", ""),
    ],
)
def test_words_are_read_in_whatever_encoding_they_come(document, encoding, charset):
    assert [entry.title for entry in entries(document.encode(encoding), charset)] == ["Grüße – €5"]


def test_what_is_no_well_formed_xml_is_read_as_far_as_it_can_be():
    broken = rss(item("A & B", guid="1") + item("C", guid="2")).replace(b"&amp;", b"&").replace(b"</channel>", b"")

    feed = read(broken)

    assert [entry.title for entry in parse.entries(feed, HERE)] == ["A & B", "C"]
    assert not feed.is_whole


def test_control_characters_and_ampersands_are_put_right():
    feed = read(b"<rss><channel><item><title>R&D \x0b\x08 &nope; ok</title></item></channel></rss>")

    assert parse.entries(feed, HERE)[0].title == "R&D &nope; ok"
    assert feed.is_whole


BOMB = "<!ENTITY a 'x'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
HOSTILE = {
    "entities that grow": f"<!DOCTYPE rss [{BOMB}]><rss><channel><item><title>&j;</title></item></channel></rss>",
    "an entity from a file": "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&a;</title></channel></rss>",
    "entities from elsewhere": "<!DOCTYPE rss [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/x.dtd'>%a;]><rss><channel/></rss>",
    "deep nesting": "<rss><channel><item><description>" + "<a>" * 200_000,
    "a web page": "<html><body>Hello</body></html>",
    "an image": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "words": "Not found",
    "JSON": '{"items": []}',
    "nothing": "",
    "half a tag": "<rss><chan",
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_feed_or_a_hostile_one_is_refused_with_a_sentence(document):
    with pytest.raises(NotAFeed, match=r"^it \w+ "):
        read(document.encode())


def test_a_document_type_without_entities_is_not_fetched_and_does_no_harm():
    (entry,) = entries(
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://127.0.0.1:9/rss-0.91.dtd'>"
        "<rss version='0.91'><channel><item><title>Old &amp; good</title></item></channel></rss>"
    )

    assert entry.title == "Old & good"


def test_one_bad_entry_does_not_hide_the_good_ones_beside_it():
    bad = "<item/><item><title>  </title></item><item><pubDate>never</pubDate><link>javascript:x()</link></item>"

    assert [entry.title for entry in entries(rss(bad + item("Good", guid="1") + bad))] == ["Good"]


def test_a_link_that_is_no_web_page_is_left_out():
    for link in ("javascript:alert(1)", "mailto:a@b.example", "http://[", "https://a b.example/", "data:text/html,x"):
        (entry,) = entries(rss(item("A", guid="1", link=link)))
        assert entry.url == "" or entry.url.startswith("https://herald.example/")


def test_as_many_entries_are_read_as_one_feed_may_bring():
    assert len(entries(rss(item("A") + "".join(item(f"No {n}") for n in range(MOST_ENTRIES + 50))))) == MOST_ENTRIES


@pytest.mark.parametrize("piece", [b"<a/>", b"<a>", b"<!--", b"&lt;", b"<item/>", b"]]>", b"&", b"<![CDATA[", b"\xff\xfe"])
@pytest.mark.timeout(20)
def test_a_long_hostile_document_comes_to_an_end(piece):
    with pytest.raises((NotAFeed, AssertionError)):
        assert not entries(b"<rss><channel><item><title>A</title><description>" + piece * (200_000 // len(piece)))
        raise AssertionError


@pytest.mark.parametrize("piece", ["<name>", "<p>x</p>", "<a href='https://a.example/x'>y</a>", "&amp;"])
@pytest.mark.parametrize("name", ["author", "description", "title"])
@pytest.mark.timeout(20)
def test_a_long_hostile_entry_comes_to_an_end(piece, name):
    body = f"<![CDATA[{piece * (49_000 // len(piece))}]]>"
    feed = read(rss("".join(f"<item><guid>{n}</guid><{name}>{body}</{name}></item>" for n in range(5))))

    assert len(parse.entries(feed, HERE)) in {0, 5}, "with words, or without any to show"


def test_a_spoilt_document_raises_nothing_but_that_it_is_no_feed():
    good = rss(item("A", guid="1", link="https://a.example/1", at=datetime(2026, 11, 17, tzinfo=UTC)))
    luck, refused = Random(7), 0

    for _ in range(600):
        at, length = luck.randrange(len(good)), luck.randrange(6)
        spoilt = good[:at] + luck.choice([b"", luck.randbytes(3), b"<", b"&#", b"]]>", b"\0"]) + good[at + length :]
        try:
            assert all(entry.native_id for entry in entries(spoilt))
        except NotAFeed:
            refused += 1

    assert refused
