import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newsletter.stories.errors import FetchError
from newsletter.stories.fetching import Answer, Fetcher
from tests.support.feeds import Page, rss

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
_FEED = rss(("Told", "https://news.example/told"))


def test_a_feed_comes_with_what_its_next_request_needs(feeds, fetcher):
    stamp = "Thu, 14 May 2026 11:00:00 GMT"
    feeds.pages["/feed"] = Page(_FEED, headers={"Content-Type": "text/xml", "ETag": '"v1"', "Last-Modified": stamp})
    fetched = fetcher.fetch(feeds.url("/feed"), now=NOW)
    assert fetched.answer is Answer.FEED
    assert (fetched.body, fetched.content_type) == (_FEED, "text/xml")
    assert (fetched.etag, fetched.last_modified) == ('"v1"', stamp)
    assert fetched.moved_to is None


def test_the_request_says_who_we_are_and_what_we_have(feeds, fetcher):
    feeds.pages["/feed?x=1"] = Page(status=304)
    fetched = fetcher.fetch(feeds.url("/feed?x=1#top"), now=NOW, etag='W/"v1"', last_modified="then")
    assert fetched.answer is Answer.UNCHANGED
    (asked,) = feeds.asked
    assert asked.path == "/feed?x=1"
    assert asked.headers["if-none-match"] == 'W/"v1"'
    assert asked.headers["if-modified-since"] == "then"
    assert asked.headers["user-agent"] == "RegionalWeekly (+http://127.0.0.1:8000)"
    assert asked.headers["host"] == f"127.0.0.1:{feeds.port}"


def test_a_packed_feed_is_unpacked(feeds, fetcher):
    feeds.pages["/feed"] = Page(gzip.compress(_FEED), headers={"Content-Encoding": "gzip"})
    assert fetcher.fetch(feeds.url("/feed"), now=NOW).body == _FEED


def test_redirects_are_followed_and_permanent_ones_remembered(feeds, fetcher):
    feeds.pages |= {
        "/old": Page(status=301, headers={"Location": "/newer"}),
        "/newer": Page(status=308, headers={"Location": feeds.url("/newest")}),
        "/newest": Page(status=302, headers={"Location": "/today"}),
        "/today": Page(_FEED),
    }
    fetched = fetcher.fetch(feeds.url("/old"), now=NOW)
    assert fetched.body == _FEED
    assert fetched.url == feeds.url("/today")
    assert fetched.moved_to == feeds.url("/newest"), "what follows a temporary redirect is not for good"


def test_a_permanent_redirect_behind_a_temporary_one_moves_nothing(feeds, fetcher):
    feeds.pages |= {
        "/a": Page(status=307, headers={"Location": "/b"}),
        "/b": Page(status=301, headers={"Location": "/c"}),
        "/c": Page(_FEED),
    }
    assert fetcher.fetch(feeds.url("/a"), now=NOW).moved_to is None


def test_redirects_without_end_are_given_up(feeds, fetcher):
    feeds.pages["/loop"] = Page(status=302, headers={"Location": "/loop"})
    with pytest.raises(FetchError, match="more than 3 times"):
        fetcher.fetch(feeds.url("/loop"), now=NOW)
    assert len(feeds.asked) == 4


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "file:"),
        ("javascript:alert(1)", "javascript:"),
        ("ftp://127.0.0.1/", "ftp:"),
        ("http://user:secret@127.0.0.1/", "user name"),
        ("http://[::1", "cannot be read"),
        ("", "without saying where"),
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(feeds, fetcher, location, reason):
    feeds.pages["/feed"] = Page(status=302, headers={"Location": location})
    with pytest.raises(FetchError, match=reason):
        fetcher.fetch(feeds.url("/feed"), now=NOW)


def test_a_feed_that_is_gone_is_told_apart_from_one_that_fails(feeds, fetcher):
    feeds.pages["/gone"] = Page(status=410)
    assert fetcher.fetch(feeds.url("/gone"), now=NOW).answer is Answer.GONE
    with pytest.raises(FetchError, match=r"no feed at this address any more \(404\)"):
        fetcher.fetch(feeds.url("/missing"), now=NOW)


@pytest.mark.parametrize(
    ("status", "value", "wait"),
    [
        pytest.param(429, "120", timedelta(seconds=120), id="seconds"),
        pytest.param(503, format_datetime(NOW + timedelta(hours=2), usegmt=True), timedelta(hours=2), id="date"),
        pytest.param(429, format_datetime(NOW - timedelta(hours=2), usegmt=True), None, id="date that is past"),
        pytest.param(429, "-5", None, id="negative"),
        pytest.param(503, "soon", None, id="words"),
        pytest.param(503, None, None, id="nothing"),
        pytest.param(500, "120", None, id="another error"),
    ],
)
def test_a_server_may_say_when_to_come_again(feeds, fetcher, status, value, wait):
    feeds.pages["/feed"] = Page(status=status, headers={"Retry-After": value} if value else {})
    with pytest.raises(FetchError, match=str(status)) as raised:
        fetcher.fetch(feeds.url("/feed"), now=NOW)
    assert raised.value.retry_at == (NOW + wait if wait else None)


def test_a_feed_that_says_it_is_too_large_is_not_read_at_all(feeds, fetcher):
    feeds.pages["/feed"] = Page(b"", headers={"Content-Length": str(50_000_000)})
    with pytest.raises(FetchError, match="50,000,000 bytes long"):
        fetcher.fetch(feeds.url("/feed"), now=NOW)


def test_a_feed_that_turns_out_too_large_is_left_in_the_middle(feeds, fetcher):
    feeds.pages["/feed"] = Page(bytes(100_000) for _ in range(500))
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
        fetcher.fetch(feeds.url("/feed"), now=NOW)
    assert feeds.bytes_sent < 20_000_000, "what was on its way, and no more"


def test_a_gzip_bomb_is_left_in_the_middle(feeds, fetcher):
    feeds.pages["/feed"] = Page(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
        fetcher.fetch(feeds.url("/feed"), now=NOW)


@pytest.mark.parametrize("part", ["body", "nothing"])
def test_a_server_that_is_slow_is_given_up_in_time(feeds, settings, part):
    stop = threading.Event()

    def drip():
        if part == "nothing":
            stop.wait(20)
        while not stop.wait(0.02):
            yield b" "

    feeds.pages["/slow"] = Page(drip())
    fetcher = Fetcher(settings.model_copy(update={"fetch_seconds": 0.4}))
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.4 seconds"):
        fetcher.fetch(feeds.url("/slow"), now=NOW)
    assert time.monotonic() - started < 3
    stop.set()


def test_the_time_limit_is_for_all_redirects_together(feeds, settings):
    def slowly(_asked):
        time.sleep(0.15)  # the server's own slowness
        return Page(status=302, headers={"Location": "/again"})

    feeds.pages["/again"] = slowly
    fetcher = Fetcher(settings.model_copy(update={"fetch_seconds": 0.4, "fetch_max_redirects": 20}))
    with pytest.raises(FetchError, match=r"within 0\.4 seconds"):
        fetcher.fetch(feeds.url("/again"), now=NOW)
    assert len(feeds.asked) <= 4


def test_an_answer_that_ends_too_early_is_an_error_and_no_short_feed(feeds, fetcher):
    feeds.pages["/feed"] = Page(_FEED[:50], headers={"Content-Length": str(len(_FEED))})
    with pytest.raises(FetchError, match="hung up"):
        fetcher.fetch(feeds.url("/feed"), now=NOW)


def test_a_host_is_asked_for_one_thing_at_a_time(feeds, fetcher):
    def page(_asked):
        time.sleep(0.03)  # long enough for the others to come
        return Page(_FEED)

    feeds.pages |= {f"/{number}": page for number in range(6)}
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: fetcher.fetch(feeds.url(f"/{number}"), now=NOW), range(6)))
    assert len(feeds.asked) == 6
    assert feeds.most_at_once == 1


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://[::1", "http://a:b@c/", "x"]
)
def test_what_is_no_web_address_is_not_asked(fetcher, url):
    with pytest.raises(FetchError, match="address"):
        fetcher.fetch(url, now=NOW)
