"""A word on an issue in a real browser: one click in the letter, and nothing for programs that open its links."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page
from pydantic import HttpUrl

from newsletter.issues.models import Issue, IssueState, OpinionKind
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.issues.opinions import opinions
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.walking import serving, violations, walker
from tests.support.world import make_issue, make_region

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with walker() as started:
        yield started


@pytest.fixture
def issue(db) -> Issue:
    with db.writing() as session:
        return make_issue(session, make_region(session, "MX"), state=IssueState.OUT)


@pytest.fixture
def link(service, issue) -> Iterator[str]:
    """Of the letter, to a service at a real address."""
    here = replace(service, settings=service.settings.model_copy(update={"site_url": HttpUrl("http://127.0.0.1")}))
    with serving(create_app(here)) as address:
        yield OpinionLinks([KEY], address).url(issue.id, OpinionKind.TOO_MUCH)


def opened(browser: Browser, link: str, *, scripts: bool = True) -> Page:
    page = browser.new_context(java_script_enabled=scripts, viewport={"width": 375, "height": 740}).new_page()
    page.set_default_timeout(20_000)
    page.goto(link)
    return page


def counted(db, issue) -> int:
    with db.reading() as session:
        return opinions(session, issue)[OpinionKind.TOO_MUCH]


def test_the_click_in_the_letter_is_all_that_a_person_needs(browser, link, db, issue):
    page = opened(browser, link)
    page.mouse.move(40, 200)
    page.mouse.move(60, 220)
    page.get_by_role("heading", name="Thank you").wait_for()
    page.mouse.move(80, 240)
    assert counted(db, issue) == 1
    assert violations(page) == []


def test_a_program_that_opens_the_link_and_runs_its_script_counts_nothing(browser, link, db, issue):
    page = opened(browser, link)
    page.evaluate("dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 5, clientY: 5 }))")
    page.evaluate("dispatchEvent(new WheelEvent('wheel', { deltaY: 50 }))")
    assert page.get_by_role("button", name="It was too much").is_enabled()
    assert counted(db, issue) == 0
    assert violations(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_by_keyboard_the_button_counts_once(browser, link, db, issue, scripts):
    page = opened(browser, link, scripts=scripts)
    page.get_by_role("button", name="It was too much").press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert counted(db, issue) == 1
