"""Files in a stand-in Slack: put there by people, looked up by the app, and fetched with its token."""

from aiohttp import web

from integrations.sandbox.slack_call import Call
from integrations.sandbox.slack_gate import Gate, SlackError
from integrations.sandbox.slack_members import StoredFile
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Workspace

LARGEST = 10 << 20
"""What a form takes. https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
ROUTE = "/files-pri/{id}/download/{name}"


def put(world: Workspace, user: str, name: str, content: bytes, *, mimetype: str = "") -> StoredFile:
    """Take a file from somebody. Raises ValueError for one larger than Slack takes in a form."""
    if len(content) > LARGEST:
        raise ValueError("Slack takes files of at most 10 MB in a form")
    stored = StoredFile(f"F0{world.next():08}", name, mimetype or kind_of(name), user, content)
    world.files[stored.id] = stored
    return stored


def kind_of(name: str) -> str:
    """What a file's ending says it is, which is all Slack goes by."""
    endings = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
    return endings.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def file_json(world: Workspace, stored: StoredFile) -> Json:
    """A file as Slack shows it to an app; the address of its content only once all of it is there."""
    about: Json = {"id": stored.id, "name": stored.name, "title": stored.name, "mimetype": stored.mimetype}
    about |= {"filetype": stored.name.rpartition(".")[2].lower(), "user": stored.user, "user_team": world.team_id}
    about |= {"size": len(stored.content), "mode": "hosted", "is_external": False, "is_public": False}
    url = world.address + ROUTE.format(id=f"{world.team_id}-{stored.id}", name=stored.name)
    return about | ({"url_private": url, "url_private_download": url} if stored.is_ready else {}) | stored.told


def files_info(call: Call) -> Json:
    """``files.info``."""
    stored = call.world.files.get(call.text("file"))
    if stored is None:
        raise SlackError("file_not_found")
    if stored.is_deleted:
        raise SlackError("file_deleted")
    return {"file": file_json(call.world, stored)}


def download(world: Workspace, gate: Gate, request: web.Request) -> web.Response:
    """The content, for the app's token with the scope; anybody else is led to a page to sign in at."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if given != gate.bot_token or "files:read" not in gate.scopes:
        return web.Response(status=302, headers={"Location": f"https://{world.domain}.slack.com/?redir=file"})
    stored = world.files.get(request.match_info["id"].rpartition("-")[2])
    if stored is None or stored.is_deleted or not stored.is_ready:
        return web.Response(status=404, text="<!doctype html>", content_type="text/html")
    return web.Response(body=stored.content, content_type=stored.mimetype)
