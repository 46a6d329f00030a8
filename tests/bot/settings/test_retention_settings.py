"""Classes of retention in the settings: two that could not be told apart are refused, and so is what is no topic."""

import pytest
from pydantic import ValidationError

from bot.settings.retention import RetentionSettings

COMPLAINTS = {"name": "complaints", "topics": ["info.complaint"], "days": 2190}


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ([COMPLAINTS, {**COMPLAINTS, "topics": ["other"]}], "'complaints' stands there twice"),
        ([COMPLAINTS, {**COMPLAINTS, "name": "other"}], "'info.complaint' stands there twice"),
        ([{**COMPLAINTS, "name": "everything else"}], "'everything else' is what is in no class"),
        ([{**COMPLAINTS, "topics": ["info.*.x"]}], "'info.*.x' is not a topic"),
        ([{**COMPLAINTS, "topics": ["*"]}], "'*' is not a topic"),
        ([{**COMPLAINTS, "topics": []}], "topics"),
        ([{**COMPLAINTS, "days": True}], "write a number of days"),
        ([{**COMPLAINTS, "days": -1}], "days"),
    ],
)
def test_what_could_not_be_kept_to_is_refused(classes: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("*", r"\*").replace(".", r"\.")):
        RetentionSettings.model_validate({"classes": classes})
