"""Whether somebody asks for a member of staff by name."""

import pytest

from bot.duty.by_name import asks_for


@pytest.mark.parametrize(
    ("text", "name", "asks"),
    [
        ("is Karen in today? She was sorting my tree with me", "Karen Boyle", True),
        ("Following up Karen’s message of 3 August", "Karen Boyle", True),
        ("karen boyle said so", "Karen Boyle", True),
        ("Thank you Karen\nThat helped", "Karen Boyle", True),
        ("Karen Whitmore from the school rang me", "Karen Boyle", False),
        ("the karens of this town", "Karen Boyle", False),
        ("@Karen is a fraud", "Karen Boyle", False),
        ("Will you clear the snow?", "Will Grant", False),
        ("Is Will Grant back?", "Will Grant", True),
        ("Al said no", "Al", False),
        ("", "Karen Boyle", False),
        ("anything", "", False),
        ("(Karen [.*", "Kar(en [.*", False),
    ],
)
def test_a_name_is_told_from_a_word_and_from_somebody_else(text: str, name: str, asks: bool) -> None:
    assert asks_for(text, name) is asks
