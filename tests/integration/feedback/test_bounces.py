"""What comes back to a signed return path, and what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.editors.service import add_editor
from newsletter.feedback.models import Consequence, FeedbackEvent
from newsletter.feedback.reasons import Reason
from newsletter.feedback.tidying import erase_old
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppressed
from newsletter.subscribers.suspending import return_from_suspension
from tests.conftest import KEY
from tests.integration.feedback.conftest import SentLetter
from tests.support.clocks import StillClock
from tests.support.inbound import DOMAIN, brought, sample
from tests.support.world import NOW, make_region, make_subscriber

HARD, SOFT, OURS = "postfix-no-such-user", "postfix-full-said-as-permanent", "postfix-blocked-by-a-list"


@pytest.fixture
def weeks(db: Database, service: Service, clock: StillClock, sent_letter: SentLetter):
    """Letters of several weeks to one reader; `weeks("H.S")` sends three, of which the first and last come back."""
    with db.writing() as session:
        add_editor(session, "ada@desk.example", name="Ada")
        make_subscriber(session, make_region(session), address="ana@readers.example")

    def send(written: str) -> None:
        for sign in written:
            with db.writing() as session:
                _, path = sent_letter(session, by_address(session, "ana@readers.example"), clock.now())
            clock.advance(hours=1)
            if sign in "HSO":
                with db.writing() as session:
                    name = {"H": HARD, "S": SOFT, "O": OURS}[sign]
                    brought(session, service, path, sample(name) + sign.encode(), sender="")
            clock.advance(days=7, hours=-1)

    return send


def reader_of(db: Database) -> Subscriber:
    with db.reading() as session:
        return by_address(session, "ana@readers.example")


def events(session: Session) -> list[FeedbackEvent]:
    return list(session.scalars(select(FeedbackEvent).order_by(FeedbackEvent.id)))


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("H", SubscriberState.CONFIRMED),
        ("HH", SubscriberState.SUSPENDED),
        ("H.H", SubscriberState.CONFIRMED),  # a delivered issue heals
        ("H..HH", SubscriberState.SUSPENDED),
        ("SSS", SubscriberState.CONFIRMED),  # two weeks
        ("SSSS", SubscriberState.SUSPENDED),
        ("S.S.S", SubscriberState.SUSPENDED),
        ("S...S.S", SubscriberState.CONFIRMED),  # the first is long ago
        ("OOOOO", SubscriberState.CONFIRMED),  # our fault, whatever it costs us
    ],
)
def test_weeks_of_letters_come_to_a_state(weeks, db: Database, written: str, state: SubscriberState) -> None:
    weeks(written)
    assert reader_of(db).state is state


def test_a_suspended_reader_returns_by_themselves_and_starts_from_a_clean_slate(
    weeks, db: Database, clock: StillClock
) -> None:
    weeks("HH")
    assert (reader_of(db).suspended_for, reader_of(db).suspended_at is not None) == (Reason.NO_SUCH_USER, True)
    with db.writing() as session:
        assert return_from_suspension(session, by_address(session, "ana@readers.example"), Way.PREFERENCES, clock.now())
    weeks("H")
    assert reader_of(db).state is SubscriberState.CONFIRMED
    weeks("H")
    assert reader_of(db).state is SubscriberState.SUSPENDED


def test_the_same_report_twice_is_one_event(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock
) -> None:
    with db.writing() as session:
        reader = make_subscriber(session, make_region(session))
        _, path = sent_letter(session, reader, clock.now())
    for _ in range(3):
        with db.writing() as session:
            brought(session, service, path, sample(HARD), sender="")
    with db.reading() as session:
        [event] = events(session)
        assert (event.reason, event.hard, event.code) == (Reason.NO_SUCH_USER, True, "5.1.1")
        assert event.letter_id is not None
        assert "ana" not in event.address_digest


def test_many_reports_of_one_letter_are_one_mail_that_came_back(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock
) -> None:
    """Whoever has one return path cannot suspend its reader by writing to it often."""
    with db.writing() as session:
        reader = make_subscriber(session, make_region(session))
        _, path = sent_letter(session, reader, clock.now())
    for number in range(5):
        with db.writing() as session:
            source = sample(HARD).replace(b"Message-ID: <", b"Message-ID: <%d" % number)
            brought(session, service, path, source, sender="")
    with db.reading() as session:
        assert len(events(session)) == 5
        assert session.get_one(Subscriber, reader.id).state is SubscriberState.CONFIRMED


def test_a_complaint_at_the_return_path_or_that_shows_it_suppresses_at_once(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock
) -> None:
    with db.writing() as session:
        region = make_region(session)
        ann, ben = (make_subscriber(session, region, address=f"{name}@readers.example") for name in ("ann", "ben"))
        paths = [sent_letter(session, reader, clock.now())[1] for reader in (ann, ben)]
        shown = sample("complaint").replace(b"<weekly@newsletter.example>", f"<{paths[1]}>".encode(), 1)
        brought(session, service, paths[0], sample("complaint-redacted"), sender="")
        brought(session, service, f"complaints@{DOMAIN}", shown, sender="feedback@provider.example")
    with db.reading() as session:
        assert suppressed(session, [ann.address, ben.address], [KEY]) == {ann.address, ben.address}
        assert {event.consequence for event in events(session)} == {Consequence.SUPPRESSED}


FORGERIES = {
    "of another service": lambda path: ReturnPaths(["x" * 40], DOMAIN, "").letter(1, 1, 1),
    "with a letter changed": lambda path: path.replace(path[10], "a" if path[10] != "a" else "b", 1),
    "cut short": lambda path: path.partition("@")[0][:-3] + "@" + DOMAIN,
    "without a token": lambda path: f"bounce+@{DOMAIN}",
    "at another domain": lambda path: path.partition("@")[0] + "@elsewhere.example",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_return_path_that_we_did_not_sign_is_no_address_of_ours(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock, forgery: str
) -> None:
    with db.writing() as session:
        _, path = sent_letter(session, make_subscriber(session, make_region(session)), clock.now())
    assert service.reception.recipients.find(path) is not None
    assert service.reception.recipients.find(FORGERIES[forgery](path)) is None


@pytest.mark.parametrize("name", [HARD, "qmail-no-such-user", "exim-no-such-user", "spanish-no-such-user", "complaint"])
def test_a_forged_report_to_any_other_address_of_ours_changes_nothing(
    db: Database, service: Service, name: str
) -> None:
    with db.writing() as session:
        make_subscriber(session, make_region(session), address="ana@readers.example")
        for to in ("weekly@news.example", f"complaints@{DOMAIN}", f"subscribe@{DOMAIN}", f"unsubscribe@{DOMAIN}"):
            brought(session, service, to, sample(name), sender="")
    with db.reading() as session:
        assert events(session) == []
        assert suppressed(session, ["ana@readers.example"], [KEY]) == set()
    assert reader_of(db).state is SubscriberState.CONFIRMED


@pytest.mark.parametrize("name", ["absence-english", "list-mail", "read-receipt", "reader-writes", "success-report"])
def test_what_is_no_bounce_is_none_at_a_return_path_either(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock, name: str
) -> None:
    with db.writing() as session:
        _, path = sent_letter(session, make_subscriber(session, make_region(session)), clock.now())
        brought(session, service, path, sample(name))
    with db.reading() as session:
        assert events(session) == []


def test_our_own_fault_tells_the_editors_once_a_day_for_each_kind(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock
) -> None:
    with db.writing() as session:
        add_editor(session, "ada@desk.example", name="Ada")
        region = make_region(session)
    for name in (OURS, OURS, "spam-verdict"):
        with db.writing() as session:
            _, path = sent_letter(session, make_subscriber(session, region), clock.now())
            brought(session, service, path, sample(name), sender="")
    with db.reading() as session:
        alarms = session.scalars(select(Notice).where(Notice.kind == NoticeKind.ALARM)).all()
    assert sorted(alarm.arguments["reason"].split("“")[1].split("”")[0] for alarm in alarms) == ["blocked", "spam"]
    assert all("ana@readers.example" not in alarm.arguments["reason"] for alarm in alarms)
    clock.advance(days=1)
    with db.writing() as session:
        _, path = sent_letter(session, make_subscriber(session, region), clock.now())
        brought(session, service, path, sample(OURS), sender="")
        assert len(session.scalars(select(Notice).where(Notice.kind == NoticeKind.ALARM)).all()) == 3


def test_the_raw_text_is_kept_for_a_set_time_and_erased_with_its_reader(
    db: Database, service: Service, sent_letter: SentLetter, clock: StillClock
) -> None:
    with db.writing() as session:
        region = make_region(session)
        readers = [make_subscriber(session, region) for _ in range(2)]
        for reader in readers:
            brought(session, service, sent_letter(session, reader, clock.now())[1], sample(SOFT), sender="")
    with db.writing() as session:
        session.delete(session.get_one(Subscriber, readers[1].id))
        session.flush()
        erase_old(session, clock.now(), timedelta(days=180))
        assert [event.raw is not None for event in events(session)] == [True, False]
    clock.advance(days=service.settings.keep_raw_days)
    with db.writing() as session:
        erase_old(session, clock.now(), timedelta(days=180))
        assert [event.raw for event in events(session)] == [None, None]


def test_a_bounce_of_a_letter_that_was_rolled_up_or_whose_reader_is_gone_does_no_harm(
    db: Database, service: Service
) -> None:
    with db.writing() as session:
        for path in (service.return_paths.letter(77, 88, 1), service.return_paths.notice(99)):
            assert brought(session, service, path, sample(HARD), sender="").done == "event: none"


def test_a_bounce_of_a_confirmation_names_its_reader(db: Database, service: Service) -> None:
    with db.writing() as session:
        reader = make_subscriber(session, make_region(session), state=SubscriberState.PENDING)
        notice = Notice(
            kind=NoticeKind.CONFIRM, address=reader.address, language="en", arguments={"subscriber": reader.id},
            queued_at=NOW, due_at=NOW,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        brought(session, service, service.return_paths.notice(notice.id), sample(HARD), sender="")
        [event] = events(session)
        assert (event.subscriber_id, event.notice_id, event.letter_id) == (reader.id, notice.id, None)
