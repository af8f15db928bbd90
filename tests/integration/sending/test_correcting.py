"""A correction by mail: to exactly those who got the issue, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from newsletter.errors import NotAllowedError
from newsletter.issues.correcting import correct
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Correction, Issue, IssueState
from newsletter.sending.auditing import audit
from newsletter.sending.checking import LEFT, NO_REGION, SUPPRESSED
from newsletter.sending.controlling import cancel, pause, resume
from newsletter.sending.correcting import Reached, mail, reached, round_of
from newsletter.sending.following_up import Follower
from newsletter.sending.freezing import hold_late_waves
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.sending.recovering import recover
from newsletter.sending.rolling_up import roll_up
from newsletter.sending.rounds import close_round, find_round, issues_of
from newsletter.sending.waves import LOOK_AGAIN
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppress
from tests.support.rounds import (
    MADRID,
    MEXICO,
    MINUTE,
    deliver,
    freeze_at,
    mexico_with_readers,
    states,
    the_round,
)
from tests.support.world import make_issue, make_region, make_subscriber

TEXT = "The bridge was opened in 1988, not in 1998."
LATER = MEXICO + timedelta(days=2)  # the week's last window is over


@pytest.fixture
def sent(service):
    """Mexico's letter has gone to five readers."""
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    deliver(service)
    return service


def end_week(service):
    """What the ticks do until the last window is over."""
    service.clock.set(LATER)
    with service.db.writing() as session:
        round = find_round(session, "last")
        round.state, round.ended_at = RoundState.DONE, LATER


def send(service):
    """What a tick and the workers that it calls do for corrections."""
    service.freezer.freeze_due_waves(service.clock.now())
    return deliver(service)


def tick(service, at):
    service.clock.set(at)
    service.ticker.tick().raise_errors()


def wrong(service, ref="MX"):
    """The issue is corrected; the correction's id."""
    with service.db.writing() as session:
        return correct(session, find_issue(session, ref), TEXT, by="Ada", now=service.clock.now()).id


def begin(service, correction_id, seen=None):
    """The id of the round that mails it."""
    with service.db.writing() as session:
        correction = session.get_one(Correction, correction_id)
        seen = reached(session, correction.issue).readers if seen is None else seen
        return mail(session, correction, seen=seen, by="Pia", now=service.clock.now()).id


def of_round(service, round_id):
    with service.db.reading() as session:
        return list(session.scalars(select(Letter).where(Letter.round_id == round_id).order_by(Letter.subscriber_id)))


def audited(service, round_id):
    with service.db.reading() as session:
        return audit(session, session.get_one(Round, round_id), recount=True)


def state_of(service, round_id):
    with service.db.reading() as session:
        return session.get_one(Round, round_id).state


def end_as(service, letter, state):
    with service.db.writing() as session:
        session.execute(update(Letter).where(Letter.id == letter.id).values(state=state, ended_at=MEXICO))


def test_those_who_got_the_issue_get_its_correction_and_nobody_else_does(service, sink):
    with service.db.writing() as session:
        mexico, spain = make_region(session), make_region(session, "ES")
        make_issue(session, mexico, state=IssueState.APPROVED)
        make_issue(session, spain, state=IssueState.APPROVED)
        names = ("accepted", "unknown", "refused", "skipped")
        readers = {name: make_subscriber(session, mexico, address=f"{name}@readers.example").id for name in names}
        make_subscriber(session, spain, mexico, address="both@readers.example")
        make_subscriber(session, spain, address="spain@readers.example")
    freeze_at(service, MEXICO)
    deliver(service)
    with service.db.writing() as session:
        for name, reader in readers.items():
            session.execute(update(Letter).where(Letter.subscriber_id == reader).values(state=LetterState(name)))
        make_subscriber(session, find_issue(session, "MX").region, address="new@readers.example")
    before = len(sink.received)
    correction = wrong(service)
    end_week(service)
    with service.db.reading() as session:
        assert reached(session, find_issue(session, "MX")) == Reached(readers=3, to_come=0, is_over=True)
    round_id = begin(service, correction)
    send(service)
    got = {message.recipient for message in sink.received[before:]}
    assert got == {"accepted@readers.example", "unknown@readers.example", "both@readers.example"}
    assert audited(service, round_id).is_sound
    assert audited(service, round_id).accepted == audited(service, round_id).audience == 3


def test_the_mail_says_what_was_wrong_and_lets_readers_leave(sent, sink):
    correction = wrong(sent)
    end_week(sent)
    begin(sent, correction)
    send(sent)
    message = sink.received[-1].message
    assert message["Subject"] == "Correction: Mexico, No. 1"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"] in message.get_body(("plain",)).get_content()
    for kind in ("plain", "html"):
        content = message.get_body((kind,)).get_content()
        assert TEXT in content
        assert "/regions/MX/issues/1" in content
        assert message["List-Unsubscribe"].split(">")[0].strip("<") in content


def test_its_round_ends_by_itself_and_is_audited(sent):
    correction = wrong(sent)
    end_week(sent)
    round_id = begin(sent, correction)
    send(sent)
    tick(sent, LATER)
    tick(sent, LATER + MINUTE)
    assert state_of(sent, round_id) is RoundState.DONE
    with sent.db.reading() as session:
        assert session.get_one(Round, round_id).audited_at is not None


def test_a_week_goes_by_its_own_round_whatever_is_corrected(sent):
    """Neither are drafts of the week held when the correction ends, nor is its round taken for that of the week."""
    correction = wrong(sent)
    week = the_round(sent).id
    end_week(sent)
    round_id = begin(sent, correction)
    with sent.db.writing() as session:
        make_issue(session, make_region(session, "ES"))
    send(sent)
    with sent.db.writing() as session:
        ended = close_round(session, round_id, LATER)
        assert ended is not None
        assert issues_of(session, ended, IssueState.DRAFT) == hold_late_waves(session, LATER) == []
        assert find_round(session, str(round_id)).id == round_id
    assert the_round(sent).id == week


def test_a_correction_is_mailed_once(sent):
    correction = wrong(sent)
    end_week(sent)
    begin(sent, correction)
    with pytest.raises(NotAllowedError, match="mailed already"):
        begin(sent, correction)


def test_two_who_press_at_once_mail_it_once(sent):
    correction = wrong(sent)
    end_week(sent)

    def press(_):
        try:
            return begin(sent, correction, 5)
        except NotAllowedError:
            return None

    with ThreadPoolExecutor(4) as pool:
        rounds = [found for found in pool.map(press, range(4)) if found]
    assert len(rounds) == 1


def test_whoever_was_shown_another_number_has_to_look_again(sent):
    correction = wrong(sent)
    end_week(sent)
    for seen in (4, 6):
        with pytest.raises(NotAllowedError, match="5 readers have got MX/2026-W20"):
            begin(sent, correction, seen)


def test_nobody_is_mailed_about_an_issue_that_nobody_got(service):
    mexico_with_readers(service, 2)
    freeze_at(service, MEXICO)
    correction = wrong(service)
    with pytest.raises(NotAllowedError, match="Nobody has got"):
        begin(service, correction)


def test_whoever_has_left_or_is_suppressed_gets_no_correction(sent, sink):
    correction = wrong(sent)
    end_week(sent)
    with sent.db.writing() as session:
        left, gone, region, erased, _ = session.scalars(select(Subscriber).order_by(Subscriber.id)).all()
        left.state = SubscriberState.LEFT
        suppress(session, gone.normalised, "asked", sent.secret_keys, LATER)
        session.delete(session.scalars(select(Subscription).where(Subscription.subscriber_id == region.id)).one())
        session.delete(erased)
    before = len(sink.received)
    round_id = begin(sent, correction)
    send(sent)
    assert len(sink.received) == before + 1
    assert [letter.reply_text for letter in of_round(sent, round_id)[:4]] == [LEFT, SUPPRESSED, NO_REGION, LEFT]
    assert audited(sent, round_id).is_sound


def test_readers_who_get_the_issue_later_get_the_correction_later(service, sink):
    """Whoever finds the mistake at breakfast in Madrid does not wait for Mexico to have its letters."""
    with service.db.writing() as session:
        region = make_region(session)
        make_issue(session, region, state=IssueState.APPROVED)
        make_subscriber(session, region, address="madrid@readers.example", time_zone="Europe/Madrid")
        make_subscriber(session, region, address="mexico@readers.example")
    freeze_at(service, MADRID)
    deliver(service)
    round_id = begin(service, wrong(service), 1)
    send(service)
    assert len(of_round(service, round_id)) == 1
    for at in (MEXICO, MEXICO + LOOK_AGAIN):
        service.clock.set(at)
        send(service)
    with service.db.writing() as session:
        assert close_round(session, round_id, service.clock.now()) is None
    assert [message.recipient for message in sink.received] == [
        *("madrid@readers.example", "madrid@readers.example"),
        *("mexico@readers.example", "mexico@readers.example"),
    ]
    end_week(service)
    assert service.freezer.freeze_round(round_id, LATER) == 0
    with service.db.writing() as session:
        assert close_round(session, round_id, LATER) is not None
    assert audited(service, round_id).accepted == 2


def test_pages_that_are_broken_off_or_done_twice_leave_nobody_out_and_nobody_twice(sent):
    correction = wrong(sent)
    end_week(sent)
    round_id = begin(sent, correction)
    follower = Follower(sent.db, batch_size=2, page=2)
    assert follower.freeze_due(LATER, seconds=0) == 2
    assert follower.is_behind(LATER)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: Follower(sent.db, batch_size=2, page=2).freeze_due(LATER), range(3)))
    assert follower.freeze_due(LATER) == follower.freeze_anew(round_id, LATER) == 0
    assert not follower.is_behind(LATER)
    assert len(of_round(sent, round_id)) == audited(sent, round_id).audience == 5


def test_a_worker_that_dies_with_corrections_leaves_as_much_as_with_letters(sent):
    correction = wrong(sent)
    end_week(sent)
    round_id = begin(sent, correction)
    sent.freezer.freeze_due_waves(LATER)
    claimed, marker = sent.deliverer._claim(FakeTurn(sent))
    marker.offering(claimed.letters[0].id)
    sent.marks.flush()
    with sent.db.writing() as session:
        later = sent.deliverer.desk.wall.now() + timedelta(minutes=5)
        assert len(recover(session, sent.marks, LATER, later)) == 1
    deliver(sent)
    found = audited(sent, round_id)
    assert (found.unknown, found.accepted, found.is_sound) == (1, 4, True)


class FakeTurn:
    """What a deliverer asks before it claims."""

    def __init__(self, service):
        self._relays = service.relays

    def relays(self):
        return self._relays.in_turn()


def test_a_correction_is_paused_resumed_and_cancelled_like_any_round(sent, sink):
    correction = wrong(sent)
    end_week(sent)
    round_id = begin(sent, correction)
    sent.freezer.freeze_due_waves(LATER)
    with sent.db.writing() as session:
        pause(session, session.get_one(Round, round_id), by="Pia", now=LATER)
    before = len(sink.received)
    assert deliver(sent) == 0
    with sent.db.writing() as session:
        resume(session, session.get_one(Round, round_id), by="Pia", now=LATER)
        cancel(session, session.get_one(Round, round_id), by="Pia", now=LATER)
    deliver(sent)
    assert len(sink.received) == before
    assert audited(sent, round_id).skipped == 5
    assert states(sent)[LetterState.ACCEPTED] == 5


def test_nobody_is_mailed_by_guess_once_the_letters_are_rolled_up(sent):
    end_week(sent)
    with sent.db.writing() as session:
        assert roll_up(session, LATER + timedelta(days=900), timedelta(days=400)) == 5
        session.execute(update(Issue).values(state=IssueState.OUT))
    correction = wrong(sent)
    with pytest.raises(NotAllowedError, match="rolled up"):
        begin(sent, correction, 5)
    with sent.db.reading() as session:
        assert round_of(session, session.get_one(Correction, correction)) is None
