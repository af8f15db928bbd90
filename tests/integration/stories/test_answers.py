"""What came of asking a source, and dry runs that keep nothing."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from newsletter.stories.answers import keep_answer, latest_answers
from newsletter.stories.models import Rejection, SourceAnswer, Story
from newsletter.stories.refreshing import refresh
from newsletter.stories.sources import add_source, remove
from newsletter.stories.trying import try_feed
from tests.support.feeds import Page, rss

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
TOLD, OTHER = ("Told", "https://news.example/told"), ("Other", "https://news.example/other")


def add(db, url):
    with db.writing() as session:
        return add_source(session, url, now=NOW).id


def answers(db, number):
    with db.reading() as session:
        return [(one.outcome, one.new, one.known, one.trouble) for one in latest_answers(session, number, 10)]


def test_each_answer_is_kept_the_latest_first(db, feeds, fetcher):
    number = add(db, feeds.serve("/feed", TOLD))
    refresh(db, fetcher, number, NOW)
    refresh(db, fetcher, number, NOW)
    feeds.pages["/feed"] = Page(status=500)
    refresh(db, fetcher, number, NOW)
    failed, known, new = answers(db, number)
    assert (new, known) == (("read", 1, 0, None), ("read", 0, 1, None))
    assert failed[0] == "failed"
    assert "500" in failed[3]


def test_only_the_latest_are_kept_and_they_go_with_their_source(db, feeds):
    number, other = add(db, feeds.serve("/feed")), add(db, feeds.serve("/other"))
    with db.writing() as session:
        for source in (number, other):
            for minute in range(5):
                what = {"outcome": "read", "milliseconds": 1, "new": minute, "changed": 0, "known": 0, "rejected": 0}
                keep_answer(session, SourceAnswer(source_id=source, at=NOW + timedelta(minutes=minute), **what), kept=3)
        assert [one.new for one in latest_answers(session, number, 10)] == [4, 3, 2]
        remove(session, number)
    with db.reading() as session:
        assert session.scalar(select(func.count(SourceAnswer.id))) == 3


def test_a_dry_run_says_what_would_come_in_and_keeps_nothing(db, feeds, fetcher):
    number = add(db, feeds.serve("/feed", TOLD))
    refresh(db, fetcher, number, NOW)
    feeds.pages["/feed"] = Page(rss(TOLD, OTHER, ("Bad", "javascript:alert(1)")))
    trial = try_feed(db, fetcher, feeds.url("/feed"), NOW)
    assert [story.title for story in trial.stories] == ["Told", "Other"]
    assert trial.known == {trial.stories[0].canonical_url}
    assert len(trial.rejected) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 1
        assert session.scalar(select(func.count(Rejection.id))) == 0
    assert len(answers(db, number)) == 1


def test_a_dry_run_of_what_is_no_feed_says_why(db, feeds, fetcher):
    feeds.pages["/page"] = Page(b"<html><body>Hello</body></html>")
    feeds.pages["/gone"] = Page(status=410)
    for path in ("/page", "/gone", "/none"):
        assert try_feed(db, fetcher, feeds.url(path), NOW).trouble
    private = try_feed(db, fetcher, "http://10.0.0.1/feed", NOW)
    assert private.trouble
    assert not private.stories
