"""A stand-in for GOV.UK Notify and Twilio: their refusals, in the shapes they give them."""

from collections.abc import Mapping

from aiohttp import web

NOTIFY: Mapping[str, tuple[int, str, str]] = {
    "bad number": (400, "ValidationError", "phone_number Not a valid UK mobile number"),
    "trial": (400, "BadRequestError", "Can’t send to this recipient when service is in trial mode"),
    "team key": (400, "BadRequestError", "Can’t send to this recipient using a team-only API key"),
}
TWILIO: Mapping[int, tuple[int, str]] = {
    20003: (401, "Authenticate"),
    20429: (429, "Too Many Requests"),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."),
    21606: (400, "The 'From' number is not a valid, SMS-capable inbound phone number."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' phone number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


def by_notify(status: int, error: str, message: str) -> web.Response:
    """A refusal in the shape Notify gives it."""
    return web.json_response({"status_code": status, "errors": [{"error": error, "message": message}]}, status=status)


def by_twilio(code: int, to: str = "") -> web.Response:
    """A refusal in the shape Twilio gives it, which may repeat the number."""
    status, message = TWILIO.get(code, (400, "refused"))
    message = message.format(to=to)
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)
