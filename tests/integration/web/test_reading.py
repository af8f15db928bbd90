"""The public pages that are read: front, region, issue, feed, box."""

import re
from datetime import timedelta

import feedparser
import pytest
from lxml import html
from sqlalchemy import select, update

from newsletter.issues.models import IssueState
from newsletter.regions.models import Region
from newsletter.stories.handing_over import hand_over
from newsletter.stories.intake import read_given
from newsletter.stories.models import Story
from newsletter.stories.sources import own_source
from newsletter.web.region_reading import STORIES_SHOWN
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_source, make_story

HOSTILE = '<script>alert(1)</script> {{7*191}} {% for %} "quoted" \' & <img src=x onerror=alert(1)>'
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; {{7*191}} {% for %}"


@pytest.fixture
def mexico(db):
    """Mexico with two issues out and a draft; Spain, on, with nothing."""
    with db.writing() as session:
        mexico = make_region(session, "MX")
        make_region(session, "ES", language="es", time_zone="Europe/Madrid")
        source = make_source(session, "La Gaceta")
        for number, week in enumerate(("2026-W18", "2026-W19"), start=1):
            events = [make_event(session, [make_story(session, f"News {week} {n}", source=source)]) for n in range(3)]
            make_issue(session, mexico, week, items=events, state=IssueState.OUT, number=number)
        make_issue(session, mexico, WEEK, number=3)


def test_the_front_page_shows_every_region_with_its_newest_issue(client, mexico):
    page = client.get("/")
    assert page.status_code == 200
    assert "News 2026-W19 0" in page.text
    assert "News 2026-W18" not in page.text
    assert 'href="/regions/ES"' in page.text
    assert page.text.count('name="region"') == 2


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/issues/2"])
def test_an_issue_bears_the_date_of_its_letters_and_not_of_the_instant_when_the_first_left(client, mexico, path):
    assert '<time datetime="2026-05-08">May 8, 2026</time>' in client.get(path).text


def test_paragraphs_are_told_apart_and_none_is_empty(client, db):
    with db.writing() as session:
        issue = make_issue(session, make_region(session, "MX"), state=IssueState.OUT, intro="One.\r\n\r\nTwo.")
        issue.items[0].summary = ""
    page = client.get("/regions/MX/issues/1").text
    assert "<p>One.</p><p>Two.</p>" in page
    assert "<p></p>" not in page


def test_a_headline_is_marked_with_the_language_of_its_issue(client, db):
    with db.writing() as session:
        make_issue(session, make_region(session, "MX"), state=IssueState.OUT, language="es")
    assert '<div lang="es" dir="ltr">' in client.get("/").text


def test_before_there_is_a_region_the_front_page_says_so(client, db):
    page = client.get("/")
    assert page.status_code == 200
    assert "No region has a letter yet." in page.text
    assert "<form" not in page.text


def test_a_regions_page_shows_stories_with_source_date_and_link_the_box_and_past_issues(client, mexico):
    page = client.get("/regions/MX")
    assert page.status_code == 200
    for text in ("More from Mexico", "News 2026-W19 2", "La Gaceta", "May 13, 2026", "No. 2", "No. 1"):
        assert text in page.text
    assert 'href="https://news.example/story-' in page.text
    assert 'type="hidden" name="region" value="MX"' in page.text
    assert "No. 3" not in page.text


@pytest.fixture
def handed_over(db):
    """A newsroom's story without a link, of last week, about other countries than the one on whose page it stands."""
    given = {
        "title": "Our readers' evening in Paris",
        "summary": "Doors open at seven.\n\nBring {{7*191}} <script>alert(1)</script> friends.",
        "region": "MX",
        "published_at": (NOW - timedelta(days=7)).isoformat(),
    }
    with db.writing() as session:
        source = own_source(session, "The newsroom", NOW)
        hand_over(session, source, read_given(given, "https://news.example"), NOW)
        return session.scalars(select(Story)).one()


def test_the_link_of_a_story_that_stands_on_our_page_alone_lands_on_it(client, db, handed_over):
    with db.writing() as session:
        make_region(session, "MX")
        for number in range(STORIES_SHOWN + 5):
            make_story(session, f"Newer story {number}")
    path, _, anchor = handed_over.url.removeprefix("https://news.example").partition("#")
    stories = html.fromstring(client.get(path).text).xpath("//ol/li")
    (place,) = [story for story in stories if story.get("id") == anchor]
    assert place is stories[-1]
    assert [text.text_content() for text in place.xpath("p[not(@class)]")] == [
        "Doors open at seven.",
        "Bring {{7*191}} friends.",
    ]


def test_a_story_stands_on_the_page_of_its_region_alone(client, db, handed_over):
    with db.writing() as session:
        make_region(session, "FR")
    page = html.fromstring(client.get("/regions/FR").text)
    assert page.xpath("//ol/li/h3/a/text()") == [handed_over.title]
    assert page.xpath("//ol/li/@id") == []


def test_a_group_shows_a_story_about_two_of_its_countries_once(client, db):
    with db.writing() as session:
        make_region(session, "latin-america")
        make_story(session, "Two presidents meet", about={"MX": 0.9, "AR": 0.8})
        make_story(session, "Only mentioned in passing", about={"MX": 0.2})
        make_story(session, "Elsewhere", about={"FR": 0.9})
    page = client.get("/regions/latin-america").text
    assert page.count("Two presidents meet") == 1
    assert "Only mentioned in passing" not in page
    assert "Elsewhere" not in page


def test_an_issue_that_is_out_is_a_page(client, mexico):
    page = client.get("/regions/MX/issues/2")
    assert page.status_code == 200
    for number in range(3):
        assert f"News 2026-W19 {number}" in page.text
    assert "La Gaceta" in page.text


@pytest.mark.parametrize("state", [state for state in IssueState if state is not IssueState.OUT])
def test_an_issue_that_is_not_out_cannot_be_guessed(client, db, state):
    with db.writing() as session:
        make_issue(session, make_region(session, "MX"), number=1, state=state)
    assert client.get("/regions/MX/issues/1").status_code == 404
    assert client.get("/regions/MX/feed.xml").text.count("<item>") == 0
    assert "issues/1" not in client.get("/regions/MX").text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/regions",
        "/regions/ZZ",
        "/regions/FR",
        "/regions/M%00X",
        "/regions/MX/issues/99",
        "/regions/MX/issues/0",
        "/regions/MX/issues/-1",
        "/regions/MX/issues/one",
        "/regions/MX/issues/99999999999999999999",
        "/regions/%2e%2e/issues/1",
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "https://news.example//evil.example/",
        "/regions/MX/",
    ],
)
def test_what_there_is_not_is_a_designed_page(client, mexico, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "location" not in answer.headers


def test_the_archive_of_a_region_that_was_switched_off_stays_without_the_box(client, db, mexico):
    with db.writing() as session:
        session.execute(update(Region).values(active=False))
    assert client.get("/regions/MX/issues/1").status_code == 200
    page = client.get("/regions/MX")
    assert page.status_code == 200
    assert "<form" not in page.text
    assert client.get("/regions/ES").status_code == 404


def test_the_feed_is_well_formed_and_says_what_the_issues_say(client, db):
    with db.writing() as session:
        story = make_story(session, HOSTILE + " \x0b", source=make_source(session, HOSTILE))
        make_issue(session, make_region(session, "MX"), items=[make_event(session, [story])], state=IssueState.OUT)
    answer = client.get("/regions/MX/feed.xml")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.links[-1]["href"] == "https://news.example/regions/MX/feed.xml"
    [entry] = feed.entries
    assert entry.link == entry.id == "https://news.example/regions/MX/issues/1"
    assert entry.published == "Thu, 14 May 2026 12:00:00 +0000"
    assert "{{7*191}}" in entry.title
    assert b"<script>" not in answer.content
    assert b"<img" not in answer.content


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/issues/1"])
def test_what_a_source_writes_is_text(client, db, path):
    with db.writing() as session:
        source = make_source(session, HOSTILE)
        lead = make_story(session, HOSTILE, source=source, summary=HOSTILE)
        also = make_story(session, "Another report", source=source)
        issue = make_issue(
            session, make_region(session, "MX"), items=[make_event(session, [lead, also])], state=IssueState.OUT
        )
        issue.intro = HOSTILE
    page = client.get(path).text
    assert ESCAPED in page
    assert set(re.findall("<script[^>]*>", page)) <= {'<script type="application/ld+json">'}
    assert "<img" not in page
    assert "1337" not in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "vbscript:x"])
def test_a_link_that_runs_something_is_no_link(client, db, url):
    with db.writing() as session:
        story = make_story(session, "A trap", url=url)
        issue = make_issue(
            session, make_region(session, "MX"), items=[make_event(session, [story])], state=IssueState.OUT
        )
        issue.items[0].also = [{"source": "Another", "url": url}]
    for path in ("/regions/MX", "/regions/MX/issues/1", "/regions/MX/feed.xml"):
        assert url.strip().split(":")[0].lower() + ":" not in client.get(path).text.lower()


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/issues/1", "/regions/MX/feed.xml", "/box"])
def test_a_page_that_has_not_changed_is_not_sent_again(client, mexico, path):
    first = client.get(path)
    assert first.headers["cache-control"].startswith("public, max-age=")
    again = client.get(path, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/issues/1", "/health", "/static/site.css"])
def test_head_has_the_headers_of_get_and_no_body(client, mexico, path):
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/issues/1"])
def test_pages_are_small_and_load_nothing_else(client, mexico, path):
    answer = client.get(path)
    assert len(answer.content) + len(client.get("/static/site.css").content) < 50_000
    assert set(re.findall("<script[^>]*>", answer.text)) <= {'<script type="application/ld+json">'}  # data
    assert " style=" not in answer.text
    assert " on" not in {part[:3] for part in answer.text.split("<")}
    assert "set-cookie" not in answer.headers


def test_a_page_speaks_the_language_of_its_region_or_of_the_browser(client, db, mexico):
    with db.writing() as session:
        egypt = make_region(session, "EG", language="ar")
        make_issue(session, egypt, state=IssueState.OUT)
    arabic = client.get("/regions/EG").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "مصر" in arabic
    assert '<html lang="es" dir="ltr">' in client.get("/regions/ES").text
    liking = client.get("/", headers={"Accept-Language": "de-DE, ar;q=0.8, es-MX;q=0.9"})
    assert '<html lang="es" dir="ltr">' in liking.text
    assert liking.headers["vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("path", ["/", "/regions/MX", "/regions/MX/feed.xml", "/regions/MX/issues/1"])
def test_the_number_of_queries_does_not_grow_with_the_rows(client, db, mexico, queries, path):
    client.get(path)
    few = len(queries)
    with db.writing() as session:
        for code in ("FR", "DE", "IT"):
            region = make_region(session, code)
            for week in ("2026-W10", "2026-W11"):
                make_issue(session, region, week, state=IssueState.OUT)
        for _ in range(10):
            make_story(session)
    queries.clear()
    client.get(path)
    assert len(queries) == few <= 6


def test_the_box_stands_in_a_frame_with_its_region_chosen(client, mexico):
    box = client.get("/box?region=mx")
    assert 'type="hidden" name="region" value="MX"' in box.text
    assert 'action="/box"' in box.text
    assert "frame-ancestors *" in box.headers["content-security-policy"]
    assert "x-frame-options" not in box.headers
    assert '<html lang="es"' in client.get("/box?language=es").text
    assert client.get('/box?region="><script>').text.count("<script>") == 0


def test_health_and_robots(client, db):
    assert client.get("/health").json() == {"status": "ok"}
    robots = client.get("/robots.txt").text
    for path in ("/u/", "/p/", "/confirm/", "/desk"):
        assert f"Disallow: {path}\n" in robots
