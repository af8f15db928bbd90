"""Readers over the API: found by an address that stands in no address of ours; looked up, taken off, erased, logged."""

import pytest
from sqlalchemy import func, select

from newsletter.editors.key_models import KeptAnswer
from newsletter.editors.models import LogEntry, Role
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppressed
from tests.conftest import KEY
from tests.integration.web.api.world import READER, make_place

ANA = {"address": READER}
ONCE = {"Idempotency-Key": "one"}


@pytest.fixture
def ask(db, program):
    with db.writing() as session:
        make_place(session, "MX")
    return program(Role.ADMIN)


def state(db):
    with db.reading() as session:
        return session.scalar(select(Subscriber.state).where(Subscriber.normalised == READER))


def actions(db):
    with db.reading() as session:
        entries = session.scalars(select(LogEntry).where(LogEntry.actor.startswith("key ")).order_by(LogEntry.id)).all()
    assert READER not in str([(entry.subject, entry.details) for entry in entries])
    return [entry.action for entry in entries]


def test_a_reader_is_found_with_their_history_and_nothing_of_it_is_kept_by_a_repeated_request(db, ask):
    found = ask("POST", "/readers/find", json=ANA, headers=ONCE)
    assert (found.status_code, found.json()["address"], found.json()["is_suppressed"]) == (200, READER, False)
    with db.reading() as session:
        assert session.scalar(select(func.count(KeptAnswer.id))) == 0
    assert ask("POST", "/readers/find", json={"address": "nobody@readers.example"}).status_code == 404
    assert ask("POST", "/readers/find", json={"address": "no address"}).status_code == 422
    assert actions(db) == ["reader looked up"]


def test_a_reader_is_taken_off_and_erased(db, ask):
    assert ask("POST", "/readers/leave", json=ANA).status_code == 204
    assert state(db) is SubscriberState.LEFT
    assert ask("POST", "/readers/erase", json=ANA).status_code == 204
    assert state(db) is None
    with db.reading() as session:
        assert suppressed(session, [READER], [KEY]) == {READER}
    assert actions(db) == ["reader taken off", "reader erased"]


def test_an_address_is_suppressed_whether_or_not_it_is_a_readers(db, ask):
    for address in (READER, "nobody@readers.example"):
        given = {"address": address, "reason": "asked by letter"}
        assert ask("POST", "/suppressions", json=given).status_code == 204
        with db.reading() as session:
            assert suppressed(session, [address], [KEY]) == {address}
    assert ask("POST", "/suppressions", json={"address": READER, "reason": "  "}).status_code == 422


def test_whoever_is_asked_to_join_is_mailed_and_the_answer_tells_nothing(db, ask):
    answers = [
        ask("POST", "/readers", json={"address": address, "regions": ["MX"]})
        for address in (READER, "new@readers.example")
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {"result": "asked"})] * 2
    with db.reading() as session:
        new = session.scalars(select(Subscriber).where(Subscriber.normalised == "new@readers.example")).one()
    assert new.state is SubscriberState.PENDING
    assert ask("POST", "/readers", json={"address": READER, "regions": ["ZZ"]}).status_code == 422
