"""Encryption and login against a real server with certificates of a made-up authority."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.settings import Settings
from notifications.mail_server import MailServer, mail_server
from notifications.smtp_pool import Courier
from notifications.smtp_replies import Delivery, Outcome, SmtpFault
from tests.notifications.test_smtp_pool import MESSAGE, Answers

PASSWORD = "mật-khẩu-1"


@dataclass(frozen=True)
class Authority:
    """A certificate authority, and the certificate it gave to the server at 127.0.0.1 (or another)."""

    ca_file: Path
    context: ssl.SSLContext


def authority(folder: Path, host: str = "127.0.0.1", days: int = 30) -> Authority:
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority of {folder.name}")])
    ca = _certificate(name, name, ca_key.public_key(), days, x509.BasicConstraints(True, 0)).sign(
        ca_key, hashes.SHA256()
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    given = _certificate(subject, name, key.public_key(), days, names).sign(ca_key, hashes.SHA256())
    folder.mkdir(exist_ok=True)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(private + given.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return Authority(folder / "ca.pem", context)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    days: int,
    extension: x509.ExtensionType,
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
        .add_extension(extension, critical=False)
    )


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("trusted"))


@asynccontextmanager
async def serving(
    handler: Answers, context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", 0, ssl=context
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def delivered(handler: Answers, options: dict[str, Any], **wanted: Any) -> Delivery:
    async def run() -> Delivery:
        async with serving(handler, **options) as port:
            server = MailServer(host="127.0.0.1", port=port, timeout=2, **wanted)
            async with Courier(server) as courier:
                return await courier.deliver("a@x.example", "b@x.example", MESSAGE)

    return asyncio.run(run())


def listening(security: str, context: ssl.SSLContext) -> dict[str, Any]:
    """What makes the server speak TLS from the start, or on request."""
    if security == "tls":
        return {"context": context}
    return {"tls_context": context, "require_starttls": True}


@pytest.mark.parametrize("pipelines", [True, False])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_delivers_over_an_encrypted_connection(trusted: Authority, security: str, pipelines: bool) -> None:
    handler = Answers(pipelines)
    options = listening(security, trusted.context)
    delivery = delivered(handler, options, security=security, ca_file=trusted.ca_file)
    assert (delivery.outcome, handler.taken) == (Outcome.SENT, [MESSAGE])


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("wrong", "host", "days"),
    [
        ("authority", "127.0.0.1", 30),  # signed by somebody we do not know
        ("name", "127.0.0.2", 30),
        ("time", "127.0.0.1", -1),  # run out yesterday
    ],
)
def test_it_sends_nothing_to_a_server_whose_certificate_is_wrong(
    trusted: Authority, tmp_path: Path, security: str, wrong: str, host: str, days: int
) -> None:
    made = authority(tmp_path / "other", host, days)
    ca_file = trusted.ca_file if wrong == "authority" else made.ca_file
    handler = Answers()
    delivery = delivered(handler, listening(security, made.context), security=security, ca_file=ca_file)
    assert (delivery.outcome, handler.taken) == (Outcome.SERVER_DOWN, [])
    assert "certificate" in delivery.said.lower()


def test_without_a_file_of_its_own_the_system_s_authorities_decide(trusted: Authority) -> None:
    handler = Answers()
    assert (
        delivered(handler, listening("tls", trusted.context), security="tls").outcome is Outcome.SERVER_DOWN
    )
    assert handler.taken == []


def lets_in(
    _server: object, _session: object, _envelope: object, _mechanism: str, given: object
) -> AuthResult:
    known = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=known, handled=False)


@pytest.mark.parametrize(
    ("password", "outcome", "fault"),
    [(PASSWORD, Outcome.SENT, None), ("wrong", Outcome.SERVER_DOWN, SmtpFault.SENDER)],
)
def test_it_logs_in_over_tls(
    trusted: Authority, password: str, outcome: Outcome, fault: SmtpFault | None
) -> None:
    options = listening("starttls", trusted.context) | {"authenticator": lets_in, "auth_required": True}
    handler = Answers()
    delivery = delivered(
        handler, options, security="starttls", ca_file=trusted.ca_file, user="dondoc", password=password
    )
    assert (delivery.outcome, delivery.fault, len(handler.taken)) == (outcome, fault, outcome is Outcome.SENT)
    assert password not in delivery.said


def test_the_settings_reach_the_connection(settings: Settings, trusted: Authority) -> None:
    given = {"smtp_host": "mx.example", "smtp_port": 465, "smtp_security": "tls"}
    known = settings.model_copy(update=given | {"smtp_ca_file": trusted.ca_file})

    async def server_of_settings() -> MailServer:
        async with mail_server(known) as server:
            return server

    server = asyncio.run(server_of_settings())
    assert (server.name, server.security, server.ca_file) == ("mx.example:465", "tls", trusted.ca_file)
    assert (server.client().use_tls, server.client().validate_certs) == (True, True)
