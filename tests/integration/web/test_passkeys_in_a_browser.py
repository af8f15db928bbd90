"""Passkeys in a real browser with a virtual authenticator (Web Authentication, section 11): made, used, replayed on
another site, removed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pydantic import HttpUrl
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, editor_by_address
from newsletter.editors.signing_in import make_link
from newsletter.web.app import create_app
from tests.support.walking import SIZES, serving, violations, walker

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADA = "ada@newsroom.example"
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def site(service, db) -> Iterator[str]:
    """The service at the address that it believes to have: browsers make passkeys for a name, and check the port."""
    with db.writing() as session:
        add_editor(session, ADA, name="Ada", role=Role.PUBLISHER)
    made = []

    async def later(scope, receive, send):
        await made[0](scope, receive, send)

    with serving(later) as address:
        url = address.replace("127.0.0.1", "localhost")
        settings = service.settings.model_copy(update={"site_url": HttpUrl(url)})
        made.append(create_app(replace(service, settings=settings)))
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # as long as everything else here may take
    with walker() as started:
        yield started


@pytest.fixture
def context(browser, site) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=site, viewport=dict(zip(("width", "height"), SIZES["phone"], strict=True)))
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@contextmanager
def device(page: Page, *, verified: bool = True) -> Iterator[None]:
    """A phone that unlocks, or does not, whenever the browser asks it; its keys go with it."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    try:
        yield
    finally:
        protocol.detach()


def by_link(page: Page, db, clock) -> None:
    with db.writing() as session:
        link = make_link(session, editor_by_address(session, ADA), clock.now())
    page.goto(f"/desk/sign-in/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")


def test_a_passkey_from_its_making_to_its_end(site, context, db, clock):
    page = context.new_page()
    with device(page):
        by_link(page, db, clock)
        page.goto("/desk/sessions")
        page.get_by_label("A name for it").fill("My phone <b>")
        assert violations(page) == []
        page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_text("My phone <b>")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()

        # Where the browser may offer a passkey by itself, the page asks it to; the virtual device takes the offer.
        page.wait_for_url("**/desk")
        page.goto("/desk/sessions")
        expect(page.get_by_text("By a passkey")).to_be_visible()

        stolen = signed_elsewhere(site, page)
        for answer in stolen:
            assert answer.status_code == 409

        page.get_by_role("button", name="Remove the passkey My phone <b>").click()
        expect(page.get_by_text("My phone <b>")).to_have_count(0)
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/desk/sign-in")
        expect(page.get_by_role("status")).to_contain_text("not known here")
        assert violations(page) == []


def signed_elsewhere(site: str, page: Page) -> list[httpx.Response]:
    """What an attacker gets who asks for a challenge and has Ada's device sign it on a page of their own; and who sends
    again what her own browser sent.
    """
    told = []
    page.context.on("request", lambda asked: told.append(asked.post_data) if asked.url.endswith("/answer") else None)
    with httpx.Client(base_url=site, headers=SAME) as attacker:
        question = attacker.post("/desk/sign-in/passkey/question").json()
        with serving(Starlette(routes=[Route("/", lambda request: HTMLResponse("<title>Evil</title>"))])) as evil:
            page.goto(evil.replace("127.0.0.1", "localhost"))  # the same name, another port: another origin
            said = page.evaluate(
                """async (question) => {
                    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question);
                    return JSON.stringify(await navigator.credentials.get({ publicKey }));
                }""",
                question,
            )
        answers = [attacker.post("/desk/sign-in/passkey/answer", data={"answer": said})]
        page.goto("/desk/sessions")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/desk")
        attacker.post("/desk/sign-in/passkey/question")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answers += [attacker.post("/desk/sign-in/passkey/answer", content=sent, headers=headers) for sent in told]
    assert len(answers) == 2
    page.goto("/desk/sessions")
    return answers


def test_a_device_that_does_not_unlock_signs_nobody_in_and_the_link_still_does(context, db, clock):
    page = context.new_page()
    with device(page, verified=False):
        page.goto("/desk/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("status")).to_contain_text("A link by mail always works")
        by_link(page, db, clock)
        page.goto("/desk/sessions")
        page.get_by_label("A name for it").fill("My phone")
        page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_role("status")).to_contain_text("No passkey was made")


def test_without_scripts_no_button_stands_there_that_does_nothing(browser, site, db, clock):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/desk/sign-in")
    expect(page.get_by_role("button", name="Mail me a link")).to_be_visible()
    expect(page.get_by_role("button", name="passkey")).to_have_count(0)
    by_link(page, db, clock)
    page.goto("/desk/sessions")
    expect(page.get_by_role("button", name="Make a passkey")).to_have_count(0)
    expect(page.get_by_text("Making one needs JavaScript")).to_be_visible()
    context.close()
