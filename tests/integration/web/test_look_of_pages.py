"""The public pages in a real browser: light, dark, from right to left, narrow; with a budget for what they load."""

import re

import pytest

from newsletter.issues.models import IssueState
from newsletter.regions.catalogue import catalogue
from tests.support.world import make_event, make_issue, make_region, make_source, make_story
from tests.unit.rendering.samples import differing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the database changes no look

SITE = "https://news.example"
# Pictures, and scripts that run: data for search engines does not.
EXTRAS = "document.images.length + document.querySelectorAll('script:not([type=\"application/ld+json\"])').length"
BUDGET = 50_000  # bytes of a page and all that it loads, without pictures


@pytest.fixture
def world(db):
    """Mexico and Egypt with an issue each that has everything, Spain with nothing."""
    told = {
        "MX": ("en", "Reservoirs above Monterrey fill for the first time in six years", "Gulf Wire"),
        "EG": ("ar", "افتتاح خط المترو الرابع في القاهرة بعد عشر سنوات من العمل", "صحيفة النيل"),
    }
    paths = ["/", "/subscribe", "/regions/ES"]
    with db.writing() as session:
        make_region(session, "ES", language="es")
        for code, (language, headline, name) in told.items():
            region = make_region(session, code, language=language)
            source = make_source(session, name, language=language)
            events = []
            for number in range(6):
                about = {code: 0.9}
                story = make_story(session, f"{headline} ({number})", source=source, about=about, language=language)
                events.append(make_event(session, [story]))
            issue = make_issue(session, region, items=events, state=IssueState.OUT, intro=headline)
            issue.items[0].also = [{"source": "Capital Ledger", "url": "https://ledger.example/story"}]
            issue.items[0].differences = [differing("killed", ("12", name), ("14", "Capital Ledger"))]
            paths += [f"/regions/{code}", f"/regions/{code}/archive", f"/regions/{code}/issues/1"]
            paths.append(f"/events/{issue.items[0].event_id}")
    return paths


@pytest.fixture
def answers(client, world):
    """Every page with what it loads, as the service gives it."""
    found = {}
    for path in world:
        page = client.get(path)
        found[SITE + path] = (page.headers["content-type"], page.content)
        for loaded in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
            if SITE + loaded not in found:
                answer = client.get(loaded)
                found[SITE + loaded] = (answer.headers["content-type"], answer.content)
    return found


def looked(chromium, answers, path, **how):
    look = chromium.look(answers, SITE + path, **how)
    assert look.violations == []
    assert look.small == []
    assert look.smallest >= 14
    assert look.shift == 0
    assert [url for url in look.refused if not url.endswith("/favicon.ico")] == []  # nothing from elsewhere
    assert look.width <= how.get("width", 375)
    return look


def test_nothing_keeps_a_reader_out_of_a_page(chromium, answers, world):
    for path in world:
        looked(chromium, answers, path)


def test_pages_are_dark_where_a_reader_likes_it_dark(chromium, answers, world):
    for path in world[-4:]:  # of Egypt, from right to left
        light = looked(chromium, answers, path, width=1280, axe=False)
        assert looked(chromium, answers, path, dark=True, width=1280).ground != light.ground


def test_a_page_and_all_that_it_loads_is_small(answers, world):
    for path in world:
        _, page = answers[SITE + path]
        loaded = {SITE + url for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())}
        assert len(page) + sum(len(answers[url][1]) for url in loaded) < BUDGET, path


def test_pages_stay_small_however_many_regions_there_are(client, db):
    headline = "Reservoirs above Monterrey fill for the first time in six years"
    with db.writing() as session:
        event = make_event(session, [make_story(session, headline)])
        for code in [one.code for one in catalogue().values() if one.kind != "division"]:
            make_issue(session, make_region(session, code), items=[event], state=IssueState.OUT)
    for path in ("/", "/subscribe"):
        page = client.get(path)
        loaded = [client.get(url) for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)]
        sent = [int(answer.headers["content-length"]) for answer in (page, *loaded)]
        assert sum(sent) < BUDGET, path


def test_text_comes_first_and_everything_is_reached_by_keys(chromium, answers, world):
    """The first thing that is focused leads past the masthead; no script and no picture stands before the words."""

    def pressed(page, _refused):
        page.goto(SITE + "/regions/MX/issues/1")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.className")
        page.keyboard.press("Enter")
        place = page.evaluate("document.activeElement.id || location.hash")
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.tagName + '|' + (document.activeElement.href || '')"))
        return first, place, seen, page.evaluate(EXTRAS)

    first, place, seen, extras = chromium.on_page(answers, pressed)
    assert (first, place, extras) == ("skip", "main", 0)
    assert any(link.endswith("/regions/MX/archive") for link in seen)
    assert any(tag.startswith("BUTTON") for tag in seen)


def test_a_page_can_be_printed(chromium, answers, world):
    def printed(page, _refused):
        page.goto(SITE + "/regions/MX/issues/1")
        page.emulate_media(media="print", color_scheme="dark")
        return page.evaluate(
            """() => [getComputedStyle(document.body).color,
                getComputedStyle(document.querySelector('.sheet')).backgroundColor,
                getComputedStyle(document.querySelector('aside')).display]"""
        )

    assert chromium.on_page(answers, printed) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "none"]
