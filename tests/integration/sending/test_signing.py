"""Signed mails as they come out at the relay, from letters, notices and previews."""

from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.issues.finding import issue as find_issue
from newsletter.sending.dkim import Algorithm
from newsletter.sending.dkim_keys import Key, dns_record, make_key, signer
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.sending.previewing import queue_preview
from tests.support.clocks import StillClock
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers
from tests.support.smtp import SmtpSink
from tests.support.world import NOW

KEY = "k" * 40
DOTS = {
    "week": "2026-W20",
    "reason": ".\r\n..\r\n.hidden\r\n" * 9,
    "path": "/desk/",
}  # which the transport stuffs


@pytest.fixture(params=Algorithm)
def key(request: pytest.FixtureRequest, tmp_path: Path) -> Key:
    return make_key(tmp_path / "key.pem", request.param)


@pytest.fixture
def service(db: Database, clock: StillClock, settings: Settings, key: Key) -> Iterator[Service]:
    clock.set(NOW)
    signs = signer(key, "newsletter.example", "s2026")
    made = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY], signer=signs)
    yield made
    made.redis.close()


def test_letters_notices_and_previews_reach_the_relay_with_a_good_signature(service: Service, sink: SmtpSink, key: Key):
    mexico_with_readers(service, 3)
    with service.db.writing() as session:
        queue_notice(session, NoticeKind.HELD, address="ada@desk.example", language="en", arguments=DOTS, now=NOW)
        queue_preview(session, find_issue(session, "MX"), address="ada@desk.example", language="es", now=NOW)
    service.mailroom.send_due_notices()
    freeze_at(service, MEXICO)
    deliver(service)
    assert len(sink.received) == 5
    record = dns_record(key).encode()
    assert all(dkim.verify(mail.data, dnsfunc=lambda name, timeout=5: record) for mail in sink.received)
    assert all(mail.data.startswith(b"DKIM-Signature:") for mail in sink.received)
