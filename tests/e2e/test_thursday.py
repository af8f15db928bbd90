"""A Thursday afternoon at the desk, in a real browser: from the draft to the letters, with and without scripts.

The guide's pictures of the desk are taken on the way: `make pictures` writes them to docs/images. Each carries a digest
of the page's wording and style, so that a picture of what is no more fails here.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser, BrowserContext, Page, expect

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, find_editor
from newsletter.editors.signing_in import make_link
from newsletter.issues.content import content_hash
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue
from newsletter.web.app import create_app
from tests.support.clocks import StillClock
from tests.support.databases import create_tables
from tests.support.rounds import MEXICO
from tests.support.smtp import SmtpSink
from tests.support.walking import SIZES, serving, violations, walker
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story, make_subscriber

KEY = "k" * 40
ADA = "ada@newsroom.example"
READERS = 30
STRANGER = "A quake of protests shakes the banks"  # which was taken for a report of the quake
TITLES = ("A quake shakes Oaxaca", "Bakers in Puebla go on strike", "A railway to the coast opens")
PICTURES = os.environ.get("PICTURES", "")  # a folder
ROOT = Path(__file__).resolve().parents[2]
IMAGES, STATIC = ROOT / "docs" / "images", ROOT / "newsletter" / "web" / "static"
DIGEST = "Desk"  # the PNG's text chunk with the digest
SUMMARIES = (
    "Nobody was hurt, but two bridges are closed until engineers have looked at them.",
    "They want the price of flour to be set by the year. There is no bread until Thursday.",
    "It takes two hours less than the road, and stops at eleven towns on the way.",
    "Forty voices, most of them bakers and nurses, were invited to the spring concerts.",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with walker() as started:
        yield started


@pytest.fixture
def service(tmp_path, redis_url, redis_client) -> Iterator[Service]:
    create_tables(url := f"sqlite:///{tmp_path}/desk.sqlite3")
    with SmtpSink() as sink:
        settings = Settings(
            _env_file=None,
            data_dir=tmp_path,
            redis_url=redis_url,
            relay_url=f"smtp://127.0.0.1:{sink.port}",
            postal_address="1 Sample Street",
            batch_size=5,
        )
        made = Service(settings=settings, clock=StillClock(NOW), db=Database(url), secret_keys=[KEY])
        object.__setattr__(made.deliverer.desk, "look_seconds", 0.0)
        made.__dict__["sink"] = sink
        yield made
        made.redis.close()
        made.db.close()


@pytest.fixture
def week(service) -> int:
    """A draft of Mexico with a fact on which reports differ, a report of something else, a story that missed."""
    with service.db.writing() as session:
        region = make_region(session, minimum_items=1)
        gazette, herald = make_source(session, "The Gazette"), make_source(session, "The Herald")
        titles = (*TITLES, "A choir from Puebla sings in Vienna")
        lead, *others = (
            make_story(session, title, summary=summary, source=gazette)
            for title, summary in zip(titles, SUMMARIES, strict=True)
        )
        stranger = make_story(session, STRANGER, summary="Clerks marched through the centre.", source=herald)
        events = [make_event(session, stories) for stories in ([lead, stranger], *([one] for one in others))]
        joined = events[0].stories[1]
        joined.similarity, joined.shared_terms = 0.31, [["quake", 0.2, "word"], ["shakes", 0.1, "word"]]
        make_event(session, [make_story(session, "A school wins a prize", source=herald)])
        issue = make_issue(session, region, items=events)
        values = [
            {
                "value": day,
                "hedge": None,
                "quote": f"The ground shook on {day}.",
                "source": name,
                "url": "https://a.example",
            }
            for day, name in (("2026-05-13", "The Gazette"), ("2026-05-14", "The Courier"))
        ]
        difference = {"attribute": "date", "subject": None, "kind": "disagreement", "shown": True, "values": values}
        for item, title in zip(issue.items, titles, strict=True):
            reason = "Two sources report it."
            item.headline, item.parts = title, [{"name": "sources", "value": 1.0, "reason": reason}]
        issue.items[0].differences = [difference | {"acknowledged_by": None}]
        issue.content_hash = content_hash(issue)
        make_source(session, "The Courier", trouble="It has answered with an error since Tuesday.")
        for _ in range(READERS):
            make_subscriber(session, region)
    service.ticker.tick().raise_errors()  # plans the round
    return issue.id


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request) -> bool:
    return bool(request.param)


@pytest.fixture
def page(browser, service, week, scripts) -> Iterator[Page]:
    """A publisher, signed in; a dialog or a request to elsewhere fails the test."""
    with serving(create_app(service)) as url:
        context = browser.new_context(
            base_url=url, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        trouble = watch(context, url)
        opened = context.new_page()
        sign_in(service, opened)
        yield opened
        context.close()
    assert trouble == []


def watch(context: BrowserContext, url: str) -> list[str]:
    trouble: list[str] = []
    context.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("request", lambda asked: None if asked.url.startswith(url) else trouble.append(asked.url))
    return trouble


def sign_in(service: Service, page: Page) -> None:
    with service.db.writing() as session:
        editor = find_editor(session, ADA) or add_editor(session, ADA, name="Ada", role=Role.PUBLISHER)
        link = make_link(session, editor, service.clock.now())
    page.goto(f"/desk/sign-in/{link}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="This week", exact=True)).to_be_visible()


def read(service: Service) -> Issue:
    with service.db.reading() as session:
        issue = find_issue(session, "MX")
        _ = issue.items
        return issue


def order(service: Service) -> list[str]:
    return [item.headline for item in read(service).items]


def test_from_the_draft_to_the_letters(service, page, scripts):
    # What waits for a person stands on the first page, and leads to the issue.
    expect(page.get_by_text("A publisher is to approve it.")).to_be_visible()
    picture(page, "week")
    page.locator("#MX").get_by_role("link", name="Mexico").click()
    expect(page.get_by_text("30 readers, in one wave")).to_be_visible()
    picture(page, "issue")

    # Order: by keyboard, and by mouse where scripts run.
    page.get_by_role("button", name=f"Up: {TITLES[1]}").press("Enter")
    expect(page.locator("#items + ol > li").first).to_contain_text(TITLES[1])
    assert order(service)[:2] == [TITLES[1], TITLES[0]]
    if scripts:
        drag(page, TITLES[2], TITLES[1])
        expect(page.locator("#items + ol > li").first).to_contain_text(TITLES[2])
        assert order(service)[0] == TITLES[2]
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#items + ol > li").first).to_contain_text(TITLES[1])

    # Words: a headline, the subject; taking in, dropping, undoing.
    item = page.locator("li.item", has_text=TITLES[0])
    item.get_by_text("Edit", exact=True).click()
    item.get_by_label("Headline").fill("After the quake")
    item.get_by_role("button", name="Keep these words").click()
    expect(page.locator("li.item", has_text="After the quake")).to_be_visible()
    page.get_by_role("textbox", name="Subject", exact=True).fill("A week of aftershocks")
    page.get_by_role("button", name="Keep these", exact=True).click()
    page.get_by_role("button", name="Take in: A school wins a prize").click()
    expect(page.locator("li.item", has_text="A school wins a prize")).to_be_visible()
    page.get_by_role("button", name="Drop: A school wins a prize").click()
    expect(page.locator("li.item", has_text="A school wins a prize")).to_have_count(0)
    assert (read(service).subject, len(order(service))) == ("A week of aftershocks", 4)

    # A fact on which reports differ must have been looked at.
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Reports differ on a fact that nobody has looked at")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Seen, tell readers: date").click()
    expect(page.get_by_text("Ada has looked at it")).to_be_visible()

    # A report that tells something else gets an event of its own, and the item names it no more.
    item = page.locator("li.item", has_text="After the quake")
    item.get_by_text("Why it is here", exact=True).click()
    item.get_by_role("link", name="Its reports").click()
    picture(page, "event")
    page.get_by_label(STRANGER).check()
    page.get_by_role("button", name="an event of their own").click()
    expect(page.get_by_label(STRANGER)).to_have_count(0)
    page.get_by_role("link", name="Mexico").first.click()
    assert [item.also for item in read(service).items if item.headline == "After the quake"] == [[]]

    # The preview comes by the same way as the letter.
    page.get_by_role("button", name="Mail the preview").click()
    expect(page.get_by_role("heading", name="The letter", exact=True)).to_be_visible()
    assert service.mailroom.send_due_notices() == 1
    [preview] = service.sink.of(ADA)
    assert "A week of aftershocks" in preview.message["Subject"]
    opened = page.context.new_page()
    opened.set_content(preview.message.get_body(("html",)).get_content())
    expect(opened.get_by_role("link", name="After the quake")).to_be_visible()
    opened.close()

    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved by Ada")).to_be_visible()
    send(service, page)


def drag(page: Page, title: str, onto: str) -> None:
    """By the handle, with the mouse, to above another item."""
    handle = page.locator("li.item", has_text=title).locator("[data-handle]")
    with page.expect_navigation():  # the page comes anew once the order is kept
        handle.drag_to(page.locator("li.item", has_text=onto), target_position={"x": 40, "y": 3})


def send(service: Service, page: Page) -> None:
    """The wave opens; a round is paused, resumed and ends; its accounting is on its page."""
    service.clock.set(MEXICO + timedelta(minutes=1))
    service.ticker.tick().raise_errors()
    sign_in(service, page)  # Thursday's session has ended
    assert float(page.locator(".timeline .now").get_attribute("x1") or "") > 0  # this moment, on the round's line
    page.get_by_role("link", name=re.compile("sending|2026-W20")).first.click()
    page.get_by_label("Why").fill("The court has not spoken yet")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".state", has_text="paused")).to_be_visible()
    assert service.deliverer.deliver(seconds=0.2) == 0
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".state", has_text="sending")).to_be_visible()
    while service.deliverer.waiting():
        service.deliverer.deliver(seconds=20)
    page.reload()
    expect(page.locator('[data-number="accepted"]')).to_have_text(str(READERS))
    picture(page, "round")
    readers = [address for address in service.sink.recipients if address != ADA]
    assert len(set(readers)) == len(readers) == READERS

    # What became of it, beside earlier issues.
    service.clock.set(MEXICO + timedelta(hours=13))
    service.ticker.tick().raise_errors()
    sign_in(service, page)
    page.goto("/desk/issues/1/figures")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text(str(READERS))
    picture(page, "figures")


def picture(page: Page, name: str) -> None:
    """Of the desk, for the guide: taken where pictures are wanted, else compared with what was taken."""
    if not page.evaluate("matchMedia('(scripting: enabled)').matches"):
        return
    path = Path(PICTURES or IMAGES) / f"desk-{name}.png"
    shown = digest_of(page)
    if not PICTURES:
        assert Image.open(path).text[DIGEST] == shown, f"{path.name} shows another page: make pictures"
        return
    page.wait_for_load_state("networkidle")  # the letter stands in a frame
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    few = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(64)  # few colours make it small
    info = PngInfo()
    info.add_text(DIGEST, shown)
    few.save(path, "PNG", optimize=True, pnginfo=info)


def digest_of(page: Page) -> str:
    """Of the page's words, but for numbers, and of the style."""
    words = page.locator("h1, h2, h3, th, label, button, summary").all_text_contents()
    style = "".join((STATIC / name).read_text("utf-8") for name in ("site.css", "desk.css"))
    return hashlib.sha256((re.sub(r"\d+", "0", "\n".join(words)) + style).encode()).hexdigest()


PAGES = (
    "/desk",
    "/desk/issues/1",
    "/desk/issues/1/check",
    "/desk/issues/1/figures",
    "/desk/issues/1/corrections",
    "/desk/calendar",
    "/desk/leaving",
    "/desk/regions",
    "/desk/schedules",
    "/desk/schedules/weekly",
    "/desk/relays",
    "/desk/settings",
    "/desk/imports",
    "/desk/events/1",
    "/desk/events/doubts",
    "/desk/regions/MX/weights?severity=1",
    "/desk/stories",
    "/desk/stories/new",
    "/desk/stories/1",
    "/desk/sources",
    "/desk/sources/1",
    "/desk/readers",
    "/desk/sessions",
    "/desk/keys",
    "/desk/people",
    "/desk/webhooks",
    "/desk/log",
    "/desk/sign-in",
)


# Colours depend on no language and no direction, so that each look is held with both others.
LOOKS = (("light", "en", "ltr"), ("dark", "es", "rtl"))
# Of the page's own words: nobody else's names, headlines or notes.
OWN_WORDS = """() => {
    const own = document.body.cloneNode(true);
    const others = "[lang], [dir=auto], bdi, code, pre, script, select, textarea";
    for (const one of own.querySelectorAll(others)) one.remove();
    const said = [...own.querySelectorAll("[aria-label]:not(button)")].map((one) => one.getAttribute("aria-label"));
    return [own.innerText, ...said].join(" ");
}"""
ENGLISH = re.compile(r"\b(of|and|is|are|by|with|not|to|was|were|from|for|this|that)\b[^.]{0,40}")


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["scripts"])
def test_every_page_is_accessible_in_each_size_scheme_language_and_direction(page):
    found = {}
    for scheme, language, direction in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_extra_http_headers({"Accept-Language": language})
        for path in PAGES:
            page.goto(path)
            assert page.locator("html").get_attribute("lang").startswith(language)
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            wrong = wrong_at_each_size(page, direction)
            if language != "en":
                wrong += [english[0] for english in ENGLISH.finditer(page.evaluate(OWN_WORDS))]
            if wrong:
                found[scheme, path] = wrong
    assert found == {}


def wrong_at_each_size(page: Page, direction: str) -> list[str]:
    """What axe finds on the page that is open, and the ways in which it scrolls sideways."""
    wrong = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for way in dict.fromkeys(("ltr", direction)):
            page.evaluate("(way) => (document.documentElement.dir = way)", way)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                wrong.append(f"scrolls sideways at {width} pixels, {way}")
        wrong += [f"{size}: {violation}" for violation in violations(page)]
    return wrong
