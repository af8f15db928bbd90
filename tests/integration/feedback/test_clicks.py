"""Clicks from the first to the rows, and what picking learns of them, with a real Redis and on each database."""

from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter import work
from newsletter.bootstrap import Service, bootstrap
from newsletter.config import Settings
from newsletter.feedback.clicks import ClickCounter, ItemKey, keep_clicks
from newsletter.feedback.models import ClickCount
from newsletter.feedback.openings import opened_items
from newsletter.issues.drafting import draft
from newsletter.issues.explaining import explain
from newsletter.issues.models import IssueState
from newsletter.regions.models import Region
from tests.support.world import NOW, make_event, make_issue, make_region, make_story

ONE, TWO = ItemKey(7, 1), ItemKey(7, 2)


@pytest.fixture
def counter(redis_client):
    return ClickCounter(redis_client)


@pytest.fixture
def service(db, clock, tmp_path, redis_url, redis_client):
    settings = Settings(_env_file=None, data_dir=tmp_path, redis_url=redis_url, count_clicks=True)
    return Service(settings=settings, clock=clock, db=db, secret_keys=["k" * 32])


def rows(db):
    with db.reading() as session:
        return {(row.issue_id, row.position): row.count for row in session.scalars(select(ClickCount))}


def test_clicks_of_different_networks_all_count(counter):
    for network in ("a", "b", "c"):
        counter.count(ONE, network)
    counter.count(TWO, None)
    assert counter.take() == {ONE: 3, TWO: 1}
    assert counter.take() == {}


def test_a_program_that_opens_all_links_of_a_letter_counts_nothing(counter):
    counter.count(ONE, "reader")
    for position in range(1, 11):
        counter.count(ItemKey(7, position), "scanner")
    assert counter.take() == {ONE: 1}


def test_the_same_story_twice_in_a_moment_is_one_click(counter):
    counter.count(ONE, "a")
    counter.count(ONE, "a")
    counter.count(ItemKey(8, 1), "a")  # another letter
    assert counter.take() == {ONE: 1, ItemKey(8, 1): 1}


def test_of_a_network_nothing_is_kept_but_for_seconds_and_under_a_digest(counter, redis_client):
    counter.count(ONE, "d" * 64)
    keys = {key.decode(): redis_client.ttl(key) for key in redis_client.scan_iter()}
    assert set(keys) == {"clicks", f"clicks:7:{'d' * 32}"}
    assert 0 < keys[f"clicks:7:{'d' * 32}"] <= 3


def test_a_click_that_was_kept_before_it_is_taken_back_is_taken_back_from_the_row(service, db):
    with db.writing() as session:
        item = ItemKey(make_issue(session, make_region(session), state=IssueState.OUT).id, 1)
    service.click_counter.count(item, "scanner")
    work.take_in_feedback(service)
    assert rows(db) == {tuple(item): 1}
    service.click_counter.count(item._replace(position=2), "scanner")
    work.take_in_feedback(service)
    assert rows(db) == {tuple(item): 0}


def test_what_could_not_be_kept_is_counted_later(service, db, monkeypatch):
    with db.writing() as session:
        item = ItemKey(make_issue(session, make_region(session), state=IssueState.OUT).id, 1)
    service.click_counter.count(item, "a")
    with monkeypatch.context() as patch:
        patch.setattr("newsletter.feedback.clicks.keep_clicks", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work.take_in_feedback(service)
    service.click_counter.count(item, "b")
    work.take_in_feedback(service)
    assert rows(db) == {tuple(item): 2}


def test_clicks_on_an_issue_that_is_gone_are_dropped(db):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.OUT)
        keep_clicks(session, {ItemKey(issue.id, 2): 3, ItemKey(issue.id + 1, 1): 5})
        keep_clicks(session, {ItemKey(issue.id, 2): 4})
    assert rows(db) == {(issue.id, 2): 7}


def test_without_redis_a_click_is_lost_and_nobody_is_told(no_redis):
    ClickCounter(no_redis).count(ONE, "a")


FLOOD = "River floods the harbour town again after the dam broke"
CHESS = "Chess club celebrates its centenary with an open tournament"


def two_weeks(db):
    """Their region; in the second of them readers opened the second item, on a flood, far more often than usual."""
    with db.writing() as session:
        region = make_region(session)
        for week, second in (("2026-W18", "A fair opens"), ("2026-W19", FLOOD)):
            stories = [make_story(session, f"{title} {week}") for title in ("Parliament sits", second, CHESS)]
            events = [make_event(session, [story]) for story in stories]
            issue = make_issue(session, region, week, items=events, state=IssueState.OUT)
            for item, story in zip(issue.items, stories, strict=True):
                item.headline, item.summary = story.title, story.summary
            issue.until = issue.out_at = NOW - timedelta(days=7 if week == "2026-W19" else 14)
            clicks = (500, 600, 100) if second == FLOOD else (500, 100, 100)
            keep_clicks(session, {ItemKey(issue.id, place): count for place, count in enumerate(clicks, start=1)})
        return region


def test_picking_learns_from_issues_that_were_out_before_and_from_two_on(db):
    opened = two_weeks(db)
    with db.reading() as session:
        items = {item.headline: item.rate for item in opened_items(session, opened, NOW)}
        assert items[f"{FLOOD} 2026-W19"] == max(items.values()) > 1.2
        assert len(items) == 6
        assert opened_items(session, opened, NOW - timedelta(days=10)) == ()  # one issue says nothing of its places


@pytest.mark.parametrize("counts", [True, False])
def test_a_draft_scores_what_readers_opened_only_where_clicks_are_counted(tmp_path, redis_url, counts):
    settings = Settings(_env_file=None, data_dir=tmp_path, redis_url=redis_url, count_clicks=counts)
    with closing(bootstrap(settings)) as service:
        region = two_weeks(service.db)
        with service.db.writing() as session:
            for title in (FLOOD.replace("again", "once more"), "Museum shows coins", "Bakers bake the longest loaf"):
                make_event(session, [make_story(session, title)])
            issue = draft(session, session.get_one(Region, region.id), "2026-W20", NOW)
            item = next(item for item in issue.items if "floods" in item.headline)
            part = next(part for part in item.parts if part["name"] == "opened")
            assert part in explain(session, issue, item.position)[0].parts
    if counts:
        assert 0 < part["value"] <= 1
        assert "opened stories like it more often than others: “River floods" in part["reason"]
    else:
        assert part["value"] == 0
        assert part["reason"] == "Nothing is known of how often readers opened stories like it."
