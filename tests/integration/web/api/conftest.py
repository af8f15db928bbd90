"""Programs that ask the API: each with a key of a role, and perhaps for some regions."""

from collections.abc import Callable

import httpx
import pytest

from newsletter.bootstrap import Service
from newsletter.editors.keys import make_key
from newsletter.editors.models import Role
from newsletter.regions.service import region
from newsletter.stories.fetching import Fetcher
from tests.support.browser import Browser
from tests.support.world import NOW

Ask = Callable[..., httpx.Response]


@pytest.fixture
def service(service) -> Service:
    """Knows no host of the internet: what it would visit is not there, and nobody waits for that."""

    def unknown(host: str, _port: int) -> list[str]:
        raise OSError(host)

    vars(service)["fetcher"] = Fetcher(service.settings, resolver=unknown)
    return service


@pytest.fixture
def program(client, db) -> Callable[..., Ask]:
    """`program(Role.EDITOR, "MX")` makes a key and returns what asks with it: ask("GET", "/issues")."""

    def made(role: Role = Role.ADMIN, *codes: str, name: str = "", browser: Browser = client) -> Ask:
        with db.writing() as session:
            regions = [region(session, code) for code in codes]
            name = name or f"{role} {' '.join(codes)}"
            _, secret = make_key(session, name, role=role, regions=regions, by="Ada", now=NOW)

        def ask(method: str, path: str, *, browser: Browser = browser, **options) -> httpx.Response:
            headers = {"Authorization": f"Bearer {secret}"} | options.pop("headers", {})
            return browser.request(method, f"/api/v1{path}", headers=headers, **options)

        return ask

    return made
