"""A relay that is not the one that it says it is, or does not know us: nothing leaves until that is right."""

import shutil
from pathlib import Path

import pytest

from newsletter.sending.models import LetterState
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.certificates import self_signed
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.house import House
from tests.e2e.faults.relay import own_certificate

pytestmark = pytest.mark.e2e

READERS = 20
ACCEPTED, QUEUED = LetterState.ACCEPTED, LetterState.QUEUED
RIGHT, WRONG = b"\0news\0right-password", b"\0news\0another-password"


@pytest.fixture(scope="module")
def secured(make_house: MakeHouse, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A service that demands STARTTLS of a relay which demands a login."""
    made = make_house("sqlite", relay="smtp+tls://news:right-password@localhost")
    certificate, key = own_certificate()
    made.relay.certificate, made.relay.login = (certificate, key), RIGHT
    trusted = tmp_path_factory.mktemp("trusted") / "certificates.pem"
    shutil.copy(certificate, trusted)
    made.start("worker", SSL_CERT_FILE=str(trusted))
    made.start("beat")
    return made


def test_a_wrong_certificate(secured: House, tmp_path: Path):
    secured.relay.certificate = self_signed(tmp_path)
    secured.open_round("certificate", READERS)
    secured.wait_for(lambda: "could not be verified" in secured.logs())
    assert secured.counts("certificate").keys() <= {QUEUED, LetterState.ATTEMPTING}
    assert secured.relay.kept == []
    secured.relay.certificate = own_certificate()
    assert secured.finish("certificate", READERS) == {ACCEPTED: READERS}
    assert_all_accounted_for(secured, "certificate", readers_of("certificate", READERS))


def test_a_wrong_password(secured: House):
    before = len(secured.relay.kept)
    secured.relay.login = WRONG
    secured.open_round("password", READERS)
    secured.wait_for(lambda: "refused the user name or the password" in secured.logs())
    assert len(secured.relay.kept) == before
    secured.relay.login = RIGHT
    assert secured.finish("password", READERS) == {ACCEPTED: READERS}
    assert_all_accounted_for(secured, "password", readers_of("password", READERS))
    assert "right-password" not in secured.logs()
