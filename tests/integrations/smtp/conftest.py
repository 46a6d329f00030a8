"""A real mail server on a loopback port, with a certificate of its own making, that answers as it is told."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.clock import MovableClock
from integrations.smtp.sender import Smtp
from integrations.smtp.settings import SmtpSettings

USER, PASSWORD = "tolbooth", "stand-in-password"


@dataclass
class Mailbox:
    """What the server took, and what it says in the place of yes. ``silent`` takes the words and never answers."""

    letters: list[EmailMessage] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    cut: bool = False
    was_encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self.says.get("DATA", "250 OK")
        if said.startswith("250"):
            letter = message_from_bytes(envelope.content or b"", policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.was_encrypted.append(session.ssl is not None)
        if self.silent:
            await asyncio.sleep(5)
        if self.cut and server.transport:
            server.transport.close()
        return said


@dataclass
class Server:
    """Where it listens, and its mailbox."""

    port: int
    box: Mailbox


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def signs_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
    """Whether the name and password are right."""
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


Serve = Callable[..., Any]


@pytest.fixture
def serve(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Opens a mail server. Its certificate is trusted through SSL_CERT_FILE, unless told otherwise."""

    @asynccontextmanager
    async def opened(security: str = "starttls", *, trusted: bool = True, **more: Any) -> AsyncIterator[Server]:
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        box, how = Mailbox(), {"tls_context": context} if security == "starttls" else {}
        how |= {"hostname": "mail.example", "authenticator": signs_in, "auth_require_tls": security == "starttls"} | more
        loop = asyncio.get_running_loop()
        at_once = context if security == "tls" else None
        server = await loop.create_server(lambda: SMTP(box, loop=loop, **how), "127.0.0.1", 0, ssl=at_once)
        yield Server(server.sockets[0].getsockname()[1], box)
        server.close()
        await server.wait_closed()

    return opened


@pytest.fixture
def smtp(clock: MovableClock) -> Callable[..., Smtp]:
    """What sends e-mails to a server."""

    def made(port: int, *, each: float = 2, **settings: Any) -> Smtp:
        given = {"host": "127.0.0.1", "port": port, "sender": "tolbooth@harrowmere.example"} | settings
        return Smtp(SmtpSettings.model_validate(given), clock, each=each)

    return made
