"""A Redis behind TLS: used when its certificate can be trusted, and counted as away when it cannot."""

import ipaddress
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.clock import MovableClock
from bot.settings import CoreSettings
from integrations.redis.peers import build
from tests import servers
from tests.servers import RedisServer

A_WHILE = timedelta(seconds=30)


def named(name: str) -> x509.Name:
    """A certificate's subject."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as a file."""
    formats = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*formats)


def signed(subject: str, key: ec.EllipticCurvePrivateKey, *, by: str, with_key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate for 127.0.0.1, or for whoever signs such."""
    now = datetime.now(UTC)
    start = x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(by)).public_key(key.public_key())
    dated = start.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    numbered = dated.serial_number(x509.random_serial_number())
    limited = numbered.add_extension(x509.BasicConstraints(ca=subject == by, path_length=None), critical=True)
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = limited.add_extension(place, critical=False).sign(with_key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


class TlsRedisServer(RedisServer):
    """A Redis that speaks only TLS, with a certificate of an authority of its own in ``authority``."""

    @property
    def authority(self) -> Path:
        """The file to trust."""
        return self.folder / "authority.pem"

    @property
    def url(self) -> str:
        return f"rediss://127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        ours, its = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.authority.write_bytes(signed("a test's authority", ours, by="a test's authority", with_key=ours))
        (self.folder / "cert.pem").write_bytes(signed("redis", its, by="a test's authority", with_key=ours))
        (self.folder / "key.pem").write_bytes(pem_of(its))
        for path in self.folder.iterdir():
            path.chmod(0o644)

    def command(self) -> Sequence[str]:
        files = [("cert", "cert.pem"), ("key", "key.pem"), ("ca-cert", "authority.pem")]
        tls = [word for option, name in files for word in (f"--tls-{option}-file", str(self.folder / name))]
        plain = [str(word) for word in super().command()]
        plain[plain.index("--port") : plain.index("--port") + 2] = ["--port", "0", "--tls-port", str(self.port)]
        return [*plain, *tls, "--tls-auth-clients", "no"]

    def answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1, ssl_ca_certs=str(self.authority)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


@pytest.fixture
def tls_redis() -> Iterator[TlsRedisServer]:
    """A Redis behind TLS; skips the test where the one installed was built without."""
    try:
        server = TlsRedisServer()
    except servers.NotAvailable as reason:
        pytest.skip(str(reason))
    try:
        server.start()
    except RuntimeError as error:
        server.remove()
        if "tls" in str(error).lower():
            pytest.skip("the Redis here was built without TLS")
        raise
    yield server
    server.remove()


@pytest.mark.parametrize("trusted", [True, False])
async def test_it_is_used_when_its_certificate_can_be_trusted(
    tls_redis: TlsRedisServer, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tls_redis.authority))
    one, other = (build(CoreSettings(redis_url=tls_redis.url), clock=clock) for _ in range(2))

    leases = [await one.lease("poll", A_WHILE), await other.lease("poll", A_WHILE)]
    faults = await one.check()

    assert leases == [True, not trusted]
    assert one.health()["connected"] is trusted
    assert bool(faults) is not trusted
    await one.close()
    await other.close()
