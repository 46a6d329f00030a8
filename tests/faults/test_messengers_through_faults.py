"""The same faults between what sends texts and its stand-in: the text arrives, twice only where nobody can know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.duty.contact import Contact
from bot.duty.rota import DutyRole, Plan
from bot.ports import Messenger, Way
from bot.store import schema
from bot.store.duty import pings, ways
from integrations.http import Http
from integrations.notify.sender import Notify
from integrations.notify.settings import NotifySettings
from integrations.sandbox.phone_server import StandInPhone
from integrations.twilio.sender import Twilio
from integrations.twilio.settings import TwilioSettings
from tests.bot.council import Bench, house
from tests.bot.engine.fakes import Office
from tests.faults.proxy import FAULTS, FaultProxy, Line, Reaches
from tests.faults.stages import LONG, Stage, Watched

pytestmark = pytest.mark.slow  # a broken line each

DEV, PHONE = "U0DEV", "+447700900123"
LIMIT = timedelta(seconds=0.3)
CERTAINLY_NOT = ("refuse", "429")
QUICK = ("refuse", "drop the reply", "500", "200 that names nothing")
TABLE = [
    pytest.param(name, fault, marks=() if fault in QUICK else pytest.mark.slow, id=f"{name}: {fault}")
    for name in ("notify", "twilio")
    for fault in FAULTS
]


def messenger(name: str, phone: StandInPhone, url: str, *, http: Http, bench: Bench) -> Messenger:
    """A service, by way of the proxy."""
    if name == "notify":
        section = NotifySettings.model_validate({**phone.notify, "api_url": url})
        return Notify(section, Way.TEXT, http=http, clock=bench.clock)
    return Twilio(TwilioSettings.model_validate({**phone.twilio, "api_url": url}), http)


@asynccontextmanager
async def about_to_text(name: str, bench: Bench, limit: timedelta) -> AsyncIterator[Stage]:
    """A duty officer did not answer in the chat: a text is due."""
    contacts, plan = {DEV: Contact(DEV, PHONE)}, Plan(standing={DutyRole.DUTY: (DEV,)})
    bench.desk.house = house(contacts=contacts, ways={Way.TEXT: timedelta(minutes=3)}, plan=plan)
    async with StandInPhone(bench.clock) as phone, FaultProxy(phone.api_url) as proxy, Http(limit) as http:
        office, watched = Office(bench), Watched(messenger(name, phone, proxy.url, http=http, bench=bench))
        bench.desk.messengers = {Way.TEXT: watched}  # type: ignore[dict-item]  # passes every call on to one
        await bench.arrives()
        asked = pings.Asked("escalation", 1, DEV, "duty", 1, 1, {"what": "ping", "person": DEV})
        await bench.db.write(pings.ask, asked, bench.house, bench.clock.now())
        await office.delivers()
        bench.clock.advance(minutes=3)
        await bench.db.write(ways.take_due, bench.house, bench.clock.now())
        yield Stage(office, proxy, watched, "send", "POST", lambda: len(phone.on(PHONE)))


@pytest.mark.parametrize(("name", "fault"), TABLE)
async def test_whatever_goes_wrong_with_a_call_the_text_arrives_in_time(bench: Bench, name: str, fault: str) -> None:
    is_waited_out = FAULTS[fault].line in (Line.IS_SILENT, Line.CRAWLS)
    limit = LIMIT if is_waited_out else LONG
    async with about_to_text(name, bench, limit) as stage:
        stage.proxy.next(FAULTS[fault], stage.call)
        await stage.office.delivers()
        await stage.proxy.listen()
        await stage.runs_on(seconds=20)
        await stage.proxy.release()
        await stage.runs_on(minutes=2)

        assert stage.watched.first("send") == ("TryLater" if fault in CERTAINLY_NOT else "Unsure")
        assert stage.arrived() == (2 if FAULTS[fault].reaches is Reaches.LATE else 1)
        assert [call for call in stage.watched.calls if call.took > limit + timedelta(seconds=1)] == []
        [row] = await bench.all(schema.delivery, schema.delivery.c.kind == "sms")
        assert row["state"] == "done"
