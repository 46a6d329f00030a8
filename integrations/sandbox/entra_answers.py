"""A stand-in for Microsoft Entra: its tokens and its refusals, in the shapes it gives them."""

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from aiohttp import web

SCOPE = "https://www.yammer.com/access_as_user https://www.yammer.com/.default"
DOMAIN = "harrowmere.gov.uk"


class Refusal(Enum):
    """What a call for a token is refused with: error, AADSTS number, the reason's sentence, and Entra's second word for it.

    https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    """

    PENDING = ("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending.", "")
    CODE_EXPIRED = ("expired_token", 70020, "The provided value for the input parameter 'device_code' is not valid.", "")
    BAD_CODE = ("bad_verification_code", 70018, "Bad verification code received.", "")
    DECLINED = ("authorization_declined", 70016, "The person did not let the app in.", "")
    NO_CONSENT = (
        "invalid_grant",
        65001,
        "The user or administrator has not consented to use the application with ID '{client}'.",
        "consent_required",
    )
    MORE_PROOF = (
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use "
        "multi-factor authentication to access the resource.",
        "basic_action",
    )
    REVOKED = (
        "invalid_grant",
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed "
        "or reset their password.",
        "bad_token",
    )
    TOO_OLD = ("invalid_grant", 700082, "The refresh token has expired due to inactivity.", "bad_token")
    NOT_A_GRANT = ("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.", "")
    NO_SUCH_APP = ("unauthorized_client", 700016, "Application with identifier '{client}' was not found.", "")
    NOT_PUBLIC = (
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        "",
    )
    NO_SUCH_TENANT = ("invalid_tenant", 90002, "Tenant '{tenant}' not found.", "")
    BUSY = ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again.", "")


def refused(why: Refusal, now: datetime, *, client: str, tenant: str) -> web.Response:
    """A refusal; its description ends with what Microsoft's own support asks for."""
    error, number, reason, second = why.value
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    at = f"{now:%Y-%m-%d %H:%M:%S}Z"
    told = f"AADSTS{number}: {reason.format(client=client, tenant=tenant)}"
    body: dict[str, Any] = {
        "error": error,
        "error_description": f"{told} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
        "error_codes": [number],
        "timestamp": at,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={number}",
    }
    status = 401 if error == "invalid_client" else 503 if error == "temporarily_unavailable" else 400
    return web.json_response(body | ({"suberror": second} if second else {}), status=status)


def claims_of(who: str, tenant: str, client: str, now: datetime) -> dict[str, Any]:
    """What an id token says of somebody."""
    person = str(uuid.uuid5(uuid.NAMESPACE_DNS, who))
    return {
        "aud": client,
        "iss": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "name": who.title(),
        "oid": person,
        "sub": f"sub-{person}",
        "preferred_username": f"{who}@{DOMAIN}",
        "tid": tenant,
        "ver": "2.0",
    }


def token(claims: Mapping[str, Any], *, access: str, renewal: str, lasts: timedelta) -> web.Response:
    """A token with all that comes with it."""
    seconds = int(lasts.total_seconds())
    return web.json_response(
        {
            "token_type": "Bearer",
            "scope": SCOPE,
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": access,
            "refresh_token": renewal,
            "id_token": ".".join([packed({"alg": "none", "typ": "JWT"}), packed(claims), "unsigned"]),
            "client_info": packed({"uid": claims["oid"], "utid": claims["tid"]}),
        }
    )


def packed(said: Mapping[str, Any]) -> str:
    """JSON as a JWT has it."""
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
