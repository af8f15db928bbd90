"""Joining and leaving in a real browser: phone and desktop, with and without JavaScript, by keyboard alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page
from pydantic import HttpUrl
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from newsletter.errors import NotFoundError
from newsletter.subscribers.finding import by_address, consents
from newsletter.subscribers.links import Links
from newsletter.subscribers.models import SubscriberState
from newsletter.web.app import create_app
from newsletter.web.box_snippets import Words, snippets
from tests.conftest import KEY
from tests.support.waiting import eventually
from tests.support.walking import SIZES, serving, violations, walker
from tests.support.world import make_region, make_subscriber

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANA = "ana@readers.example"
CODES = ("MX", "ES", "FR", "DE", "IT", "PT", "BR", "AR", "CL", "PE", "latin-america", "EG")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with walker() as started:
        yield started


@pytest.fixture
def box_sites():
    """Sites that may use the script: none, until one has an address."""
    return []


@pytest.fixture
def site(service, db, box_sites):
    """The service at a real address, with letters of twelve regions."""
    with db.writing() as session:
        for code in CODES:
            make_region(session, code)
    here = replace(
        service,
        settings=service.settings.model_copy(update={"site_url": HttpUrl("http://127.0.0.1"), "box_sites": box_sites}),
    )
    with serving(create_app(here)) as address:
        yield address


def page_of(browser: Browser, size: str = "phone", *, scripts: bool = True) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="es-MX",
        timezone_id="America/Tijuana",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def reader(db, address=ANA):
    """Once the wish is kept, which is after the answer."""
    with db.reading() as session:
        return by_address(session, address)


def kept(db, address=ANA):
    def is_there():
        try:
            return reader(db, address)
        except NotFoundError:
            return None

    eventually(is_there, seconds=20)
    return reader(db, address)


def links_at(site: str) -> Links:
    return Links([KEY], site)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_someone_joins_and_leaves_and_takes_it_back(browser, site, db, size, scripts):
    page = page_of(browser, size, scripts=scripts)
    page.goto(f"{site}/subscribe")
    assert page.evaluate("document.documentElement.lang") == "es" if scripts else True
    page.get_by_label("México").check()
    page.get_by_label("Egipto").check()
    page.get_by_label("Tu dirección de correo").fill(ANA)
    page.get_by_role("button", name="Recibir el boletín").last.click()
    page.wait_for_url(f"{site}/subscribe/asked")
    ana = kept(db)
    assert (ana.state, ana.language) == (SubscriberState.PENDING, "es")
    assert ana.time_zone == ("America/Tijuana" if scripts else "America/Mexico_City")

    page.goto(links_at(site).confirm(ana.key))
    assert reader(db).state is SubscriberState.PENDING
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    assert reader(db).state is SubscriberState.CONFIRMED
    page.goto(links_at(site).unsubscribe(ana.key))
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    assert reader(db).state is SubscriberState.LEFT
    page.get_by_role("button", name="error").click()
    page.wait_for_load_state()
    assert reader(db).state is SubscriberState.CONFIRMED


def test_joining_needs_no_mouse(browser, site, db):
    page = page_of(browser, "desktop")
    page.goto(f"{site}/subscribe")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    tab_to("input[type=search]")
    page.keyboard.type("méx")
    page.keyboard.press("Enter")  # a search sends nothing
    assert page.url == f"{site}/subscribe"
    assert page.locator("label.tick:visible").count() == 1
    assert page.locator(".kind:visible").count() == 1  # no heading stands over nothing
    assert page.locator("[data-found]").text_content() == "Encontradas: 1"
    tab_to("input[value=MX]")
    page.keyboard.press("Space")
    tab_to("input[name=address]")
    page.keyboard.type(ANA)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/subscribe/asked")
    assert [s.region.code for s in kept(db).subscriptions] == ["MX"]


def test_regions_are_found_without_javascript_and_ticks_stay(browser, site, db):
    page = page_of(browser, scripts=False)
    page.goto(f"{site}/subscribe")
    page.get_by_label("Egipto").check()
    page.get_by_label("Buscar una región").fill("alemania")
    page.get_by_role("button", name="Buscar").click()
    shown = page.locator("label.tick").all_inner_texts()
    assert sorted(text.split()[-1] for text in shown) == ["Alemania", "Egipto"]
    assert page.get_by_label("Egipto").is_checked()
    assert "?" not in page.url
    page.get_by_label("Tu dirección de correo").fill(ANA)
    page.get_by_label("Alemania").check()
    page.get_by_role("button", name="Recibir el boletín").last.click()
    page.wait_for_url(f"{site}/subscribe/asked")
    assert {s.region.code for s in kept(db).subscriptions} == {"DE", "EG"}


def test_a_browser_works_out_the_step_by_itself(browser, site, db):
    page = page_of(browser)
    for number in range(6):  # the last of them is one too many within the hour
        page.goto(f"{site}/subscribe?region=MX")
        page.get_by_label("Tu dirección de correo").fill(f"reader{number}@readers.example")
        page.get_by_role("button", name="Recibir el boletín").last.click()
        page.wait_for_url(f"{site}/subscribe/asked", timeout=60_000)
    assert kept(db, "reader5@readers.example").state is SubscriberState.PENDING


@pytest.fixture
def paper(site, box_sites):
    """A page of the news site, at an address of its own, with the box; it is among the sites that may."""
    words = Words("Tu dirección", "Envíenme el boletín.", "Recibirlo")
    upgraded = snippets(site, "MX", "es", "ltr", words)[1].html

    def news(_request):
        return HTMLResponse(f"<!doctype html><title>News</title><main>{upgraded}</main>")

    with serving(Starlette(routes=[Route("/", news)])) as address:
        box_sites.append(address)
        yield address


def fill_in(page, paper, address):
    page.goto(paper)
    page.get_by_label("Tu dirección").fill(address)
    page.get_by_role("button").click()


def way_of(db, address):
    with db.reading() as session:
        return consents(session, kept(db, address))[0].way


def test_the_box_answers_where_it_stands(browser, db, paper):
    page = page_of(browser)
    fill_in(page, paper, "ana")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Tu dirección").is_visible()
    fill_in(page, paper, ANA)
    said = page.get_by_role("status")
    said.wait_for()
    assert "Te hemos enviado un correo" in said.inner_text()
    assert page.url == f"{paper}/"
    assert page.locator("form").count() == 0
    assert page.evaluate("document.activeElement.dataset.said") == ""  # whoever does not see hears it
    assert way_of(db, ANA) == "box"
    assert kept(db).time_zone == "America/Tijuana"


@pytest.mark.parametrize("scripts", [True, False], ids=["a site that may not", "no scripts"])
def test_the_box_works_where_it_cannot_be_upgraded(browser, site, db, paper, box_sites, scripts):
    box_sites.clear()
    page = page_of(browser, scripts=scripts)
    fill_in(page, paper, ANA)
    page.wait_for_url(f"{site}/subscribe/asked")
    assert way_of(db, ANA) == "box"


@pytest.mark.parametrize("path", ["/subscribe", "/box", "/box?region=MX", "/preferences"])
def test_pages_of_joining_keep_nobody_out(browser, site, path):
    for size in SIZES:
        for language, scheme in (("es", "light"), ("ar", "dark")):
            width, height = SIZES[size]
            context = browser.new_context(viewport={"width": width, "height": height}, locale=language,
                                          color_scheme=scheme)  # fmt: skip
            page = context.new_page()
            page.goto(site + path)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            context.close()


def test_pages_of_a_reader_keep_nobody_out(browser, site, db, clock):
    with db.writing() as session:
        region = make_region(session, "JP")
        ana = make_subscriber(session, region, address=ANA, language="ar")
    links = links_at(site)
    page = page_of(browser)
    for url in (links.preferences(ana.key), links.data(ana.key), links.unsubscribe(ana.key)):
        page.goto(url)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]
    page.get_by_role("button").first.click()  # leaves
    page.wait_for_load_state()
    assert violations(page) == []
    page.locator("input[value=often]").check()
    page.get_by_role("button").last.click()
    page.wait_for_load_state()
    assert violations(page) == []
