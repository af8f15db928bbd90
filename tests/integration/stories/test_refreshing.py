import gzip
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from newsletter.config import Settings
from newsletter.stories.fetching import Fetcher
from newsletter.stories.models import Rejection, Source, Story
from newsletter.stories.refreshing import RefreshOutcome, due_sources, refresh
from newsletter.stories.rejecting import KEPT
from newsletter.stories.sources import add_source, pause, resume
from tests.support.feeds import Page, rss

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
STORY = ("Told", "https://news.example/told")


def _add(db, url: str, **given) -> int:
    with db.writing() as session:
        return add_source(session, url, now=NOW, **given).id


def _source(db, source_id: int) -> Source:
    with db.reading() as session:
        return session.get_one(Source, source_id)


def _titles(db) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(Story.title).order_by(Story.title)))


def _rejections(db) -> list[Rejection]:
    with db.reading() as session:
        return list(session.scalars(select(Rejection).order_by(Rejection.id)))


def test_a_source_gives_its_stories_and_its_name_and_is_due_again_later(db, feeds, fetcher):
    number = _add(db, feeds.serve("/feed", STORY))
    result = refresh(db, fetcher, number, NOW)
    assert (result.outcome, result.new, result.trouble) == (RefreshOutcome.READ, 1, None)
    source = _source(db, number)
    assert source.name == "Sample", "a name that nobody gave is the feed's own"
    assert (source.fetched_at, source.succeeded_at, source.failures) == (NOW, NOW, 0)
    assert source.due_at == NOW + timedelta(minutes=15)
    assert _titles(db) == ["Told"]


def test_a_name_that_an_operator_gave_stays(db, feeds, fetcher):
    number = _add(db, feeds.serve("/feed", STORY), name="My wire")
    refresh(db, fetcher, number, NOW)
    assert _source(db, number).name == "My wire"


def test_what_has_not_changed_is_not_sent_again(db, feeds, fetcher):
    def page(asked):
        if asked.headers.get("if-none-match") == '"v1"':
            return Page(status=304)
        return Page(rss(STORY), headers={"ETag": '"v1"'})

    feeds.pages["/feed"] = page
    number = _add(db, feeds.url("/feed"))
    outcomes = [refresh(db, fetcher, number, NOW).outcome for _ in range(2)]
    assert outcomes == [RefreshOutcome.READ, RefreshOutcome.UNCHANGED]


def test_trouble_is_told_in_words_waits_ever_longer_and_ends(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(status=500)
    number = _add(db, feeds.url("/feed"))
    waits = []
    for _ in range(3):
        result = refresh(db, fetcher, number, NOW)
        assert result.outcome is RefreshOutcome.FAILED
        waits.append(_source(db, number).due_at - NOW)
    assert waits == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    source = _source(db, number)
    assert (source.failures, source.trouble) == (3, "The server answers with an error (500).")
    assert source.succeeded_at is None
    feeds.serve("/feed", STORY)
    refresh(db, fetcher, number, NOW)
    source = _source(db, number)
    assert (source.failures, source.trouble) == (0, None)


def test_trouble_ends_with_an_unchanged_answer_too(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(status=500)
    number = _add(db, feeds.url("/feed"))
    refresh(db, fetcher, number, NOW)
    feeds.pages["/feed"] = Page(status=304)
    refresh(db, fetcher, number, NOW)
    assert _source(db, number).trouble is None


def test_a_server_that_asks_for_patience_gets_it(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(status=429, headers={"Retry-After": "7200"})
    number = _add(db, feeds.url("/feed"))
    refresh(db, fetcher, number, NOW)
    assert _source(db, number).due_at == NOW + timedelta(hours=2)


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(db, feeds, fetcher):
    feeds.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    feeds.serve("/new", STORY)
    number = _add(db, feeds.url("/old"))
    refresh(db, fetcher, number, NOW)
    assert _source(db, number).url == feeds.url("/new")
    refresh(db, fetcher, number, NOW)
    assert [asked.path for asked in feeds.asked] == ["/old", "/new", "/new"]


def test_a_move_to_a_log_in_page_or_to_a_known_source_moves_nothing(db, feeds, fetcher):
    feeds.pages["/old"] = Page(status=301, headers={"Location": "/login"})
    feeds.pages["/login"] = Page(b"<html>Log in</html>")
    number = _add(db, feeds.url("/old"))
    refresh(db, fetcher, number, NOW)
    assert _source(db, number).url == feeds.url("/old")
    _add(db, feeds.serve("/login", STORY))
    assert refresh(db, fetcher, number, NOW).outcome is RefreshOutcome.READ
    assert _source(db, number).url == feeds.url("/old")


def test_a_feed_that_is_gone_for_good_is_asked_no_more(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(status=410)
    number = _add(db, feeds.url("/feed"))
    assert refresh(db, fetcher, number, NOW).outcome is RefreshOutcome.GONE
    source = _source(db, number)
    assert not source.active
    assert "took this feed away" in (source.trouble or "")
    assert refresh(db, fetcher, number, NOW).outcome is RefreshOutcome.SKIPPED


def test_only_due_and_active_feeds_are_due_and_hosts_take_turns(db):
    numbers = [_add(db, f"https://{host}.example/{n}") for host, n in (("a", 1), ("a", 2), ("b", 1), ("c", 1))]
    with db.writing() as session:
        pause(session, numbers[3])
        session.get_one(Source, numbers[2]).due_at = NOW + timedelta(minutes=1)
    with db.reading() as session:
        assert due_sources(session, NOW) == numbers[:2]
        assert due_sources(session, NOW + timedelta(minutes=1)) == [numbers[0], numbers[2], numbers[1]]
    with db.writing() as session:
        resume(session, numbers[3], NOW)
    with db.reading() as session:
        assert numbers[3] in due_sources(session, NOW)


def test_a_source_that_stands_twice_in_a_queue_is_asked_once(db, feeds, fetcher):
    number = _add(db, feeds.serve("/feed", STORY))
    outcomes = [refresh(db, fetcher, number, NOW, only_if_due=True).outcome for _ in range(2)]
    assert outcomes == [RefreshOutcome.READ, RefreshOutcome.SKIPPED]
    assert len(feeds.asked) == 1


def test_an_entry_that_cannot_be_used_is_kept_with_its_reason_and_only_once(db, feeds, fetcher):
    number = _add(db, feeds.serve("/feed", STORY, ("Runs", "javascript:alert(1)")))
    for _ in range(2):
        result = refresh(db, fetcher, number, NOW)
        assert (result.new + result.known, result.rejected) == (1, 1)
    (kept,) = _rejections(db)
    assert "begins with javascript:" in kept.reason
    assert b"alert(1)" in kept.raw


def test_only_the_latest_rejections_are_kept(db, feeds, fetcher):
    number = _add(db, feeds.url("/feed"))
    for day in range(3):
        feeds.serve("/feed", *((f"Day {day} bad {n}", "data:x") for n in range(KEPT - 10)))
        refresh(db, fetcher, number, NOW)
    kept = _rejections(db)
    assert len(kept) == KEPT
    assert b"Day 2" in kept[-1].raw


def _bomb() -> Page:
    return Page(gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"})


def _entities() -> Page:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return Page(f'<!DOCTYPE rss [<!ENTITY l0 "lol">{lines}]><rss><channel><title>&l8;</title></channel></rss>'.encode())


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        pytest.param(lambda: Page(b"<!doctype html><title>Hi</title>"), "web page, not a feed", id="HTML"),
        pytest.param(lambda: Page(b""), "empty", id="empty"),
        pytest.param(lambda: Page(b"<rss><channel><item><title>Ha"), "breaks off", id="truncated"),
        pytest.param(lambda: Page(bytes(100_000) for _ in range(500)), "larger than 1,000,000", id="50 MB"),
        pytest.param(_bomb, "larger than 1,000,000", id="gzip bomb"),
        pytest.param(_entities, "entity bomb", id="entity bomb"),
        pytest.param(lambda: Page(b"<rss>" + b"<a>" * 200_000), "nested more than", id="deeply nested"),
        pytest.param(lambda: Page(b" " for _ in iter(lambda: False, True)), "within 1 seconds", id="without end"),
        pytest.param(
            lambda: Page(status=302, headers={"Location": "http://169.254.169.254/"}), "not public", id="inside"
        ),
        pytest.param(lambda: Page(rss(STORY), headers={"Content-Encoding": "br"}), "not asked for", id="oddly packed"),
    ],
)
def test_a_hostile_feed_is_told_on_its_source_and_costs_only_itself(db, feeds, settings, page, trouble):
    fetcher = Fetcher(settings.model_copy(update={"fetch_seconds": 1 if "within" in trouble else 5}))
    feeds.pages["/hostile"] = page()
    hostile, good = _add(db, feeds.url("/hostile")), _add(db, feeds.serve("/good", STORY))
    outcomes = [refresh(db, fetcher, number, NOW).outcome for number in (hostile, good)]
    assert outcomes == [RefreshOutcome.FAILED, RefreshOutcome.READ]
    assert trouble in (_source(db, hostile).trouble or "")
    assert _source(db, good).trouble is None
    assert _titles(db) == ["Told"]


def test_a_source_inside_is_refused_until_an_operator_allows_it(db, feeds, tmp_path):
    number = _add(db, feeds.serve("/feed", STORY))
    shut = Settings(_env_file=None, data_dir=tmp_path)
    assert refresh(db, Fetcher(shut), number, NOW).outcome is RefreshOutcome.FAILED
    assert "NEWSLETTER_FETCH_ALLOW" in (_source(db, number).trouble or "")
    opened = shut.model_copy(update={"fetch_allow": [ip_network("127.0.0.0/8")]})
    assert refresh(db, Fetcher(opened), number, NOW).outcome is RefreshOutcome.READ


def test_an_answer_that_is_no_feed_is_kept_for_another_look(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(b"<html>Maintenance \x00\xff</html>")
    refresh(db, fetcher, _add(db, feeds.url("/feed")), NOW)
    (kept,) = _rejections(db)
    assert kept.raw.startswith(b"<html>Maintenance")


def test_a_broken_feed_gives_what_it_can_and_says_what_is_wrong(db, feeds, fetcher):
    feeds.pages["/feed"] = Page(rss(STORY).replace(b"</channel></rss>", b"<item><title>Ha"))
    number = _add(db, feeds.url("/feed"))
    result = refresh(db, fetcher, number, NOW)
    assert (result.outcome, result.new, result.rejected) == (RefreshOutcome.READ, 1, 1)
    source = _source(db, number)
    assert source.failures == 0
    assert "breaks off" in (source.trouble or "")


def test_titles_are_stored_as_text_on_one_line(db, feeds, fetcher):
    hostile = "{{7*191}} {% for %}\r\nBcc: a\u2028b <script>alert(1)</script>"
    refresh(db, fetcher, _add(db, feeds.serve("/feed", (hostile, STORY[1]))), NOW)
    assert _titles(db) == ["{{7*191}} {% for %} Bcc: a b"]
