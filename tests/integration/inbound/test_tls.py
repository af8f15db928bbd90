"""Mail that comes in private (STARTTLS), and certificates that change while it does."""

import os
import shutil
import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import SettingsError
from newsletter.feedback.models import InboundMail
from newsletter.inbound.certificate import Certificate
from newsletter.inbound.gate import Gate
from tests.integration.inbound.conftest import Dialogue, bring
from tests.support.inbound import written
from tests.support.smtp import TLS
from tests.support.waiting import eventually

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WEEKLY, ANN = "weekly@news.example", "ann@readers.example"
TRUST = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    shutil.copy(TLS / "certificate.pem", chain)
    shutil.copy(TLS / "key.pem", key)
    return chain, key


def settings(chain: Path | None, key: Path | None) -> Settings:
    return Settings(_env_file=None, inbound_tls_certificate=chain, inbound_tls_key=key)  # type: ignore[call-arg] - pydantic's


@pytest.fixture
def certificate(files: tuple[Path, Path]) -> Certificate:
    found = Certificate.of(settings(*files))
    assert found is not None
    return found


@on_sqlite
def test_a_mail_comes_in_private_and_is_counted_once(db: Database, listen, certificate: Certificate) -> None:
    port, inbound = listen(Gate(of_one=1), certificate=certificate)
    with smtplib.SMTP("localhost", port, timeout=30) as client:
        client.starttls(context=TRUST)
        client.sendmail(ANN, [WEEKLY], written("Question"))
        assert len(inbound.open) == 1
    eventually(lambda: not inbound.open)
    assert bring(port, WEEKLY, written("Another"))[0] == 250  # the place is free again, and nobody has to
    with db.reading() as session:
        assert list(session.scalars(select(InboundMail.subject).order_by(InboundMail.id))) == ["Question", "Another"]


@on_sqlite
def test_without_a_certificate_nothing_is_offered(listen) -> None:
    with smtplib.SMTP("127.0.0.1", listen()[0], timeout=30) as client:
        client.ehlo()
        assert not client.has_extn("starttls")


@on_sqlite
def test_what_was_said_in_the_clear_is_not_taken_for_private(
    db: Database, listen, certificate: Certificate, dialogue: Callable[[int], Dialogue]
) -> None:
    """Commands behind STARTTLS in one piece were put there by somebody between the two (RFC 3207, section 6)."""
    port, _ = listen(certificate=certificate)
    client = dialogue(port)
    client.answer()
    client.say("EHLO mx.readers.example")
    client.socket.sendall(f"STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<{ANN}>\r\nRCPT TO:<{WEEKLY}>\r\n".encode())
    assert client.answer().startswith("220")
    with TRUST.wrap_socket(client.socket, server_hostname="localhost") as private:
        private.sendall(b"DATA\r\n")
        assert private.recv(100).startswith(b"503")  # not even a greeting is known


@on_sqlite
def test_a_handshake_that_fails_costs_only_its_connection(
    listen, certificate: Certificate, dialogue: Callable[[int], Dialogue]
) -> None:
    port, inbound = listen(Gate(of_one=1), certificate=certificate)
    client = dialogue(port)
    client.answer()
    client.say("EHLO mx.readers.example")
    assert client.say("STARTTLS").startswith("220")
    client.socket.sendall(b"this is no handshake\r\n")
    eventually(lambda: not inbound.open)
    assert bring(port, WEEKLY, written("Still here"))[0] == 250


def test_a_renewed_certificate_is_used_and_a_broken_one_is_not(
    certificate: Certificate, files: tuple[Path, Path]
) -> None:
    first = certificate.context()
    assert certificate.context() is first
    os.utime(files[0], (1, 1))
    second = certificate.context()
    assert second not in (None, first)
    files[1].write_text("half a k")
    assert certificate.context() is second


@pytest.mark.parametrize("wrong", ["no key", "no file", "nonsense"])
def test_a_certificate_that_cannot_be_used_is_told_at_the_start(files: tuple[Path, Path], wrong: str) -> None:
    chain, key = files
    if wrong == "no file":
        chain.unlink()
    if wrong == "nonsense":
        key.write_text("nonsense")
    with pytest.raises(SettingsError, match="NEWSLETTER_INBOUND_TLS_CERTIFICATE"):
        Certificate.of(settings(chain, None if wrong == "no key" else key))
