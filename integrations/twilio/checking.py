"""What about a number at Twilio would keep texts from us."""

from collections.abc import Sequence
from typing import Any

from bot.errors import Refused
from integrations.twilio.client import Client
from integrations.twilio.settings import TwilioAccount


async def number_faults(client: Client, account: TwilioAccount) -> Sequence[str]:
    """Each begins with the setting to look at. Raises OutsideError when Twilio cannot be asked."""
    try:
        given = await client.read("/IncomingPhoneNumbers.json", params={"PhoneNumber": account.number})
    except Refused:
        return ()  # a restricted key may read and send texts, and not look at numbers
    numbers = given.get("incoming_phone_numbers")
    if not isinstance(numbers, list):
        return ()
    ours = next((one for one in numbers if isinstance(one, dict) and one.get("phone_number") == account.number), None)
    if ours is None:
        return ("number: this Twilio account has no such number: copy it from Twilio's console, with its country",)
    return faults_of(ours, account)


def faults_of(number: dict[str, Any], account: TwilioAccount) -> Sequence[str]:
    """What is wrong with a number of ours."""
    able = number.get("capabilities")
    if isinstance(able, dict) and able.get("sms") is False:
        return ("number: it cannot send or take texts: get one that can in Twilio's console",)
    if not account.webhook_url or account.messaging_service:
        return ()
    if number.get("sms_url") != account.webhook_url:
        return (f"webhook_url: Twilio calls another address: put {account.webhook_url} into the number's Messaging setup",)
    if str(number.get("sms_method", "POST")).upper() != "POST":
        return ("webhook_url: Twilio calls it by GET: choose HTTP POST in the number's Messaging setup",)
    return ()
