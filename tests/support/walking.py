"""Walking through a service's pages as a person does: Chromium on the pages of a real server."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from tests.support.chromium import axe_script, chromium_path
from tests.support.waiting import eventually

SIZES = {"phone": (375, 740), "desktop": (1280, 900)}


@contextmanager
def walker() -> Iterator[Browser]:
    """Skips the test, and says so, where no Chromium is installed."""
    program = chromium_path()
    if program is None:
        pytest.skip("no Chromium is installed (on Debian: apt-get install chromium)")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # which root may not have
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The application behind a real server; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands: the rule and the first element that breaks it."""
    if page.evaluate("!window.axe"):
        page.evaluate(axe_script())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found]
