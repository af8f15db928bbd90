"""A source on the desk: its latest answers, and dry runs."""

from ipaddress import ip_network

import pytest
from lxml import html
from sqlalchemy import func, select

from newsletter.bootstrap import Service
from newsletter.editors.models import LogEntry, Role
from newsletter.stories.models import Source, Story
from newsletter.stories.refreshing import refresh
from newsletter.stories.sources import add_client, add_source
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.feeds import FeedServer, Page, rss
from tests.support.seats import Seat
from tests.support.world import NOW

HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt; {{7*191}} told"


@pytest.fixture
def feeds():
    with FeedServer().running() as server:
        yield server


@pytest.fixture
def service(settings, db, clock, redis_client):
    settings = settings.model_copy(update={"fetch_allow": [ip_network("127.0.0.1/32")], "fetch_seconds": 5})
    return Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def client(service):
    with Browser(create_app(service), "https://news.example") as browser:
        yield browser


@pytest.fixture
def source(db, feeds, service):
    """Source 1, asked once."""
    feeds.pages["/feed"] = Page(rss((HOSTILE, "https://news.example/told")))
    with db.writing() as session:
        number = add_source(session, feeds.url("/feed"), now=NOW).id
    refresh(db, service.fetcher, number, NOW)
    return number


def test_a_sources_page_shows_its_latest_answers(client, service, source):
    page = html.fromstring(Seat(service, client, Role.REPORTER).get("/desk/sources/1").text)
    (row,) = page.xpath("//div[@aria-label='Latest answers']//tbody/tr")
    assert [cell.text_content().strip() for cell in row.xpath("td")][1:] == [
        "read",
        *row.xpath("td[3]/text()"),
        "1",
        "0",
        "0",
        "0",
    ]
    assert page.xpath("//form[contains(@action, '/try')]") == []


def test_a_dry_run_shows_what_would_come_in_and_runs_and_keeps_nothing(client, db, feeds, service, source):
    feeds.pages["/feed"] = Page(rss(("Told anew", "https://news.example/anew"), (HOSTILE, "https://news.example/told")))
    page = Seat(service, client, Role.EDITOR).post("/desk/sources/1/try")
    assert "2 stories" in page.text
    assert "1 of them not stored yet" in page.text
    assert "Nothing of it was kept." in page.text
    assert "<script>alert" not in page.text
    assert "1337" not in page.text
    with db.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 1


def test_an_admin_tries_an_address_and_private_ones_are_not_asked(client, feeds, service, source):
    admin = Seat(service, client, Role.ADMIN)
    assert "1 story" in admin.post("/desk/sources/try", url=feeds.url("/feed")).text
    for url in ("http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/"):
        page = admin.post("/desk/sources/try", url=url)
        assert page.status_code == 200
        assert "nothing could be read" in page.text
    for url in ("", "file:///etc/passwd", "x" * 3000):
        assert admin.post("/desk/sources/try", url=url).status_code in (400, 422)


def test_dry_runs_are_for_those_whose_work_it_is(client, db, service, source):
    with db.writing() as session:
        add_client(session, "City desk", now=NOW)
    reporter = Seat(service, client, Role.REPORTER)
    assert reporter.post("/desk/sources/1/try").status_code == 403
    editor = Seat(service, client, Role.EDITOR)
    assert editor.post("/desk/sources/try", url="https://news.example/feed").status_code == 403
    assert editor.post("/desk/sources/1/try", csrf="guessed").status_code == 403
    assert editor.post("/desk/sources/2/try").status_code in (400, 422)
    assert editor.post("/desk/sources/7/try").status_code == 404
    assert [editor.post("/desk/sources/1/try").status_code for _ in range(21)].count(200) <= 20


def columns_of(db, number):
    with db.reading() as session:
        source = session.get(Source, number)
        return source and (source.name, source.home, source.language, source.weight, source.active)


def test_an_admin_adds_a_feed_describes_it_and_takes_it_out_again(client, service, db, feeds):
    admin = Seat(service, client, Role.ADMIN)
    added = admin.post("/desk/sources", url="https://news.example/feed", home="MX", language="es", weight="1,5")
    assert (added.status_code, added.headers["location"]) == (303, "/desk/sources/1")
    assert columns_of(db, 1) == ("news.example", "MX", "es", 1.5, True)
    admin.post("/desk/sources/1", name="The Wire", home="", language="", weight="2")
    assert columns_of(db, 1) == ("The Wire", None, None, 2.0, True)
    admin.post("/desk/sources/1/pause")
    assert columns_of(db, 1)[-1] is False
    assert "It is paused" in admin.get("/desk/sources/1").text
    admin.post("/desk/sources/1/resume")
    assert columns_of(db, 1)[-1] is True
    assert admin.post("/desk/sources/1/remove").status_code == 422
    assert admin.post("/desk/sources/1/remove", sure="yes").headers["location"] == "/desk/sources"
    assert columns_of(db, 1) is None
    acts = "added", "changed", "paused", "resumed", "removed"
    with db.reading() as session:
        log = session.scalars(select(LogEntry.action).order_by(LogEntry.id)).all()
    assert log == [f"source {act}" for act in acts]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "javascript:alert(1)"}, "is no address of a feed"),
        ({"url": "https://news.example/feed", "weight": "nan"}, "A weight is more than 0"),
        ({"url": "https://news.example/feed", "weight": "heavy"}, "A weight is more than 0"),
        ({"url": "https://news.example/feed", "home": "Atlantis"}, "Atlantis"),
        ({"url": "https://news.example/feed", "language": "?"}, "is no language"),
    ],
)
def test_what_cannot_be_a_source_is_refused_with_a_sentence(client, service, db, given, said):
    refused = Seat(service, client, Role.ADMIN).post("/desk/sources", **given)
    assert refused.status_code == 422
    assert said in refused.text
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_a_source_that_has_given_stories_stays(client, service, db, source):
    refused = Seat(service, client, Role.ADMIN).post("/desk/sources/1/remove", sure="yes")
    assert refused.status_code == 409
    assert "has given stories" in refused.text
    assert columns_of(db, 1) is not None


def test_those_who_may_not_change_sources_are_not_offered_to(client, service, source):
    page = Seat(service, client, Role.PUBLISHER).get("/desk/sources").text
    assert "Add a feed" not in page
    assert "Take it out" not in Seat(service, client, Role.PUBLISHER).get("/desk/sources/1").text
