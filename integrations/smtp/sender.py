"""A mail server: one connection for each e-mail, encrypted before anything is said. Honours SSL_CERT_FILE."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Clock, Found, Message, NotFound, Way
from integrations.http import Http
from integrations.smtp.settings import SmtpSettings

EACH = 10.0
"""Seconds for one answer of the server."""
ALL = 30.0
"""Seconds for an e-mail: shorter than the lease of whoever sends it."""
WIRE = SMTP.clone(cte_type="7bit")
"""Every server takes seven bits."""
SIGN_IN = "The mail server does not accept the name and password. Put new ones into smtp.username and smtp.password."
NO_SIGN_IN = "The mail server takes no sign-in here. Look at smtp.port, or leave smtp.username and smtp.password out."
NO_TLS = 'The mail server offers no encryption. Look at smtp.port, or set smtp.security to "tls".'
NOT_TRUSTED = "The mail server's certificate is not trusted. Look at smtp.host; SSL_CERT_FILE may name an authority."


def build(section: SmtpSettings, *, http: Http, clock: Clock) -> Sequence["Smtp"]:  # noqa: ARG001 - others call by HTTP
    """The one way it has."""
    return [Smtp(section, clock)]


class Smtp:
    """Sends e-mails. A repeat carries the same Message-ID, by which most mailboxes show it only once."""

    name = "smtp"
    way = Way.EMAIL

    def __init__(self, section: SmtpSettings, clock: Clock, *, each: float = EACH) -> None:
        self.section, self.clock, self.each = section, clock, each

    async def send(self, message: Message) -> str:
        """Hand it to the server; returns the Message-ID. Until the words themselves are sent, a failure is a definite no."""
        written = self.letter(message)
        async with self.connected() as server:
            with meant(before_words=True):
                await server.mail(self.section.sender)
                await server.rcpt(message.to)
            with meant(before_words=False):
                await server.data(written.as_bytes(policy=WIRE))
        return str(written["Message-ID"])

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:  # noqa: ARG002 - nothing can be asked
        """A mail server keeps nothing to look in."""
        return NotFound.CANNOT_TELL

    async def check(self) -> Sequence[str]:
        """Whether it can be reached and signed in to, and takes e-mails from our address. Sends nothing."""
        try:
            async with self.connected() as server:
                with meant(before_words=True):
                    await server.mail(self.section.sender)
                    await server.rset()
        except OutsideError as error:
            return (f"smtp: {error}",)
        return ()

    def letter(self, message: Message) -> EmailMessage:
        """The e-mail as it is sent: machines are told not to answer it (RFC 3834)."""
        letter = EmailMessage(policy=WIRE)
        letter["From"], letter["To"], letter["Subject"] = self.section.sender, message.to, " ".join(message.subject.split())
        letter["Date"] = format_datetime(self.clock.now())
        letter["Message-ID"] = f"<{message.key}@{self.section.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """The server, encrypted and signed in to. Nothing that goes wrong before the words are sent leaves a doubt."""
        at_once = self.section.security == "tls"
        server = aiosmtplib.SMTP(
            hostname=self.section.host,
            port=self.section.port,
            timeout=self.each,
            use_tls=at_once,
            start_tls=False,
            tls_context=self.trust() if at_once else None,
        )
        try:
            async with asyncio.timeout(ALL):
                with meant(before_words=True):
                    await server.connect()
                    await self.enter(server)
                yield server
                with suppress(aiosmtplib.SMTPException, OSError):
                    await server.quit()
        except TimeoutError as error:
            raise Unsure("The mail server took too long.") from error
        finally:
            server.close()

    async def enter(self, server: aiosmtplib.SMTP) -> None:
        """Encrypt the line if it is open, then sign in. Raises SignInAgain when the server offers neither."""
        await server.ehlo()
        if self.section.security == "starttls":
            if not server.supports_extension("starttls"):
                raise SignInAgain(NO_TLS)
            await server.starttls(tls_context=self.trust())
            await server.ehlo()
        if self.section.password:
            if not server.supported_auth_methods:
                raise SignInAgain(NO_SIGN_IN)
            await server.login(self.section.username, self.section.password.get_secret_value())

    def trust(self) -> ssl.SSLContext:
        """The authorities this machine trusts, or those of SSL_CERT_FILE."""
        return ssl.create_default_context()


@contextmanager
def meant(*, before_words: bool) -> Iterator[None]:
    """What goes wrong, as an OutsideError. ``before_words``: the e-mail itself has not been sent."""
    try:
        yield
    except aiosmtplib.SMTPAuthenticationError as error:
        raise SignInAgain(SIGN_IN) if error.code >= 500 else later(error.code) from error
    except aiosmtplib.SMTPResponseException as error:
        raise answer_meant(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError) or isinstance(error, ssl.SSLCertVerificationError):
            raise SignInAgain(NOT_TRUSTED) from error
        if before_words:
            raise TryLater(f"The mail server cannot be used now ({type(error).__name__}).") from error
        raise Unsure(f"The mail server did not say whether it has the e-mail ({type(error).__name__}).") from error


def answer_meant(error: aiosmtplib.SMTPResponseException) -> OutsideError:
    """4xx is later and 5xx is no (RFC 5321); the server's own words may hold the address."""
    match error:
        case _ if error.code < 500:
            return later(error.code)
        case _ if error.code == 530:
            return SignInAgain(SIGN_IN)
        case aiosmtplib.SMTPRecipientRefused():
            return Refused(
                f"The mail server takes nothing for that address ({error.code}). Mend it under [[people]] in the settings."
            )
        case aiosmtplib.SMTPSenderRefused():
            return SignInAgain(f"The mail server takes nothing from our address ({error.code}). Look at smtp.sender.")
        case _:
            return Refused(f"The mail server refused the e-mail ({error.code}).")


def later(code: int) -> TryLater:
    """The server asks for another try."""
    return TryLater(f"The mail server asks for patience ({code}).")
