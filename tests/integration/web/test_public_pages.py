"""The pages that readers come to from letters and from elsewhere: events, opinions, archive, feeds, pictures."""

import json
import struct

import pytest
from lxml import etree, html

from newsletter.issues.correcting import correct
from newsletter.issues.models import IssueState, OpinionKind
from newsletter.issues.opinions import opinions
from newsletter.rendering.translations import languages
from tests.support.browser import Browser
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_source, make_story
from tests.unit.rendering.samples import differing

HOSTILE = '<script>alert(1)</script> {{7*191}} "quoted" \' &'


@pytest.fixture
def out(db):
    """Mexico's first issue, out: a quake of which two sources report different numbers, and two more events."""
    with db.writing() as session:
        region = make_region(session, "MX")
        lead = make_story(session, "Quake shakes Oaxaca", source=make_source(session, "Gulf Wire"))
        other = make_story(session, "Strong tremor in the south", source=make_source(session, "Capital Ledger"))
        quake = make_event(session, [lead, other])
        issue = make_issue(
            session, region, items=[quake, make_event(session), make_event(session)], state=IssueState.OUT
        )
        issue.items[0].also = [{"source": "Capital Ledger", "url": other.url}]
        issue.items[0].differences = [differing("killed", ("12", "Gulf Wire"), ("14", "Capital Ledger"))]
        session.flush()
        return issue


@pytest.fixture
def event_path(out):
    return f"/events/{out.items[0].event_id}"


# Events


def test_an_event_shows_every_report_that_was_linked_and_where_they_differ(client, out, event_path):
    page = html.fromstring(client.get(event_path).text)
    assert page.xpath("//main//h1/text()") == ["Quake shakes Oaxaca"]
    assert page.xpath("//h3/a/text()") == ["Quake shakes Oaxaca", "Strong tremor in the south"]
    assert [" ".join(said.text_content().split()) for said in page.xpath("//dl[@class='differing']/*")] == [
        "people killed",
        "12 It was 12. Gulf Wire",
        "14 It was 14. Capital Ledger",
    ]
    assert page.xpath("//ul[@class='past']/li/a/@href") == ["/regions/MX/issues/1"]


def test_a_report_whose_story_is_gone_is_still_linked(client, db, out, event_path):
    with db.writing() as session:
        issue = session.merge(out)
        issue.items[0].also = [{"source": "The Vanished", "url": "https://vanished.example/story"}]
    page = html.fromstring(client.get(event_path).text)
    assert page.xpath("//h3/a[@href='https://vanished.example/story']/text()") == ["The Vanished"]


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD])
def test_an_event_that_no_reader_has_got_has_no_page(client, db, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
    assert client.get(f"/events/{issue.items[0].event_id}").status_code == 404


def test_what_is_no_event_is_not_found(client, db):
    for name in ("0", "99999", "abc", "99999999999999999999"):
        assert client.get(f"/events/{name}").status_code == 404


def test_what_a_source_writes_of_an_event_is_text(client, db):
    with db.writing() as session:
        story = make_story(session, HOSTILE, summary=HOSTILE, source=make_source(session, HOSTILE))
        issue = make_issue(session, make_region(session), items=[make_event(session, [story])], state=IssueState.OUT)
        issue.items[0].also = [{"source": HOSTILE, "url": "javascript:alert(1)"}]
        issue.items[0].differences = [differing("killed", (HOSTILE, HOSTILE), ("14", "B"))]
        path = f"/events/{issue.items[0].event_id}"
    for page in (
        client.get(path).text,
        client.get("/regions/MX/issues/1").text,
        client.get("/regions/MX/archive").text,
    ):
        assert "<script" not in page.replace('<script type="application/ld+json">', "")
        assert "javascript:" not in page
        assert "1337" not in page


def test_the_issue_says_where_reports_differ_and_leads_to_the_event(client, out, event_path):
    page = html.fromstring(client.get("/regions/MX/issues/1").text)
    (line,) = page.xpath("//p[@class='differ']")
    assert " ".join(line.text_content().split()) == (
        "Reports differ: people killed: 12 (Gulf Wire), 14 (Capital Ledger)"
    )
    assert event_path in page.xpath("//a/@href")


# Corrections


def test_an_issues_page_shows_what_was_wrong_in_it_and_what_it_corrects(client, db, out):
    with db.writing() as session:
        issue = session.merge(out)
        correct(session, issue, "It was Puebla, not Oaxaca.", by="Ada", now=NOW)
        second = make_issue(session, issue.region, "2026-W21", state=IssueState.OUT, number=2)
        second.corrections = list(issue.corrected)
    assert "It was Puebla, not Oaxaca." in client.get("/regions/MX/issues/1").text
    page = html.fromstring(client.get("/regions/MX/issues/2").text)
    (section,) = page.xpath("//section[@aria-labelledby='corrections']")
    assert "It was Puebla, not Oaxaca." in section.text_content()
    assert section.xpath(".//a/@href") == ["/regions/MX/issues/1"]


def test_an_issues_page_tells_search_engines_what_it_is_whatever_its_headlines_hold(client, db, out):
    with db.writing() as session:
        issue = session.merge(out)
        issue.items[0].headline = HOSTILE
        issue.items[1].url = "javascript:alert(1)"
    (told,) = html.fromstring(client.get("/regions/MX/issues/1").text).xpath("//script")
    data = json.loads(told.text)
    assert (data["@type"], data["issueNumber"], data["datePublished"]) == ("PublicationIssue", 1, "2026-05-15")
    assert data["url"] == "https://news.example/regions/MX/issues/1"
    assert [part["headline"] for part in data["hasPart"]] == [HOSTILE, issue.items[2].headline]


# A word in one click


def test_opening_the_link_of_a_letter_counts_nothing_and_its_button_counts_one(client, db, service, out):
    url = service.opinion_links.url(out.id, OpinionKind.TOO_MUCH)
    path = url.removeprefix("https://news.example")
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert client.head(path).status_code == 200
    (form,) = html.fromstring(page.text).xpath("//form")
    assert (form.get("method"), form.get("action")) == ("post", path)
    with db.reading() as session:
        assert opinions(session, out)[OpinionKind.TOO_MUCH] == 0
    said = client.post(path)
    assert "Thank you" in said.text
    assert "set-cookie" not in said.headers
    with db.reading() as session:
        assert opinions(session, out) == {OpinionKind.TOO_MUCH: 1, OpinionKind.NOT_MY_REGION: 0}


def test_a_link_that_we_never_made_counts_nothing(client, out):
    for token in ("1.too-much", "1.too-much.forged", "x", "1.nonsense.abc", "%00"):
        assert client.get(f"/o/{token}").status_code == 404
        assert client.post(f"/o/{token}").status_code == 404


def test_a_word_on_an_issue_that_nobody_got_is_not_counted(client, db, service):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
    path = service.opinion_links.url(issue.id, OpinionKind.TOO_MUCH).removeprefix("https://news.example")
    assert client.post(path).status_code == 404


def test_one_network_cannot_fill_the_numbers(app, db, service, out):
    path = service.opinion_links.url(out.id, OpinionKind.NOT_MY_REGION).removeprefix("https://news.example")
    with Browser(app, "https://news.example", address="192.0.2.200") as browser:
        answers = {browser.post(path).status_code for _ in range(70)}
    assert answers == {200}
    with db.reading() as session:
        assert opinions(session, out)[OpinionKind.NOT_MY_REGION] == 60


# The archive


@pytest.fixture
def archive(db):
    with db.writing() as session:
        region = make_region(session, "MX")
        for number, week in enumerate(("2025-W50", "2026-W02", "2026-W03"), start=1):
            story = make_story(session, f"Café prices of {week}", summary="What the growers say.")
            make_issue(session, region, week, items=[make_event(session, [story])], state=IssueState.OUT, number=number)
        make_issue(session, region, WEEK, number=4)


SEARCHES = {
    "": ["3", "2"],
    "?year=2025": ["1"],
    "?year=1999": ["3", "2"],
    "?q=cafe+2026-w02": ["2"],
    "?q=GROWERS": ["3", "2", "1"],
    "?q=nothing": [],
    "?q=%25": [],
    "?q=+": ["3", "2"],
}


def test_the_archive_is_read_by_year_and_searched_without_case_and_accents(client, archive):
    for query, numbers in SEARCHES.items():
        page = html.fromstring(client.get(f"/regions/MX/archive{query}").text)
        found = [href.rpartition("/")[2] for href in page.xpath("//ol[@class='rows']//a/@href")]
        assert found == numbers, query
        assert page.xpath("//nav[@class='years']/a/text()") == ["2026", "2025"]


def test_what_is_searched_for_is_shown_as_text_and_kept_from_search_engines(client, archive):
    page = client.get("/regions/MX/archive", params={"q": HOSTILE})
    assert "<script" not in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert client.get("/regions/MX/archive", params={"q": "x" * 10_000}).status_code == 200
    assert client.get("/regions/MX/archive?year=abc").status_code == 404


# For programs


def test_a_region_has_a_json_feed(client, out):
    answer = client.get("/regions/MX/feed.json")
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (entry,) = feed["items"]
    assert entry["id"] == entry["url"] == "https://news.example/regions/MX/issues/1"
    assert entry["title"] == "Quake shakes Oaxaca"
    assert "Gulf Wire" in entry["content_text"]
    assert entry["date_published"] == "2026-05-14T12:00:00+00:00"


def test_the_sitemap_has_what_is_public_and_robots_lead_to_it(client, db, out):
    with db.writing() as session:
        make_issue(session, session.merge(out).region, "2026-W21")
    tree = etree.fromstring(client.get("/sitemap.xml").content)
    places = tree.xpath("//s:loc/text()", namespaces={"s": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    assert places == [
        "https://news.example/",
        "https://news.example/subscribe",
        "https://news.example/regions/MX",
        "https://news.example/regions/MX/archive",
        "https://news.example/regions/MX/issues/1",
    ]
    robots = client.get("/robots.txt").text
    assert "Sitemap: https://news.example/sitemap.xml\n" in robots
    assert "Disallow: /o/\n" in robots


def test_a_page_names_itself_in_every_language_and_speaks_it(client, out, event_path):
    for path in ("/", "/regions/MX", "/regions/MX/archive", "/regions/MX/issues/1", event_path):
        page = html.fromstring(client.get(path).text)
        assert page.xpath("//link[@rel='canonical']/@href") == [f"https://news.example{path}"]
        others = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@hreflang]")}
        assert set(others) == {*languages(), "x-default"}
        for language in languages():
            assert others[language] == f"https://news.example{path}?lang={language}"
            assert html.fromstring(client.get(f"{path}?lang={language}").text).get("lang") == language


def test_an_issue_has_a_picture_of_its_own_where_it_is_shared(client, out):
    page = html.fromstring(client.get("/regions/MX/issues/1").text)
    (picture,) = page.xpath("//meta[@property='og:image']/@content")
    answer = client.get(picture.removeprefix("https://news.example"))
    assert answer.headers["content-type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)
    assert page.xpath("//meta[@property='og:title']/@content") == ["Quake shakes Oaxaca"]


def test_what_is_not_out_has_no_picture(client, db, out):
    with db.writing() as session:
        make_issue(session, session.merge(out).region, "2026-W21", number=2)
    for path in ("MX/issues/2", "XX/issues/1", "MX/issues/0"):
        assert client.get(f"/regions/{path}/picture.png").status_code == 404
