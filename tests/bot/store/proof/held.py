"""What each column of text holds that is not the public's own: what is said of staff, and what is nobody's."""

from collections.abc import Mapping

from sqlalchemy import JSON, LargeBinary, String, Table

OF_STAFF: Mapping[str, str] = {
    "absence": "person",
    "calendar_feed": "person",
    "claim_of_right": "owner by",
    "cover_request": "person reason asked_by offered_to taken_by",
    "escalation": "acknowledged_by policy",
    "event": "actor changes",
    "handover": "from_person to_person accepted_by",
    "hiding": "by reviewed_by",
    "kept": "by ended_by",
    "mention": "owner offered_to last_owner seen_by close_reason",
    "ping": "person answer",
    "reply": "by approved_by",
    "rota_link": "person made_by",
    "rota_override": "person reason made_by withdrawn_by",
    "rota_plan": "body by",
    "saved": "title text second owner written_by made_by approved_by",
    "staff": "id name",
    "switch": "value by",
    "task": "to by done_by",
    "trust": "person topic kind by",
    "watch": "why owner made_by ended_by",
}
"""Ids and names of staff, and words of theirs in which no name of the public belongs: ``forget`` names those that hold one.
(Why a mention was closed is a note of staff, and goes with that note.)
"""
NOBODYS: Mapping[str, str] = {
    "account": "name cursor trouble slowed",
    "addition": "native_id",
    "arrival": "account native_id",
    "calendar_feed": "trouble",
    "card": "chat channel message",
    "chain": "subject head",
    "claim_of_right": "id kind due_on last_on outcome told",
    "context": "of_post native_id",
    "counter": "name",
    "cover_request": "id role",
    "delivery": "id key kind lane state target holder remote_id place",
    "earlier_text": "native_id",
    "early": "account native_id answers url",
    "event": "subject action digests hash",
    "handled": "key",
    "handover": "id role state facts ping",
    "hiding": "id native_id rule state",
    "kept": "id",
    "mention": "account network native_id conversation language kind state priority topic flags channel watch",
    "ping": "id kind role",
    "remembered": "chat name",
    "reply": "id account state native_id url audience first_id drawn_from",
    "reply_media": "id reply media_type digest",
    "rota_link": "digest",
    "rota_override": "id role",
    "rota_plan": "seed",
    "saved": "words_salt topic begun_from",
    "seal": "body hash",
    "secret": "name sealed",
    "switch": "name",
    "task": "id kind reply outcome",
    "watch": "words tags without accounts channel",
    "watch_day": "day",
    "watch_reader": "account cursor trouble slowed",
}
"""Ours, or what a network calls its posts."""


def named_in(kept: Mapping[str, str], table: Table) -> set[str]:
    """The columns of a table that are named there."""
    return set(kept.get(table.name, "").split())


def of_text(table: Table) -> set[str]:
    """The columns of a table that could hold anybody's words."""
    return {column.name for column in table.c if isinstance(column.type, String | LargeBinary | JSON)}
