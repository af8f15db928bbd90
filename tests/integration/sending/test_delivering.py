from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from newsletter.bootstrap import Service
from newsletter.issues.models import Issue, IssueState
from newsletter.rendering.service import Rendering
from newsletter.sending.batches import requeue_deferred
from newsletter.sending.claiming import claim_batch
from newsletter.sending.controlling import cancel, pause, resume
from newsletter.sending.models import Batch, LetterState
from newsletter.sending.pattern_building import PatternBuilder
from newsletter.sending.rounds import find_round
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppress
from tests.support.rounds import (
    HOUR,
    MEXICO,
    MINUTE,
    carried,
    deliver,
    freeze_at,
    letters,
    mexico_with_readers,
    states,
    the_audit,
)
from tests.support.smtp import CLOSE
from tests.support.waiting import eventually
from tests.support.world import make_issue, make_region, make_subscriber

ACCEPTED, REFUSED, DEFERRED, UNKNOWN, SKIPPED, QUEUED = (
    LetterState.ACCEPTED,
    LetterState.REFUSED,
    LetterState.DEFERRED,
    LetterState.UNKNOWN,
    LetterState.SKIPPED,
    LetterState.QUEUED,
)


@pytest.fixture
def frozen(service: Service) -> Service:
    """A round of 25 letters in three batches."""
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO)
    return service


def test_every_reader_gets_their_letter_once(frozen, sink):
    assert deliver(frozen) == 25
    assert states(frozen) == {ACCEPTED: 25}
    assert len(set(sink.recipients)) == len(sink.recipients) == 25
    assert len({mail.message_id for mail in sink.received}) == 25
    audit = the_audit(frozen)
    assert audit.is_sound
    assert audit.audience == audit.accepted == 25
    assert [(issue.region, issue.readers) for issue in audit.issues] == [("MX", 25)]


def test_one_connection_carries_all_batches(frozen, sink):
    deliver(frozen)
    assert sink.connections == 1


def test_delivering_again_sends_nothing(frozen, sink):
    deliver(frozen)
    assert freeze_at(frozen, MEXICO) == 0
    assert deliver(frozen) == 0
    assert len(sink.received) == 25


def test_each_letter_carries_its_own_readers_links(frozen, sink):
    deliver(frozen)
    with frozen.db.reading() as session:
        keys = dict(session.execute(select(Subscriber.address, Subscriber.key)).all())
    for mail in sink.received:
        assert mail.message["To"] == mail.recipient
        assert mail.message["List-Unsubscribe"] == f"<{frozen.links.unsubscribe(keys[mail.recipient])}>"


def test_several_workers_at_once_send_each_letter_once(frozen, sink):
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: deliver(frozen), range(3)))
    assert sum(sent) == 25
    assert sorted(sink.recipients) == sorted(set(sink.recipients))
    assert states(frozen) == {ACCEPTED: 25}


def test_no_more_batches_are_taken_than_there_are_connections(frozen):
    now = frozen.clock.now()
    claims = []
    for _ in range(3):
        with frozen.db.writing() as session:
            claims.append(claim_batch(session, now, now + HOUR, slots={"relay": 2}, keys=frozen.secret_keys))
    assert [claim is not None for claim in claims] == [True, True, False]


def test_a_batch_is_claimed_by_one_of_many(frozen):
    now = frozen.clock.now()

    def claim(_):
        with frozen.db.writing() as session:
            return claim_batch(session, now, now + HOUR, slots={"relay": 20}, keys=frozen.secret_keys)

    with ThreadPoolExecutor(8) as pool:
        claims = [claim for claim in pool.map(claim, range(8)) if claim is not None]
    assert len({claim.lease.batch_id for claim in claims}) == len(claims) == 3
    assert states(frozen) == {LetterState.ATTEMPTING: 25}


# Answers of the relay


def test_a_refusal_ends_a_letter_with_the_relays_words(frozen, sink):
    victim = letters(frozen)[3]
    with frozen.db.reading() as session:
        address = session.get_one(Subscriber, victim.subscriber_id).address
    sink.rule("RCPT", "550 5.1.1 No such user", match=address)
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, REFUSED: 1}
    refused = letters(frozen)[3]
    assert (refused.reply_code, refused.reply_text, refused.attempts) == (550, "5.1.1 No such user", 1)


def test_a_letter_that_is_put_off_is_tried_again_when_it_is_due(frozen, sink):
    sink.rule("RCPT", "451 4.7.1 Greylisted", times=5)
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 20, DEFERRED: 5}
    assert requeue(frozen, MEXICO + MINUTE) == 0
    assert requeue(frozen, MEXICO + 6 * MINUTE) == 5
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 25}
    assert sorted(letter.attempts for letter in letters(frozen)) == [1] * 20 + [2] * 5
    assert len(set(sink.recipients)) == 25


def test_a_letter_that_is_put_off_for_a_day_is_refused(frozen, sink):
    sink.rule("RCPT", "451 4.7.1 Never")
    deliver(frozen)
    requeue(frozen, MEXICO + 24 * HOUR)
    frozen.clock.set(MEXICO + 24 * HOUR)
    deliver(frozen)
    assert states(frozen) == {REFUSED: 25}
    assert {letter.reply_code for letter in letters(frozen)} == {451}


@pytest.mark.parametrize("moment", ["BODY", "ANSWER"])
def test_a_connection_that_ends_before_the_answer_leaves_one_letter_unknown(frozen, sink, moment):
    sink.rule(moment, CLOSE, times=1, after=4)
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, UNKNOWN: 1}
    assert len(set(sink.recipients)) == len(sink.recipients)


def test_a_relay_that_always_hangs_up_is_left_in_peace_after_three_letters(frozen, sink):
    sink.rule("ANSWER", CLOSE)
    deliver(frozen)
    assert states(frozen) == {UNKNOWN: 3, QUEUED: 22}
    assert taken(frozen) == 0


def test_a_letter_at_which_the_relay_hangs_up_does_not_hold_up_the_others(frozen, sink):
    with frozen.db.reading() as session:
        address = session.get_one(Subscriber, letters(frozen)[0].subscriber_id).address
    sink.rule("RCPT", CLOSE, match=address)
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, DEFERRED: 1}


def test_without_a_relay_letters_wait_untouched(frozen, sink):
    sink.rule("CONNECT", "554 5.3.2 Not today")
    assert deliver(frozen) == 0
    assert states(frozen) == {QUEUED: 25}
    assert {letter.attempts for letter in letters(frozen)} == {0}
    sink.rules.clear()
    eventually(lambda: deliver(frozen) == 25)  # after a wait, in which it is left in peace


# Who may not get it after all


def test_whoever_leaves_between_freezing_and_sending_is_skipped(frozen, sink):
    with frozen.db.writing() as session:
        reader = session.scalars(select(Subscriber)).first()
        reader.state = SubscriberState.LEFT
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, SKIPPED: 1}
    assert reader.address not in sink.recipients


def test_whoever_leaves_while_their_batch_is_being_sent_is_skipped(frozen, sink):
    last = letters(frozen)[9]  # of the first batch

    def leave():
        with frozen.db.writing() as session:
            session.execute(
                update(Subscriber).where(Subscriber.id == last.subscriber_id).values(state=SubscriberState.LEFT)
            )

    frozen.deliverer.deliver(seconds=20, is_stopping=after(6, sink, leave))
    assert states(frozen) == {ACCEPTED: 24, SKIPPED: 1}


def test_an_address_that_is_suppressed_while_its_batch_is_being_sent_is_skipped(frozen, sink):
    with frozen.db.reading() as session:
        address = session.get_one(Subscriber, letters(frozen)[9].subscriber_id).address

    def complain():
        with frozen.db.writing() as session:
            suppress(session, address, "complaint", frozen.secret_keys, frozen.clock.now())

    frozen.deliverer.deliver(seconds=20, is_stopping=after(6, sink, complain))
    assert states(frozen) == {ACCEPTED: 24, SKIPPED: 1}
    assert address not in sink.recipients


def test_a_person_who_was_erased_is_skipped(frozen, sink):
    with frozen.db.writing() as session:
        session.delete(session.scalars(select(Subscriber)).first())
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, SKIPPED: 1}
    assert the_audit(frozen).is_sound


def test_a_reader_who_leaves_one_region_gets_the_letter_without_it(service, sink):
    with service.db.writing() as session:
        mexico, spain = make_region(session, "MX"), make_region(session, "ES")
        left, kept = (make_issue(session, region, state=IssueState.APPROVED).items[0] for region in (mexico, spain))
        one = make_subscriber(session, mexico, spain, address="one@readers.example")
        none = make_subscriber(session, mexico, address="none@readers.example")
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        for reader in (one, none):
            ties = select(Subscription).where(Subscription.subscriber_id == reader.id)
            session.delete(session.scalars(ties.where(Subscription.region_id == mexico.id)).one())
    deliver(service)
    assert sink.recipients == ["one@readers.example"]
    assert carried(service)["one@readers.example"] == [["ES"]]
    text = sink.received[0].message.get_body(("plain",)).get_content()
    assert kept.url in text
    assert left.url not in text
    assert states(service) == {ACCEPTED: 1, SKIPPED: 1}


def test_an_address_that_no_mail_can_carry_is_refused_alone(frozen, sink):
    with frozen.db.writing() as session:
        session.scalars(select(Subscriber)).first().address = "a@evil(x)@good.example"
    deliver(frozen)
    assert states(frozen) == {ACCEPTED: 24, REFUSED: 1}


def test_an_edition_that_cannot_be_built_holds_up_only_itself(service, sink, monkeypatch):
    with service.db.writing() as session:
        mexico, spain = make_region(session, "MX"), make_region(session, "ES")
        make_issue(session, mexico, state=IssueState.APPROVED)
        broken = make_issue(session, spain, state=IssueState.APPROVED)
        for _ in range(3):
            make_subscriber(session, mexico)
            make_subscriber(session, spain)
    compose = Rendering.compose

    def fails_for_one(rendering, pieces, language):
        if any(issue.issue_id == broken.id for issue in pieces):
            raise ZeroDivisionError
        return compose(rendering, pieces, language)

    monkeypatch.setattr(Rendering, "compose", fails_for_one)
    freeze_at(service, MEXICO)
    deliver(service)
    assert states(service) == {ACCEPTED: 3, DEFERRED: 3}


def test_editions_that_are_sent_one_after_another_are_built_in_one_step(service, sink, monkeypatch):
    with service.db.writing() as session:
        for code in ("MX", "ES", "CO"):
            region = make_region(session, code)
            make_issue(session, region, state=IssueState.APPROVED)
            make_subscriber(session, region)
    steps = []
    build = PatternBuilder.build

    def noted(builder, session, edition_ids):
        steps.append(len(edition_ids))
        return build(builder, session, edition_ids)

    monkeypatch.setattr(PatternBuilder, "build", noted)
    freeze_at(service, MEXICO)
    deliver(service)
    assert states(service) == {ACCEPTED: 3}
    assert steps == [3]


# A person's hand


def test_a_pause_takes_effect_before_the_next_letter(frozen, sink):
    def stop():
        with frozen.db.writing() as session:
            pause(session, find_round(session, "last"), by="Ada", now=MEXICO)

    frozen.deliverer.deliver(seconds=20, is_stopping=after(4, sink, stop))
    assert len(sink.received) == 4
    assert states(frozen) == {ACCEPTED: 4, QUEUED: 21}
    assert deliver(frozen) == 0
    with frozen.db.writing() as session:
        resume(session, find_round(session, "last"), by="Ada", now=MEXICO)
    assert deliver(frozen) == 21
    assert len(set(sink.recipients)) == 25


def test_a_cancelled_round_sends_nothing_more_and_still_adds_up(frozen, sink):
    def stop():
        with frozen.db.writing() as session:
            cancel(session, find_round(session, "last"), by="Ada", now=MEXICO)

    frozen.deliverer.deliver(seconds=20, is_stopping=after(4, sink, stop))
    frozen.ticker.tick()  # whatever the worker gave back after the cancelling
    assert states(frozen) == {ACCEPTED: 4, SKIPPED: 21}
    assert the_audit(frozen).is_sound
    assert deliver(frozen) == 0


def test_a_worker_that_is_to_stop_hands_back_what_it_has_not_offered(frozen, sink):
    frozen.deliverer.deliver(seconds=20, is_stopping=lambda: len(sink.received) >= 4)
    assert states(frozen) == {ACCEPTED: 4, QUEUED: 21}
    assert taken(frozen) == 0


def test_a_worker_whose_batch_was_taken_over_stops_and_changes_nothing(frozen, sink):
    def take_over():
        with frozen.db.writing() as session:
            session.execute(update(Batch).where(Batch.lease.is_not(None)).values(lease="another"))

    deliverer = frozen.deliverer
    object.__setattr__(deliverer.desk, "lease", timedelta(seconds=0))  # due for renewal at every letter
    deliverer.deliver(seconds=20, is_stopping=after(4, sink, take_over))
    assert len(sink.received) == 4
    assert states(frozen)[LetterState.ATTEMPTING] >= 6
    with frozen.db.reading() as session:
        assert "another" in session.scalars(select(Batch.lease)).all()


def test_the_content_that_was_approved_is_what_is_sent(frozen, sink):
    with frozen.db.writing() as session:
        headline = session.scalars(select(Issue)).one().items[0].headline
    deliver(frozen)
    assert all(headline in mail.message.get_body(("plain",)).get_content() for mail in sink.received)


def after(count, sink, act):
    """A condition that never stops a delivery, and acts once when so many letters have arrived."""
    done = []

    def never():
        if len(sink.received) >= count and not done:
            done.append(True)
            act()
        return False

    return never


def requeue(service, now):
    with service.db.writing() as session:
        return requeue_deferred(session, now, batch_size=10)


def taken(service):
    with service.db.reading() as session:
        return len(session.scalars(select(Batch).where(Batch.lease.is_not(None))).all())
