"""Readers whose local part is beyond ASCII: told to relays that can hear it, and refused alone by others."""

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.issues.models import IssueState
from newsletter.sending.confirming import answer_wish
from newsletter.sending.models import LetterState, Notice, NoticeState
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.joining import join
from tests.support.messages import assert_is_well_formed, parsed
from tests.support.rounds import MEXICO, deliver, freeze_at, letters
from tests.support.smtp import SmtpSink
from tests.support.world import NOW, make_issue, make_region, make_subscriber

ASA, USER = "åsa@readers.example", "用户@xn--r8jz45g.example"
PLAIN = ["ann@readers.example", "ben@xn--bcher-kva.example", "zoe@readers.example"]


def freeze(service: Service) -> None:
    with service.db.writing() as session:
        region = make_region(session)
        make_issue(session, region, state=IssueState.APPROVED)
        for address in [PLAIN[0], ASA, PLAIN[1], USER, PLAIN[2]]:
            make_subscriber(session, region, address=address)
    freeze_at(service, MEXICO)


def ask(service: Service, address: str) -> Notice:
    with service.db.writing() as session:
        make_region(session)
        joined = join(session, address, ["MX"], language="en", time_zone="UTC", way=Way.PAGE, now=NOW)
        answer_wish(session, joined, NOW)
    service.mailroom.send_due_notices()
    with service.db.reading() as session:
        return session.scalars(select(Notice)).one()


@pytest.fixture
def hearing_sink(sink: SmtpSink) -> SmtpSink:
    sink.offers = ("PIPELINING", "SMTPUTF8")
    return sink


def test_a_relay_that_offers_smtputf8_is_given_all_of_them(service: Service, hearing_sink: SmtpSink):
    freeze(service)
    deliver(service)
    assert sorted(hearing_sink.recipients) == sorted([*PLAIN, ASA, USER])
    for mail in hearing_sink.received:
        assert parsed(mail.data)["To"] == mail.recipient
        assert_is_well_formed(mail.data)
        assert mail.data.isascii() == mail.recipient.isascii()


def test_a_relay_without_it_refuses_these_letters_alone_with_a_sentence(service: Service, sink: SmtpSink):
    freeze(service)
    deliver(service)
    assert sorted(sink.recipients) == sorted(PLAIN)
    refused = [letter for letter in letters(service) if letter.state is LetterState.REFUSED]
    assert [letter.reply_text for letter in refused] == [
        "This address needs SMTPUTF8, which the relay does not offer."
    ] * 2
    assert sink.commands["RCPT"] == 3  # nothing was said of them


def test_a_confirmation_is_carried_where_it_can_be(service: Service, hearing_sink: SmtpSink):
    assert ask(service, "Åsa@Readers.example").state is NoticeState.ACCEPTED
    assert hearing_sink.recipients == ["Åsa@readers.example"]


def test_a_confirmation_that_cannot_be_carried_says_why(service: Service, sink: SmtpSink):
    notice = ask(service, ASA)
    assert notice.state is NoticeState.SKIPPED
    assert "SMTPUTF8" in notice.reply_text
    assert sink.received == []
