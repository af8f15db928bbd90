"""Joining and confirming."""

import threading

import pytest
from sqlalchemy import func, select

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_address, consents
from newsletter.subscribers.joining import Outcome, confirm, join
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from tests.support.world import make_region, make_subscriber

ANA = "ana@readers.example"


def ask(session, clock, *codes, address=ANA, **options):
    options = {"language": "es", "time_zone": "America/Mexico_City", "way": Way.PAGE} | options
    return join(session, address, codes, now=clock.now(), **options)


def regions_of(subscriber):
    return [(s.region.code, s.position, s.confirmed_at is not None) for s in subscriber.subscriptions]


@pytest.fixture(autouse=True)
def three_regions(db):
    with db.writing() as session:
        for code in ("MX", "ES", "FR"):
            make_region(session, code)


def test_one_who_asks_waits_until_they_confirm(db, clock):
    with db.writing() as session:
        joined = ask(session, clock, "MX", "ES", wording="I want the letter.", network_digest="d" * 64)
        assert joined.outcome is Outcome.NEW
    with db.reading() as session:
        ana = by_address(session, ANA)
        assert ana.state is SubscriberState.PENDING
        assert regions_of(ana) == [("MX", 1, False), ("ES", 2, False)]
        [asked] = consents(session, ana)
        assert (asked.act, asked.way, asked.wording, asked.regions, asked.network_digest) == (
            "asked", "page", "I want the letter.", ["MX", "ES"], "d" * 64,
        )  # fmt: skip


def test_their_word_makes_them_a_reader_of_all_they_asked_for(db, clock):
    with db.writing() as session:
        ask(session, clock, "MX", "ES")
    clock.advance(hours=1)
    with db.writing() as session:
        ana = by_address(session, ANA)
        assert [region.code for region in confirm(session, ana, clock.now())] == ["MX", "ES"]
    with db.reading() as session:
        ana = by_address(session, ANA)
        assert (ana.state, ana.confirmed_at) == (SubscriberState.CONFIRMED, clock.now())
        assert regions_of(ana) == [("MX", 1, True), ("ES", 2, True)]
        assert [consent.act for consent in consents(session, ana)] == ["asked", "confirmed"]


def test_confirming_twice_changes_nothing_more(db, clock):
    with db.writing() as session:
        ana = ask(session, clock, "MX").subscriber
        confirm(session, ana, clock.now())
        assert confirm(session, ana, clock.now()) == []
        assert len(consents(session, ana)) == 2


def test_one_who_asks_again_before_confirming_is_one_person_with_all_regions(db, clock):
    with db.writing() as session:
        ask(session, clock, "MX")
        again = ask(session, clock, "ES", "MX", address="ANA@Readers.EXAMPLE")
        assert again.outcome is Outcome.ASKED_AGAIN
        assert regions_of(again.subscriber) == [("MX", 1, False), ("ES", 2, False)]
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1


def test_a_region_asked_for_in_a_readers_name_waits_for_the_readers_word(db, clock):
    with db.writing() as session:
        ana = ask(session, clock, "MX").subscriber
        confirm(session, ana, clock.now())
    with db.writing() as session:
        added = ask(session, clock, "ES", language="ar", time_zone="Asia/Riyadh")
        assert added.outcome is Outcome.ADDED
        assert added.subscriber.state is SubscriberState.CONFIRMED
        assert regions_of(added.subscriber) == [("MX", 1, True), ("ES", 2, False)]
        assert (added.subscriber.language, added.subscriber.time_zone) == ("es", "America/Mexico_City")
        confirm(session, added.subscriber, clock.now())
        assert regions_of(added.subscriber) == [("MX", 1, True), ("ES", 2, True)]


def test_one_who_reads_all_of_it_already_has_nothing_to_confirm(db, clock):
    with db.writing() as session:
        confirm(session, ask(session, clock, "MX").subscriber, clock.now())
        known = ask(session, clock, "MX")
        assert known.outcome is Outcome.KNOWN
        assert len(consents(session, known.subscriber)) == 2


def test_one_who_left_must_confirm_anew_and_nothing_comes_back_by_itself(db, clock):
    with db.writing() as session:
        ana = ask(session, clock, "MX").subscriber
        confirm(session, ana, clock.now())
        leave(session, ana, Way.ONE_CLICK, clock.now())
    with db.writing() as session:
        back = ask(session, clock, "FR")
        assert back.outcome is Outcome.NEW
        assert back.subscriber.state is SubscriberState.PENDING
        assert back.subscriber.confirmed_at is None
        assert back.subscriber.left_at == clock.now()  # until they confirm, they have left
        assert regions_of(back.subscriber) == [("FR", 1, False)]
        confirm(session, back.subscriber, clock.now())
        assert back.subscriber.left_at is None
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 1


def test_an_old_confirmation_does_not_bring_back_one_who_left(db, clock):
    with db.writing() as session:
        ana = ask(session, clock, "MX").subscriber
        confirm(session, ana, clock.now())
        leave(session, ana, Way.PAGE, clock.now())
        with pytest.raises(NotAllowedError, match="subscribe again"):
            confirm(session, ana, clock.now())
        assert ana.state is SubscriberState.LEFT


@pytest.mark.parametrize(
    ("codes", "options", "sentence"),
    [
        ([], {}, "at least one region"),
        (["ZZ"], {}, "no letter for 'ZZ'"),
        (["MX", "off"], {}, "no letter for 'off'"),
        (["x" * 5000], {}, "no letter for"),
        (["MX"], {"address": "ana"}, "not an e-mail address"),
        (["MX"], {"time_zone": "Mars/Olympus"}, "no time zone"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_and_leaves_nothing(db, clock, codes, options, sentence):
    with db.writing() as session:
        make_region(session, "off", active=False)
    with pytest.raises(InvalidInputError, match=sentence) as refusal, db.writing() as session:
        ask(session, clock, *codes, **options)
    assert len(str(refusal.value)) < 300
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_requests_at_the_same_moment_make_one_person(db, clock):
    start = threading.Barrier(6)
    failures = []

    def request(code):
        start.wait()
        try:
            with db.writing() as session:
                ask(session, clock, code)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=request, args=(code,)) for code in ("MX", "ES", "FR") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.reading() as session:
        ana = by_address(session, ANA)
        assert sorted(code for code, _, _ in regions_of(ana)) == ["ES", "FR", "MX"]
        assert sorted(position for _, position, _ in regions_of(ana)) == [1, 2, 3]


def test_others_are_untouched(db, clock):
    with db.writing() as session:
        mexico = make_region(session, "latin-america")
        bo = make_subscriber(session, mexico)
        ask(session, clock, "MX")
        assert regions_of(bo) == [("latin-america", 1, True)]
