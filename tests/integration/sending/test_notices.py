"""Notices, from the queue to a real SMTP server and back into their rows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsletter.clock import SystemClock
from newsletter.config import load_settings
from newsletter.db import Database
from newsletter.editors.models import Editor, Role
from newsletter.errors import InvalidInputError
from newsletter.issues.models import IssueState
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.rendering.service import Rendering
from newsletter.sending.confirming import answer_wish, ask_to_confirm, offer_preferences
from newsletter.sending.mailroom import Mailroom
from newsletter.sending.models import Notice, NoticeKind, NoticeState
from newsletter.sending.notice_contents import _COMPOSERS, WRITING, NoticeContents
from newsletter.sending.notices import queue_notice, tell_editors
from newsletter.sending.previewing import queue_preview
from newsletter.sending.relay import RelayUnavailableError
from newsletter.sending.relays import Relays
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.joining import confirm, join
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.links import Links, Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.smtp import CLOSE, SmtpSink
from tests.support.world import make_issue, make_region, make_subscriber

ANN = "ann@readers.example"


@pytest.fixture
def mailroom(db: Database, sink: SmtpSink, links: Links, clock: StillClock) -> Mailroom:
    return mailroom_at(db, sink.port, links, clock)


def mailroom_at(db: Database, port: int, links: Links, clock: StillClock, **settings) -> Mailroom:
    chosen = load_settings(relay_url=f"smtp://127.0.0.1:{port}", site_url="https://news.example", **settings)
    contents = NoticeContents(Rendering(chosen, OpinionLinks(["k" * 32], chosen.base_url)), links, chosen)
    return Mailroom(db, Relays.of(chosen), contents, chosen, clock, [KEY], wall=clock)


def ask(db: Database, clock: StillClock, address: str = ANN, *codes: str) -> int:
    """Someone asks on the page for the letter about `codes`, and is answered; the id of the subscriber."""
    with db.writing() as session:
        joined = join(session, address, codes or ("MX",), language="en", time_zone="UTC", way=Way.PAGE, now=clock.now())
        answer_wish(session, joined, clock.now())
        return joined.subscriber.id


def word(db: Database, clock: StillClock, subscriber_id: int) -> None:
    with db.writing() as session:
        confirm(session, session.get_one(Subscriber, subscriber_id), clock.now())


def notices(db: Database) -> list[Notice]:
    with db.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def notice(db: Database) -> Notice:
    [only] = notices(db)
    return only


@pytest.fixture
def mexico(db: Database) -> None:
    with db.writing() as session:
        make_region(session, "MX")
        make_region(session, "ES")


# Confirmations


@pytest.mark.usefixtures("mexico")
def test_a_confirmation_carries_a_link_that_names_the_subscriber(
    db: Database, sink: SmtpSink, mailroom: Mailroom, links: Links, clock: StillClock
) -> None:
    subscriber_id = ask(db, clock)
    assert mailroom.send_due_notices() == 1
    [mail] = sink.of(ANN)
    text = mail.message.get_body(("plain",)).get_content()
    [link] = [line for line in text.splitlines() if line.startswith("https://news.example/confirm/")]
    with db.reading() as session:
        key = session.get_one(Subscriber, subscriber_id).key
    assert links.read(Purpose.CONFIRM, link.rsplit("/", 1)[1], good_for_days=14) == key
    assert "Mexico" in text
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.sender == "weekly@newsletter.example"
    sent = notice(db)
    assert (sent.state, sent.reply_code, sent.attempts, sent.ended_at) == (
        NoticeState.ACCEPTED,
        250,
        1,
        clock.now(),
    )


@pytest.mark.usefixtures("mexico")
def test_asking_twice_in_a_day_sends_one_mail_and_the_next_day_another(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    for _ in range(3):
        ask(db, clock)
        mailroom.send_due_notices()
    assert sink.recipients == [ANN]
    clock.advance(days=1)
    ask(db, clock)
    mailroom.send_due_notices()
    assert sink.recipients == [ANN, ANN]


@pytest.mark.usefixtures("mexico")
def test_a_reader_who_confirmed_may_ask_for_another_region_on_the_same_day(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    subscriber_id = ask(db, clock)
    mailroom.send_due_notices()
    word(db, clock, subscriber_id)
    ask(db, clock, ANN, "ES")
    mailroom.send_due_notices()
    assert len(sink.of(ANN)) == 2
    text = sink.of(ANN)[1].message.get_body(("plain",)).get_content()
    assert "Spain" in text
    assert "Mexico" not in text


@pytest.mark.usefixtures("mexico")
def test_a_reader_who_left_may_come_back_on_the_same_day(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    subscriber_id = ask(db, clock)
    mailroom.send_due_notices()
    word(db, clock, subscriber_id)
    with db.writing() as session:
        leave(session, session.get_one(Subscriber, subscriber_id), Way.PAGE, clock.now())
    ask(db, clock)
    mailroom.send_due_notices()
    assert len(sink.of(ANN)) == 2


@pytest.mark.usefixtures("mexico")
def test_one_who_reads_us_already_gets_the_way_to_their_preferences(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    word(db, clock, ask(db, clock))
    ask(db, clock)
    ask(db, clock)
    mailroom.send_due_notices()
    [mail] = sink.of(ANN)
    assert "https://news.example/p/" in mail.message.get_body(("plain",)).get_content()


@pytest.mark.usefixtures("mexico")
def test_two_requests_at_once_queue_one_mail(db: Database, clock: StillClock) -> None:
    with db.writing() as session:
        region = make_region(session, "PE")
        subscriber_id = make_subscriber(session, region, address=ANN, state=SubscriberState.PENDING).id

    def request(_: int) -> int:
        with db.writing() as session:
            return ask_to_confirm(session, session.get_one(Subscriber, subscriber_id), clock.now()).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(request, range(16)))
    assert len(ids) == 1
    assert len(notices(db)) == 1


@pytest.mark.usefixtures("mexico")
@pytest.mark.parametrize("act", ["confirmed", "left", "erased"])
def test_a_confirmation_that_nobody_waits_for_is_dropped(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock, act: str
) -> None:
    subscriber_id = ask(db, clock)
    with db.writing() as session:
        subscriber = session.get_one(Subscriber, subscriber_id)
        if act == "confirmed":
            confirm(session, subscriber, clock.now())
        elif act == "left":
            leave(session, subscriber, Way.PAGE, clock.now())
        else:
            session.delete(subscriber)
    mailroom.send_due_notices()
    assert sink.received == []
    assert notice(db).state is NoticeState.SKIPPED
    assert notice(db).reply_text


@pytest.mark.usefixtures("mexico")
def test_an_address_that_is_suppressed_after_the_queueing_gets_nothing(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    ask(db, clock)
    with db.writing() as session:
        suppress(session, ANN.upper(), "complaint", [KEY], clock.now())
    mailroom.send_due_notices()
    assert (sink.received, notice(db).state) == ([], NoticeState.SKIPPED)


@pytest.mark.usefixtures("mexico")
def test_preferences_of_one_who_left_meanwhile_are_dropped(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    with db.writing() as session:
        subscriber = make_subscriber(session, make_region(session, "PE"))
        offer_preferences(session, subscriber, clock.now())
        leave(session, subscriber, Way.PAGE, clock.now())
    mailroom.send_due_notices()
    assert (sink.received, notice(db).state) == ([], NoticeState.SKIPPED)


# What the relay says


@pytest.mark.usefixtures("mexico")
def test_a_notice_that_is_put_off_is_tried_again_after_growing_waits(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    sink.rule("RCPT", f"451 4.7.1 <{ANN}>: come back later", times=3)
    ask(db, clock)
    waits = []
    while notice(db).state is not NoticeState.ACCEPTED:
        mailroom.send_due_notices()
        assert mailroom.send_due_notices() == 0
        waits.append(notice(db).due_at - clock.now())
        if notice(db).state is NoticeState.QUEUED:
            assert notice(db).reply_text == "4.7.1 <<address>>: come back later"
            clock.set(notice(db).due_at)
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    assert (notice(db).attempts, notice(db).reply_code, len(sink.received)) == (4, 250, 1)


@pytest.mark.usefixtures("mexico")
def test_a_notice_that_is_put_off_for_too_long_is_refused(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    sink.rule("RCPT", "451 4.7.1 Later")
    ask(db, clock)
    while notice(db).state is NoticeState.QUEUED:
        mailroom.send_due_notices()
        clock.advance(hours=2)
    assert (notice(db).state, notice(db).reply_code) == (NoticeState.REFUSED, 451)
    assert notice(db).ended_at - notice(db).queued_at == timedelta(hours=24)


@pytest.mark.usefixtures("mexico")
def test_a_refused_notice_is_not_tried_again(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    sink.rule("RCPT", "550 5.1.1 No such person")
    ask(db, clock)
    mailroom.send_due_notices()
    clock.advance(days=2)
    assert mailroom.send_due_notices() == 0
    assert (notice(db).state, notice(db).reply_code) == (NoticeState.REFUSED, 550)


@pytest.mark.usefixtures("mexico")
def test_a_notice_whose_answer_was_lost_is_offered_again_with_the_same_message_id(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    sink.rule("ANSWER", CLOSE, times=1)
    ask(db, clock)
    mailroom.send_due_notices()
    assert (notice(db).state, notice(db).reply_code) == (NoticeState.QUEUED, None)
    clock.advance(minutes=1)
    mailroom.send_due_notices()
    first, second = sink.of(ANN)
    assert first.message_id == second.message_id


@pytest.mark.usefixtures("mexico")
def test_a_notice_whose_sender_died_is_taken_over_when_its_lease_is_over(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    ask(db, clock)
    assert mailroom._claim() is not None
    assert mailroom.send_due_notices() == 0
    clock.set(notice(db).due_at)
    assert mailroom.send_due_notices() == 1
    assert sink.recipients == [ANN]


@pytest.mark.usefixtures("mexico")
def test_a_rehearsal_whose_clock_leaps_ahead_takes_no_notice_from_its_sender(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    mailroom = replace(mailroom, wall=SystemClock())
    ask(db, clock)
    assert mailroom._claim() is not None
    clock.advance(days=3650)
    assert mailroom.send_due_notices() == 0


@pytest.mark.usefixtures("mexico")
def test_without_a_relay_notices_wait_and_count_no_attempt(db: Database, links: Links, clock: StillClock) -> None:
    ask(db, clock)
    with pytest.raises(RelayUnavailableError):
        mailroom_at(db, 1, links, clock).send_due_notices()
    assert (notice(db).state, notice(db).attempts) == (NoticeState.QUEUED, 0)


@pytest.mark.usefixtures("mexico")
def test_a_relay_that_goes_away_in_between_costs_no_attempt(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    sink.rule("MAIL", "421 4.3.2 Shutting down", after=1)
    sink.rule("CONNECT", "554 5.3.2 Closed", after=1)
    ask(db, clock, ANN)
    ask(db, clock, "ben@readers.example")
    with pytest.raises(RelayUnavailableError):
        mailroom.send_due_notices()
    assert [(row.state, row.attempts) for row in notices(db)] == [(NoticeState.ACCEPTED, 1), (NoticeState.QUEUED, 0)]


@pytest.mark.usefixtures("mexico")
def test_many_mailrooms_side_by_side_send_each_notice_once(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    addresses = [f"reader{number}@readers.example" for number in range(20)]
    for address in addresses:
        ask(db, clock, address)
    with ThreadPoolExecutor(4) as pool:
        served = list(pool.map(lambda _: mailroom.send_due_notices(), range(4)))
    assert sum(served) == 20
    assert sorted(sink.recipients) == sorted(addresses)


def test_what_cannot_be_mailed_costs_only_itself(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"))
        for address in ("åsa@readers.example", ANN):
            queue_notice(
                session,
                NoticeKind.PREVIEW,
                address=address,
                language="en",
                arguments={"issue": issue.id},
                now=clock.now(),
            )
    mailroom.send_due_notices()
    assert sink.recipients == [ANN]
    assert [row.state for row in notices(db)] == [NoticeState.SKIPPED, NoticeState.ACCEPTED]


# Previews


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_preview_is_the_letter_marked_in_its_subject(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock, language: str
) -> None:
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"))
        headline = issue.items[0].headline
        queued = queue_preview(session, issue, address="Colleague@Bücher.example", language=language, now=clock.now())
    assert mailroom.send_now(queued.id).state is NoticeState.ACCEPTED
    [mail] = sink.of("Colleague@xn--bcher-kva.example")
    assert mail.message["Subject"].startswith("[")
    assert mail.message["List-Unsubscribe"] == "<https://news.example/#preview>"
    for subtype in ("plain", "html"):
        content = mail.message.get_body((subtype,)).get_content()
        assert headline in content
        assert "https://news.example/#preview" in content
        assert "/u/" not in content
        assert "/p/" not in content


def test_previews_are_sent_as_often_as_they_are_asked_for(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"))
        for _ in range(2):
            queue_preview(session, issue, address=ANN, language="en", now=clock.now())
    mailroom.send_due_notices()
    assert len(sink.of(ANN)) == 2
    assert len({mail.message_id for mail in sink.received}) == 2


def test_a_preview_to_what_is_no_address_is_refused_at_once(db: Database, clock: StillClock) -> None:
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"))
        with pytest.raises(InvalidInputError):
            queue_preview(session, issue, address="nobody\r\n@example.com", language="en", now=clock.now())


def test_a_preview_of_an_issue_without_items_is_skipped_with_the_reason(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"), items=0, state=IssueState.SKIPPED)
        queue_preview(session, issue, address=ANN, language="en", now=clock.now())
    mailroom.send_due_notices()
    assert (sink.received, notice(db).state) == ([], NoticeState.SKIPPED)
    assert "nothing to render" in notice(db).reply_text


# Editors


def add_editors(db: Database) -> None:
    with db.writing() as session:
        for name, role, active in [
            ("Ada", Role.EDITOR, True),
            ("Bea", Role.ADMIN, True),
            ("Cal", Role.REPORTER, True),
            ("Dan", Role.EDITOR, False),
        ]:
            session.add(Editor(address=f"{name.lower()}@desk.example", name=name, role=role, active=active))


@pytest.mark.parametrize(
    ("kind", "state", "arguments", "says"),
    [
        (NoticeKind.DRAFTED, IssueState.DRAFT, {}, "Story number"),
        (NoticeKind.THIN, IssueState.SKIPPED, {}, "are needed"),
        (NoticeKind.MISSED, IssueState.DRAFT, {"readers": 12}, "12 readers"),
        (NoticeKind.HELD, IssueState.HELD, {}, "the lawyers"),
    ],
)
def test_those_who_may_edit_are_told_of_an_issue_once(
    db: Database,
    sink: SmtpSink,
    mailroom: Mailroom,
    clock: StillClock,
    kind: NoticeKind,
    state: IssueState,
    arguments: dict,
    says: str,
) -> None:
    add_editors(db)
    with db.writing() as session:
        items = 0 if state is IssueState.SKIPPED else 3
        issue = make_issue(session, make_region(session, "MX"), items=items, state=state, note="For the lawyers.")
        tell_editors(session, kind, issue, clock.now(), **arguments)
        tell_editors(session, kind, issue, clock.now(), **arguments)
    mailroom.send_due_notices()
    assert sink.recipients == ["ada@desk.example", "bea@desk.example"]
    text = sink.received[0].message.get_body(("plain",)).get_content()
    assert says in text
    assert "https://news.example/desk/issues/MX/2026-W20" in text or kind is NoticeKind.THIN


def test_editors_are_told_of_waves_without_an_issue(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock
) -> None:
    add_editors(db)
    with db.writing() as session:
        arguments = {"week": "2026-W20", "reason": "Two waves came too late.", "path": "/desk/rounds/7"}
        tell_editors(session, NoticeKind.HELD, None, clock.now(), about="round 7", **arguments)
    mailroom.send_due_notices()
    text = sink.of("ada@desk.example")[0].message.get_body(("plain",)).get_content()
    assert "Two waves came too late." in text
    assert "https://news.example/desk/rounds/7" in text


@pytest.mark.parametrize("kind", [NoticeKind.DRAFTED, NoticeKind.THIN, NoticeKind.MISSED, NoticeKind.HELD])
def test_editors_are_not_told_what_is_no_longer_so(
    db: Database, sink: SmtpSink, mailroom: Mailroom, clock: StillClock, kind: NoticeKind
) -> None:
    add_editors(db)
    state = {NoticeKind.DRAFTED: IssueState.SKIPPED}.get(kind, IssueState.OUT)
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"), state=state)
        tell_editors(session, kind, issue, clock.now(), readers=1)
    mailroom.send_due_notices()
    assert sink.received == []
    assert {row.state for row in notices(db)} == {NoticeState.SKIPPED}


def test_no_notice_is_left_without_a_way_to_say_it() -> None:
    assert set(_COMPOSERS) == set(NoticeKind) - WRITING


def test_queueing_under_the_same_key_gives_the_notice_that_is_there(db: Database, clock: StillClock) -> None:
    with db.writing() as session:
        arguments = {"kind": NoticeKind.HELD, "address": ANN, "language": "en", "arguments": {}, "now": clock.now()}
        first = queue_notice(session, **arguments, once="a")
        assert queue_notice(session, **arguments, once="a").id == first.id
        assert queue_notice(session, **arguments, once="b").id != first.id
        assert queue_notice(session, **arguments).id != queue_notice(session, **arguments).id
        assert session.scalar(select(func.count()).select_from(Notice)) == 4
