"""What forms and pictures look like as Slack's blocks, and what the stand-in says that Slack would not take."""

import pytest

from bot.card import Answer, Button, Code, Notice, Picture, Quote, Strong, Weight
from bot.command import Place
from bot.form import Field, Form
from bot.reply import MediaRules
from integrations.sandbox.slack_blocks import problems_in, view_problems
from integrations.slack.draw import answer_blocks, notice_blocks
from integrations.slack.draw_form import filled_in, form_view
from integrations.slack.failures import failure
from integrations.slack.pictures import Pictures

AT = Place("slack", "C0MENTIONS", ref="M-1", message="171.001")
CREST = Picture("https://council.example/crest.png", "The council’s crest", ("This goes out as ", Strong("@council on X")))
PNG = MediaRules(4, 5_000_000, frozenset({"image/png", "image/jpeg"}), 1000)
TEXT = Field("text", "Your reply", lines=6, keeps=True)


def view(*fields, submit="Look It Over", **more):
    return form_view(Form("reply", "write", "Reply to M-1", submit, fields=fields, **more), AT)


def element(drawn, name):
    [block] = [one for one in drawn["blocks"] if one.get("block_id") == name]
    return block["element"]


def test_words_that_slacks_box_does_not_hold_are_no_form_at_all_for_cut_ones_would_come_back_as_what_was_written():
    assert element(view(Field("text", "Words", "🚮" * 1500)), "text")["initial_value"] == "🚮" * 1500
    with pytest.raises(ValueError, match="more than Slack's box holds"):
        view(Field("text", "Words", "🚮" * 1501))


def test_a_picture_stands_in_its_place_with_its_words_beside_it():
    drawn = view(TEXT, body=(("Before",), CREST, Quote("Is it shut?")))

    before, picture, after, _ = drawn["blocks"]
    assert before["elements"][0]["elements"][0]["text"] == "Before"
    assert [one["type"] for one in picture["elements"]] == ["image", "plain_text"]
    assert picture["elements"][0]["alt_text"] == "The council’s crest"
    assert picture["elements"][1]["text"] == "This goes out as @council on X"
    assert after["elements"][0]["type"] == "rich_text_quote"
    assert view_problems(drawn, "modal") == []


@pytest.mark.parametrize("url", ["", "http://council.example/c.png", "data:image/png;base64,AAAA", "javascript:alert(1)"])
def test_a_picture_slack_cannot_fetch_safely_is_only_the_words_beside_it(url):
    [block] = notice_blocks(Notice((Picture(url, "alt", ("Goes out as us",)),)))

    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"][0]["text"] == "Goes out as us"


def test_on_a_machine_of_ones_own_a_picture_may_come_without_tls():
    [block] = notice_blocks(Notice((Picture("http://127.0.0.1:8765/crest.svg", "Crest"),)))

    assert block["elements"][0]["image_url"] == "http://127.0.0.1:8765/crest.svg"


def test_a_picture_without_a_description_is_described_by_the_words_beside_it():
    [block] = notice_blocks(Notice((Picture("https://council.example/c.png", "", ("@council on X",)),)))

    assert block["elements"][0]["alt_text"] == "@council on X"


def test_messages_with_pictures_are_taken():
    blocks = answer_blocks(Answer((("One",), CREST, Code("Two"), CREST), (Button("Undo", "undo", "M-1"),)))

    assert [block["type"] for block in blocks] == ["rich_text", "context", "rich_text", "context", "actions"]
    assert problems_in(blocks, "message") == []


def test_several_choices_are_boxes_to_tick():
    drawn = view(Field("more", "Also", value="track,split", choices={"track": "T", "split": "S", "no": "N"}, several=True))

    boxes = element(drawn, "more")
    assert boxes["type"] == "checkboxes"
    assert [one["value"] for one in boxes["initial_options"]] == ["track", "split"]
    assert view_problems(drawn, "modal") == []


def test_more_boxes_than_slack_takes_are_a_fault_of_ours():
    with pytest.raises(ValueError, match="more boxes"):
        view(Field("more", "Also", choices={str(n): str(n) for n in range(11)}, several=True))


def test_files_are_chosen_by_kind_and_number():
    drawn = view(Field("pictures", "Pictures", optional=True, files=PNG))

    chooser = element(drawn, "pictures")
    assert chooser["type"] == "file_input"
    assert (chooser["max_files"], chooser["filetypes"]) == (4, ["jpg", "jpeg", "png"])
    assert view_problems(drawn, "modal") == []


def test_slack_takes_ten_files_at_most():
    many = MediaRules(20, 5_000_000, frozenset({"image/unheard-of"}), 1000)

    chooser = element(view(Field("pictures", "Pictures", files=many)), "pictures")

    assert chooser["max_files"] == 10
    assert "filetypes" not in chooser


def test_a_field_that_keeps_tells_us_of_each_letter_and_its_form_of_being_closed():
    keeping, plain = view(TEXT), view(Field("text", "Your reply"))

    assert element(keeping, "text")["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert keeping["blocks"][0]["dispatch_action"]
    assert keeping["notify_on_close"]
    assert "notify_on_close" not in plain
    assert "dispatch_action" not in plain["blocks"][0]
    assert view_problems(keeping, "modal") == []


def test_fields_without_a_button_that_sends_them_in_are_a_fault_of_ours():
    with pytest.raises(ValueError, match="button that sends it in"):
        view(TEXT, submit="")


def test_the_button_that_names_the_account_stands_beside_the_one_that_checks_again():
    send = Button("Reply as @harrowmere_council on Mastodon", "reply", "M-1", "send:ab12", weight=Weight.PRIMARY)

    drawn = view(Field("why", "Why it should go"), submit="Check Again", buttons=(send, send))

    [first, second] = drawn["blocks"][-1]["elements"]
    assert first["text"]["text"] == "Reply as @harrowmere_council on Mastodon"
    assert first["action_id"] != second["action_id"]
    assert view_problems(drawn, "modal") == []


def test_what_was_filled_in_is_read_whatever_the_field():
    state = {
        "values": {
            "text": {"value": {"type": "plain_text_input", "value": "Sorry"}},
            "empty": {"value": {"type": "plain_text_input", "value": None}},
            "why": {"value": {"type": "radio_buttons", "selected_option": {"value": "spam"}}},
            "more": {"value": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}},
            "none": {"value": {"type": "checkboxes", "selected_options": []}},
            "pictures": {"value": {"type": "file_input", "files": [{"id": "F1"}, {"id": "F2"}]}},
            "no_pictures": {"value": {"type": "file_input", "files": None}},
        }
    }

    found = filled_in(state)

    assert found == {
        "text": "Sorry",
        "empty": "",
        "why": "spam",
        "more": "a,b",
        "none": "",
        "pictures": "F1,F2",
        "no_pictures": "",
    }


def test_pictures_that_stood_in_what_slack_refused_are_left_out_for_an_hour():
    now = [0.0]
    pictures = Pictures(lambda: now[0])
    message = {"channel": "C1", "blocks": notice_blocks(Notice((("Words",), CREST, Picture(CREST.url, "Alone"))))}

    left = pictures.without_any(message)
    meanwhile = pictures.without_bad(message)
    now[0] = 3601.0
    later = pictures.without_bad(message)

    assert [block["type"] for block in left["blocks"]] == ["rich_text", "context"]
    assert [one["type"] for one in left["blocks"][1]["elements"]] == ["plain_text"]
    assert meanwhile == left
    assert later == message
    assert pictures.without_any(left) is None


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_arguments"])
def test_a_refusal_of_blocks_is_certain(code):
    assert type(failure("views.open", 200, {"error": code}, {})).__name__ == "BlocksRefused"


def test_buttons_that_fill_a_form_in_stand_above_its_fields_and_others_below():
    use = Button("Use 1", "reply")

    assert [one["type"] for one in view(TEXT, buttons=(use,), buttons_first=True)["blocks"]] == ["actions", "input"]
    assert [one["type"] for one in view(TEXT, buttons=(use,))["blocks"]] == ["input", "actions"]
