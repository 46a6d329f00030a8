"""A mention's class is that of the most exact topic."""

from datetime import timedelta

import pytest

from bot.retention.classes import RetentionClass, class_of

DAY = timedelta(days=1)
CLASSES = (
    RetentionClass("enquiries", ("info.*",), 730 * DAY),
    RetentionClass("complaints", ("info.complaint", "complaint.*"), 2190 * DAY),
    RetentionClass("emergencies", ("info.flood.*",), timedelta(0)),
)
TOPICS = {
    "info.bins": "enquiries",
    "info": "enquiries",
    "info.complaint": "complaints",
    "info.complaint.late": "enquiries",
    "complaint": "complaints",
    "complaint.stage": "complaints",
    "info.flood": "emergencies",
    "info.flood.road": "emergencies",
    "INFO.bins": "",
    "information": "",
    "infoxbins": "",
    "": "",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_most_exact_topic_decides(topic: str) -> None:
    found = class_of(topic, CLASSES)

    assert (found.name if found else "") == TOPICS[topic]
