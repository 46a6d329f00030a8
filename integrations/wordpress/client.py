"""Calls to one site's REST API, and what each of its answers means."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import encode_basic_auth

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import Http, HttpAnswer, of_a_read, wait_asked_for
from integrations.wordpress.settings import WordPressAccount

ROLE = "give the user the role Editor, or make a new application password"
WHY = {"rest_comment_closed": "comments are closed there", "comment_duplicate": "it has this text already"}


class Client:
    """One user of one site."""

    def __init__(self, account: WordPressAccount, http: Http) -> None:
        self.site, self._http, self._me = account.api_url.rstrip("/"), http, 0
        self._headers = {"Authorization": encode_basic_auth(account.user, account.application_password.get_secret_value())}

    async def me(self) -> int:
        """The user's number."""
        if not self._me:
            told = (await self.call("GET", "users/me")).get("id")
            if not isinstance(told, int) or isinstance(told, bool):
                raise TryLater("the site did not say who the user is")
            self._me = told
        return self._me

    async def call(self, method: str, path: str, **how: Any) -> Any:
        """A list when comments are asked for, else an object; or what went wrong."""
        try:
            answer = await self._http.call(method, f"{self.site}/wp-json/wp/v2/{path}", headers=self._headers, **how)
        except Unsure as error:
            raise error if method == "POST" else of_a_read(error, "") from error
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError):
            said = None  # a proxy's page, or what a plugin wrote into the answer
        if 200 <= answer.status < 300 and isinstance(said, list if (method, path) == ("GET", "comments") else dict):
            return said
        raise failure(answer, said if isinstance(said, dict) else {}, creates=method == "POST")


def failure(answer: HttpAnswer, said: Mapping[str, Any], *, creates: bool) -> OutsideError:
    """What an answer that is no yes stands for; the codes are WordPress's own."""
    status, code = answer.status, str(said.get("code"))
    if status == 401 or code.startswith(("rest_forbidden", "rest_cannot")):
        return SignInAgain(f"the site does not let the user do this: {ROLE}")
    if code in {"rest_comment_invalid_id", "rest_comment_invalid_post_id", "rest_already_trashed"}:
        return NotThere("the comment or its article is gone")
    if status == 429 or code == "comment_flood":
        return TryLater("the site asks for patience", wait_asked_for(answer.headers.get("Retry-After")))
    if 300 <= status < 500:
        return Refused(f"the site refused ({status}): {WHY.get(code, 'look at api_url, and at plugins that guard its API')}")
    return (Unsure if creates else TryLater)(f"the site's answer could not be used ({status})")
