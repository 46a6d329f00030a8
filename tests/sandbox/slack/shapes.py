"""Blocks and views that the tests put on screen."""

from typing import Any


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": label.lower(), "value": "M-1", **more}


def buttons(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": label.lower()}


def asks(label: str, element: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", **(element or {}), "action_id": "value"}
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": element, **more}


def modal(*blocks: dict[str, Any], title: str = "Reply", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def card(version: int, footer: str, *labels: str) -> list[dict[str, Any]]:
    words = [{"type": "text", "text": "Is my <@U0DEV> school *shut*?"}]
    quote = {"type": "rich_text_quote", "elements": words}
    return [
        section("*Priority 1*", block_id=f"card:M-1:{version}:heading"),
        {"type": "rich_text", "block_id": f"card:M-1:{version}:quote", "elements": [quote]},
        {"type": "context", "block_id": f"card:M-1:{version}:footer", "elements": [plain(footer)]},
        buttons(*(button(label) for label in labels)),
    ]
