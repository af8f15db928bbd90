"""Stories opened from letters through us: where it leads, what is counted, and what nobody can make of it."""

from dataclasses import replace

import pytest

from newsletter.feedback.clicks import ItemKey
from newsletter.issues.click_links import ClickLinks, StoryPlace
from newsletter.issues.models import IssueState
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.world import make_issue, make_region

LINKS = ClickLinks([KEY], "https://news.example")
STORY = "https://paper.example/story?id=7&lang=es#part-2"
OTHER = "https://other.example/a%20b?q=%26"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"count_clicks": True})


@pytest.fixture
def issue(db):
    with db.writing() as session:
        made = make_issue(session, make_region(session, "MX"), state=IssueState.OUT)
        made.items[0].url = STORY
        made.items[0].also = [{"source": "Other", "url": OTHER}, {"source": "Bad", "url": "javascript:alert(1)"}]
        return made


@pytest.fixture
def letter_link(issue):
    def link(position=1, report=0):
        return LINKS.url(StoryPlace(issue.id, position, report))

    return link


def test_a_link_leads_to_the_story_with_its_query_and_tells_nobody_who_came(client, letter_link):
    answer = client.get(letter_link())
    assert (answer.status_code, answer.headers["location"]) == (302, STORY)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert client.get(letter_link(report=1)).headers["location"] == OTHER


def test_a_click_is_one_more_of_its_item(client, service, issue, letter_link):
    client.get(letter_link())
    assert service.click_counter.take() == {ItemKey(issue.id, 1): 1}


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, None]
)
def test_what_a_program_asks_ahead_or_by_head_is_led_on_and_not_counted(client, service, letter_link, headers):
    method = "GET" if headers else "HEAD"
    answer = client.request(method, letter_link(), headers=headers)
    assert answer.headers["location"] == STORY
    assert service.click_counter.take() == {}


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD])
def test_a_preview_leads_to_its_stories_and_counts_nothing(client, service, db, issue, letter_link, state):
    with db.writing() as session:
        session.merge(issue).state = state
    assert client.get(letter_link()).headers["location"] == STORY
    assert service.click_counter.take() == {}


@pytest.mark.parametrize(
    "tail", ["", "?url=https://evil.example", "/../../evil.example", "%0d%0aLocation:%20//evil.example"]
)
def test_nobody_makes_a_link_of_ours_that_leads_elsewhere(client, letter_link, tail):
    """Open redirect by click links: whatever is put into or behind one, it leads to our story or nowhere."""
    answer = client.get(letter_link() + tail)
    assert answer.headers.get("location") in (STORY, None)
    assert answer.status_code == 302 or "evil" not in answer.headers.get("location", "")
    for token in ("https://evil.example", "1.1.0", letter_link().rpartition("/")[2].replace(".1.0.", ".2.0.")):
        answer = client.get(f"/s/{token}")
        assert answer.status_code == 404
        assert "location" not in answer.headers


@pytest.mark.parametrize("report", [0, 2])
def test_a_story_whose_address_is_none_of_the_web_leads_to_our_page(client, db, issue, letter_link, report):
    with db.writing() as session:
        session.merge(issue).items[0].url = "javascript:alert(1)"
    location = client.get(letter_link(report=report)).headers["location"]
    assert location == f"https://news.example/regions/MX/issues/{issue.number}"


@pytest.mark.parametrize(("position", "report"), [(9, 0), (1, 9)])
def test_what_an_issue_does_not_have_is_not_there(client, letter_link, position, report):
    assert client.get(letter_link(position, report)).status_code == 404


def test_switched_off_old_letters_still_lead_on_and_nothing_is_counted(service, letter_link):
    off = replace(service, settings=service.settings.model_copy(update={"count_clicks": False}))
    with Browser(create_app(off), "https://news.example") as browser:
        assert browser.get(letter_link()).headers["location"] == STORY
    assert service.click_counter.take() == {}


def test_archive_pages_lead_to_stories_directly(client, issue):
    page = client.get(f"/regions/MX/issues/{issue.number}").text
    assert "https://paper.example/story?id=7" in page
    assert "/s/" not in page


def test_who_subscribes_is_told_that_clicks_are_counted_and_only_then(client, service, issue):
    note = "nothing is kept about who opens it"
    assert note in client.get("/subscribe").text
    off = replace(service, settings=service.settings.model_copy(update={"count_clicks": False}))
    with Browser(create_app(off), "https://news.example") as browser:
        assert note not in browser.get("/subscribe").text


def test_a_letter_of_a_service_that_counts_leads_through_us(service, db, clock, issue):
    with db.writing() as session:
        letter = service.rendering.letter(session, [session.merge(issue)], "en", clock.now())
    assert letter.html.count("https://news.example/s/") == letter.text.count("https://news.example/s/") > 0
    assert "paper.example" not in letter.html
