"""The work itself, without Celery."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from newsletter import work
from newsletter.db import Database
from newsletter.editors.service import add_editor
from newsletter.errors import UnavailableError
from newsletter.issues.content import content_hash
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import IssueState
from newsletter.regions.timing import first_and_last_wave
from newsletter.sending.models import Notice, NoticeKind
from newsletter.stories import refreshing
from newsletter.stories.refreshing import Refreshed, RefreshOutcome
from tests.support.feeds import FeedServer, Page
from tests.support.rounds import MEXICO, mexico_with_readers, states
from tests.support.world import NOW, WEEK, make_issue, make_region, make_source


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


def test_a_tick_without_a_database_fails_once_and_not_for_each_step(service):
    away = replace(service, db=Database("postgresql://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(UnavailableError, match="does not answer"):
        work.tick(away)
    assert work.last_tick(service) is None


def test_one_tick_by_hand_sends_what_is_due(service, asked, sink):
    mexico_with_readers(service, 3)
    service.clock.set(MEXICO)
    work.tick(service).raise_errors()
    work.answer_doorbells(service)
    assert len(sink.received) == sum(states(service).values()) == 3


def test_a_story_that_was_withdrawn_after_the_approval_holds_its_issue_and_the_editors_are_told(service, clock):
    service = replace(
        service, settings=service.settings.model_copy(update={"fetch_allow": [ip_network("127.0.0.0/8")]})
    )
    first, _ = first_and_last_wave(WEEK, 4, 7)
    clock.set(first - timedelta(hours=1))
    with FeedServer().running() as web:
        web.pages |= {"/1": Page(b"<p>Here"), "/2": Page(b"", 410), "/3": Page(b"<p>Here")}
        with service.db.writing() as session:
            add_editor(session, "ada@newsroom.example", name="Ada")
            issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
            for item, path in zip(issue.items, web.pages, strict=True):
                item.url = web.url(path)
            issue.content_hash = issue.approved_hash = content_hash(issue)
        assert work.revisit_stories(service)
        assert not work.revisit_stories(service)
    with service.db.reading() as session:
        assert find_issue(session, "MX").state is IssueState.HELD
        [notice] = session.scalars(select(Notice)).all()
        assert (notice.kind, notice.address) == (NoticeKind.HELD, "ada@newsroom.example")
