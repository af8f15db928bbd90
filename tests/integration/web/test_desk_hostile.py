"""What the outside world and editors wrote, on every page of the desk and of readers, in a real browser: text, wherever
it stands."""

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.stories.models import Story
from newsletter.subscribers.models import Subscriber
from newsletter.web.app import create_app
from tests.integration.web.desk_rules import OPEN
from tests.support.desk_world import READER, address_of, desk_routes, make_desk
from tests.support.walking import serving, walker

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Out of a text, of an attribute in either quotes, of a title, a text field, a style, a script and a comment.
HOSTILE = (
    "<x-planted></x-planted>\"x-planted='' autofocus onfocus=alert(1) ' x-planted=1 --></title></textarea></style>"
    "</script><x-planted></x-planted><script>alert(2)</script><img src=https://evil.example/x onerror=alert(3)>"
    "<svg onload=alert(4)><a href=javascript:alert(5)>x</a><meta http-equiv=refresh content=0;url=//evil.example>"
)
PLANTED = (
    "x-planted, [x-planted], [onerror], [onload], [onfocus], [href^='javascript:'], meta[http-equiv][content*='evil']"
)


@pytest.fixture
def desk(service, db, clock) -> Iterator[tuple[Page, dict[str, str], list[str]]]:
    """A page of an admin at a desk that is full of it, its ids, and what happened that must not."""
    with db.writing() as session:
        owner = add_editor(session, "ada@newsroom.example", name=HOSTILE[:200], role=Role.ADMIN)
        ids = make_desk(session, HOSTILE, owner)
        session.query(Story).update({"url": "javascript:alert(6)"})
        link = make_link(session, owner, clock.now())
    with serving(create_app(service)) as url, walker() as browser:
        trouble: list[str] = []
        context = browser.new_context(base_url=url, user_agent=HOSTILE)
        context.set_default_timeout(20_000)
        context.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        context.on("request", lambda asked: None if asked.url.startswith(url) else trouble.append(asked.url))
        page = context.new_page()
        page.goto(f"/desk/sign-in/{link}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/desk")
        yield page, ids, trouble


def test_whatever_was_written_is_shown_as_text_on_every_page(desk, app, service):
    page, ids, trouble = desk
    shown = 0
    for route in desk_routes(app):
        if route.method == "GET" and str(route) not in OPEN and not route.path.endswith(("stream", ".csv", ".toml")):
            page.goto(address_of(route, ids))
            shown += look(page, str(route))
    for form, fields in FORMS.items():
        page.goto(form)
        for name, value in fields.items():
            page.locator(f"main [name={name}]").first.fill(value)
        page.locator("main form:has([name=csrf]) button[type=submit]").first.click()
        page.wait_for_load_state()
        shown += look(page, form)
    both_hands(page, ids["issue_id"])
    shown += look(page, "two hands")
    for path in (*PUBLIC, *own_pages(service)):
        page.goto(path.format(**ids))
        shown += look(page, path)
    for guess in ("/desk/issues/%3Cx-planted%3E", "/desk/sign-in/%3Cx-planted%3E", "/desk/%22x-planted=1"):
        page.goto(guess)
        look(page, guess)
    assert trouble == []
    assert shown > 20  # pages that have it, as text


FORMS = {
    "/desk/readers": {"address": READER},
    "/desk/stories/new": {"title": HOSTILE, "url": "https://news.example/x", "summary": HOSTILE, "language": "en",
                          "published_at": "x"},
}  # fmt: skip


# The pages of readers, and what is guessed and searched for there.
PUBLIC = (
    "/",
    "/regions/MX",
    "/regions/MX/issues/1",
    f"/regions/MX/archive?text={quote(HOSTILE)}",
    f"/regions/MX/archive?year={quote(HOSTILE)}",
    "/events/1",
    f"/subscribe?region={quote(HOSTILE)}",
    f"/box?region={quote(HOSTILE)}",
    "/preferences",
    "/regions/%3Cx-planted%3E",
    "/u/%3Cx-planted%3E",
    "/p/%22x-planted=1",
)


def own_pages(service: Service) -> list[str]:
    """Those that only the links of a letter open."""
    with service.db.reading() as session:
        key = session.scalars(select(Subscriber.key)).one()
    links = service.links
    return [urlsplit(link).path for link in (links.preferences(key), links.unsubscribe(key), links.data(key))]


def look(page: Page, where: str) -> bool:
    """Whether the words are on the page; they must be nothing else than words."""
    planted = page.locator(PLANTED)
    assert planted.count() == 0, (where, planted.first.evaluate("one => one.outerHTML"))
    for frame in page.frames[1:]:
        assert frame.locator(PLANTED).count() == 0, (where, frame.url)
    return "<x-planted>" in page.content().replace("&lt;", "<").replace("&gt;", ">")


def both_hands(page: Page, issue: str) -> None:
    """The page that shows what two wrote."""
    page.goto(f"/desk/issues/{issue}")
    page.locator("input[name=was_subject]").first.evaluate("one => { one.value = 'something else'; }")
    page.locator("input[name=subject]").fill(f"another {HOSTILE}"[:150])
    page.get_by_role("button", name="Keep these", exact=True).click()
    page.wait_for_load_state()
    assert "/words" in page.url
