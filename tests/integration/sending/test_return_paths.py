"""What the relay is told as return path, and which mail a bounce to it would be about."""

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.sending.return_paths import OfLetter, OfNotice
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, mexico_with_readers
from tests.support.smtp import SmtpSink
from tests.support.world import NOW

HELD = {"week": "2026-W20", "reason": "It was late.", "path": "/desk/"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"bounce_domain": "bounces.news.example"})


def test_each_letter_has_a_return_path_of_its_own(service: Service, sink: SmtpSink):
    mexico_with_readers(service, 12)
    freeze_at(service, MEXICO)
    deliver(service)
    named = {service.return_paths.read(mail.sender) for mail in sink.received}
    rows = {OfLetter(letter.round_id, letter.subscriber_id, letter.part) for letter in letters(service)}
    assert named == rows
    assert len(rows) == 12
    assert all(mail.message["From"].addresses[0].domain == "newsletter.example" for mail in sink.received)


def test_a_notice_has_one_as_well(service: Service, sink: SmtpSink):
    with service.db.writing() as session:
        queue_notice(session, NoticeKind.HELD, address="ada@desk.example", language="en", arguments=HELD, now=NOW)
    service.mailroom.send_due_notices()
    with service.db.reading() as session:
        notice = session.scalars(select(Notice)).one()
    assert [service.return_paths.read(mail.sender) for mail in sink.received] == [OfNotice(notice.id)]
