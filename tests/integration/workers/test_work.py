"""The work itself, without Celery."""

import pytest

from newsletter import work
from newsletter.stories import refreshing
from newsletter.stories.refreshing import Refreshed, RefreshOutcome
from tests.support.rounds import MEXICO, mexico_with_readers, states
from tests.support.world import NOW, make_source


@pytest.fixture
def asked(monkeypatch):
    """The sources that were asked, instead of the network."""
    ids = []

    def refresh(_db, _fetcher, source_id, _now, *, only_if_due):
        assert only_if_due
        ids.append(source_id)
        return Refreshed(source_id, RefreshOutcome.READ, new=1)

    monkeypatch.setattr(refreshing, "refresh", refresh)
    return ids


def test_every_source_that_is_due_is_asked(service, asked):
    with service.db.writing() as session:
        due = [make_source(session, due_at=NOW).id for _ in range(5)]
    assert work.refresh_sources(service)
    assert sorted(asked) == due


def test_a_source_that_another_worker_is_asking_is_left_to_it(service, asked, redis_client):
    with service.db.writing() as session:
        one, two = (make_source(session, due_at=NOW).id for _ in range(2))
    redis_client.set(f"newsletter:refreshing:{one}", 1)
    work.refresh_sources(service)
    assert asked == [two]


def test_a_worker_that_is_to_stop_asks_no_other_source(service, asked):
    with service.db.writing() as session:
        make_source(session, due_at=NOW)
    assert not work.refresh_sources(service, is_stopping=lambda: True)
    assert not work.refresh_sources(service, seconds=0)
    assert asked == []


def test_a_tick_is_remembered(service):
    assert work.last_tick(service) is None
    work.tick(service)
    assert work.last_tick(service) is not None


def test_one_tick_by_hand_sends_what_is_due(service, asked, sink):
    mexico_with_readers(service, 3)
    service.clock.set(MEXICO)
    work.tick(service).raise_errors()
    work.answer_doorbells(service)
    assert len(sink.received) == sum(states(service).values()) == 3
