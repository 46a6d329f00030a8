"""What a private message offers is done by one word under it, which never says the opposite of its button."""

from datetime import UTC, datetime

from bot.card import Button, Notice
from integrations.viva_engage.draw import notice_text
from integrations.viva_engage.heard import Words
from integrations.viva_engage.telling import pressed, words_under

ID = "93dc26b4e8bf44c384ba074f14ecc189"
BUTTONS = (
    Button("I’m Ready", "ready", argument=f"{ID} yes"),
    Button("I Can't", "ready", argument=f"{ID} no"),
    Button("Edit and Send", "shift", argument=f"write {ID}"),
    Button("Still on It", "acknowledge", "M-142"),
    Button("Open the Page", "look", url="https://example.org/"),
)


def test_the_words_are_verbs_or_of_the_label_and_nobody_is_asked_to_type_a_long_mark():
    notice = Notice((("Are you there?",),), BUTTONS)
    words = [one.word for one in words_under(notice, datetime(2026, 11, 17, tzinfo=UTC))]

    text = notice_text(notice, words=dict(zip(pressed(BUTTONS), words, strict=True)))

    assert words == ["ready", "cant", "edit", "acknowledge"]
    assert "Write: ready · cant (I Can't) · edit (Edit and Send) · acknowledge 142 (Still on It)" in text
    assert ID not in text
    assert [Words(said, said).word for said in ("I can't", "Can’t!", "can't.", "'can't'")] == ["", "cant", "cant", ""]


def test_where_many_read_it_what_stands_behind_a_long_mark_is_left_to_the_look_at_it():
    buttons = (
        Button("Approve as @harrowmere", "approve", "M-142", ID[:24]),
        Button("Change", "approve", "M-142", f"change {ID[:24]}"),
        Button("Send Back", "send_back", "M-142"),
    )

    text = notice_text(Notice((("It waits.",),), buttons), "t1", here="M-142")

    assert "Write here: /approve · /send_back (Send Back)" in text
