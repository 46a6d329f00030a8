"""What Entra's refusals mean, and who must do what: error and AADSTS numbers → one of our own errors.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from collections.abc import Collection
from datetime import timedelta

from bot.errors import OutsideError, SignInAgain, TryLater

A_MINUTE = timedelta(minutes=1)
NOT_CONSENTED = {65001, 65004, 90008, 90094, 90095, 650056, 650057}
NO_SUCH_SERVICE = {500011, 650051, 650052}
NOT_PUBLIC = {7000218, 7000215, 700025}
NO_SUCH_APP = {700016, 90013, 9002326}
NO_SUCH_TENANT = {90002, 900023, 50059, 900144}
CLOSED = {50057, 50034, 51004}
NOT_ALLOWED = {53000, 53001, 53002, 53003, 53004, 530032, 530034, 50105}
WRONG_USER = {50020, 500212}
BUSY = {90033, 90036, 50196, 90055, 700024}
COME_AGAIN = "Microsoft Entra asks us to come again later"
APP = "Entra › App registrations › your app"


def refusal(error: str, codes: Collection[int], status: int, command: str) -> OutsideError:
    """What to do about it; ``command`` signs in anew. Entra's own words are left out: they may name people."""
    if status == 429 or status >= 500 or error in ("temporarily_unavailable", "server_error") or BUSY.intersection(codes):
        return TryLater(COME_AGAIN, A_MINUTE)
    number = f" (AADSTS{min(codes)})" if codes else ""
    return SignInAgain(meaning(error, codes, command) + number)


def meaning(error: str, codes: Collection[int], command: str) -> str:
    """Who must do what."""
    for numbers, sentence in (
        (
            NOT_CONSENTED,
            "nobody has agreed that the app may use Viva Engage, or that was taken back: an Entra administrator opens "
            f"{APP} › API permissions, adds Yammer › access_as_user (delegated), and presses Grant admin consent; "
            f"then run `{command}`",
        ),
        (
            NO_SUCH_SERVICE,
            "this directory has no Viva Engage (Yammer) that the app could use: an Entra administrator sees that Viva "
            f"Engage is licensed and switched on here, and presses Grant admin consent at {APP} › API permissions; "
            f"then run `{command}`",
        ),
        (NOT_PUBLIC, f"the app lets nobody sign in by a code: {APP} › Authentication, switch on Allow public client flows"),
        (NO_SUCH_APP, "Entra has no such app in this directory: mend client_id or tenant in the settings"),
        (NO_SUCH_TENANT, "Entra does not know this directory: mend tenant in the settings"),
        (CLOSED, f"the service user's account is closed in Entra: have it opened, then run `{command}`"),
        (WRONG_USER, f"that account is of another directory: run `{command}` and sign in as the service user"),
        (
            NOT_ALLOWED,
            "a rule of your directory (Conditional Access) keeps the service user out from here: an Entra administrator "
            f"excepts it or this machine, then run `{command}`",
        ),
    ):
        if numbers.intersection(codes):
            return sentence
    return BY_NAME.get(error, "Entra takes the sign-in of the service user no more: run `{command}`").format(command=command)


BY_NAME = {
    "authorization_declined": "somebody pressed Cancel where the code is entered: run `{command}` again when you are ready",
    "access_denied": "somebody pressed Cancel where the code is entered: run `{command}` again when you are ready",
    "expired_token": "the code was not used in time: run `{command}` again for a new one",
    "code_expired": "the code was not used in time: run `{command}` again for a new one",
    "unauthorized_client": f"the app may not be used like this: {APP} › Authentication, switch on Allow public client flows",
    "invalid_client": f"the app may not be used like this: {APP} › Authentication, switch on Allow public client flows",
    "invalid_scope": "the app may not use Yammer › access_as_user: an Entra administrator adds it, then run `{command}`",
}
