"""A stand-in for Microsoft Entra: certificates for loopback, by an authority that is made for one run and thrown away."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY, SERVER = "a stand-in's authority", "a stand-in"


def certified(folder: Path) -> ssl.SSLContext:
    """What to serve with. ``authority.pem`` in the folder is the file to trust; its key is kept nowhere."""
    ours, its = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    formats = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "authority.pem").write_bytes(signed(AUTHORITY, ours, with_key=ours))
    chain = folder / "server.pem"
    chain.write_bytes(its.private_bytes(*formats) + signed(SERVER, its, with_key=ours))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    chain.unlink()
    return context


def signed(subject: str, key: ec.EllipticCurvePrivateKey, *, with_key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate for 127.0.0.1, or for the authority that signs such."""
    now, is_authority = datetime.now(UTC), subject == AUTHORITY
    start = x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(AUTHORITY)).public_key(key.public_key())
    dated = start.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    numbered = dated.serial_number(x509.random_serial_number())
    limited = numbered.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = limited.add_extension(place, critical=False).sign(with_key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def named(name: str) -> x509.Name:
    """A certificate's subject."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
