"""HTML becomes what a reader would see: nothing hidden, nothing run, nothing fetched, and never slowly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.plain_text import LARGEST, text_of

LONG = "https://example.org/council/minutes/2026?page=3"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br />Three</p>", "One\n\nTwo\nThree"),
        ("<p>a   b\n c</p>", "a b c"),
        ("&lt;script&gt; &amp;amp; &#39;x&#39; &eacute;", "<script> &amp; 'x' é"),
        ('<a href="https://h.example/@ann" class="u-url mention">@<span>ann</span></a> hi', "@ann hi"),
        ('<a href="https://h.example/users/ann">@ann@h.example</a> hi', "@ann@h.example hi"),
        ('<a href="https://h.example/tags/Snow" class="mention hashtag">#<span>Snow</span></a>', "#Snow"),
        (
            f'<a href="{LONG}"><span class="invisible">https://</span><span>example.org/council</span>'
            '<span class="invisible">/minutes/2026?page=3</span></a>',
            LONG,
        ),
        (f'<a href="{LONG}">example.org/council…</a>', LONG),
        ('<a href="https://form.example/">the form</a>.', "the form (https://form.example/)."),
        ('<a href="https://evil.example/">https://bank.example</a>', "https://bank.example (https://evil.example/)"),
        ('<a href="https://evil.example/">@bank</a>', "@bank (https://evil.example/)"),
        ('<a href="javascript:alert(1)">here</a> <a href="//x.example">there</a>', "here there"),
        ('<a href="java\nscript:x">here</a>', "here"),
        ("a<script>steal()</script><style>b{}</style><iframe>x</iframe>z", "az"),
        ('<p hidden>x</p><p style="display: none">y</p>z', "z"),
        ("a<!-- <p>x</p> -->b<!DOCTYPE z>c<?php d ?>e<![CDATA[f]]>g", "abceg"),
        ('<p><span class="invisible">gone</p><p>shown', "shown"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('<img src="https://track.example/1.gif"><img alt=":leaf:" src="x">', ":leaf:"),
        ("I <3 you, 1 < 2 > 0", "I <3 you, 1 < 2 > 0"),
        ('<p title="a > b">x</p>', "x"),
        ("plain words", "plain words"),
        ("\x00a\x01b\x02c&#0;&#1;\ud800", "abc\ufffd\ufffd"),
        ("</p></div>x<br><br><br><br>y", "x\n\ny"),
        ("", ""),
    ],
)
def test_html_is_read_as_a_reader_sees_it(html, text):
    assert text_of(html) == text


SLOW = ("<a ", "</a ", "<div>", "<", "&", "<!--", '<a href="', "<script>", "<a href=https://x.example>t", "<![CDATA[", " \n")
SLOWER = ("<a =", "<p>\n", "<i a='\"", "<b></i>", '<a b="c>', "<?")
TAGS = ("<p>", "</p>", "<a href='https://x.example/y'>", "</a>", "<br>", "<pre>", "<li>", "<script>", "</script>")
PIECES = (*TAGS, "<span class=invisible>", "</span>", "<b", ">", "x", " ", "\n", "&lt;", "\x01")


@pytest.mark.parametrize("piece", [*SLOW[:3], *(pytest.param(one, marks=pytest.mark.slow) for one in (*SLOW[3:], *SLOWER))])
@pytest.mark.timeout(20)
def test_what_was_made_to_be_slow_comes_to_an_end(piece):
    read = text_of(piece * (LARGEST // len(piece)))

    assert len(read) <= LARGEST


def test_where_only_the_beginning_is_wanted_little_more_is_read():
    said = text_of("<p>word</p>" * 1_000, enough=100)

    assert said.startswith("word\n\nword")
    assert 100 <= len(said) < 500


@given(st.lists(st.sampled_from(PIECES)))
def test_whatever_is_given_comes_back_as_tidy_text(pieces):
    text = text_of("".join(pieces))

    assert text == text.strip("\n ")
    assert "\n\n\n" not in text.replace(" ", "") or "<pre>" in pieces
    assert not set(text) & {"\x00", "\x01", "\x02"}
