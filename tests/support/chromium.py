"""The Chromium that is installed, for looking at pages and letters as people see them; and axe, which finds what keeps
people out.

Playwright's loop lives in a thread of its own, since a test may run another. No page reaches the network: what a page
asks for is given from a table, and everything else is refused and written down.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page, Route, sync_playwright

HOME = "https://page.example/"
TARGET = 44  # pixels: the least height of what is pressed (WCAG 2.2, 2.5.5)
Result = TypeVar("Result")
Answers = Mapping[str, tuple[str, bytes]]  # URL to (media type, content)

# Landmarks are for pages; a mail stands in the mail program's own.
_AXE_FOR_LETTERS = {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}
_RUN = "const ran = await axe.run(document, { resultTypes: ['violations'], rules });"
_LOOK = """async ([rules, target]) => {
  const ran = await axe.run(document, { resultTypes: ['violations'], rules });
  const shown = [...document.querySelectorAll('body *')].filter(e => e.offsetHeight > 1 &&
    getComputedStyle(e).visibility !== 'hidden' && getComputedStyle(e).clipPath === 'none');
  const texts = shown.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim().length > 1));
  const height = e => Math.max(...[...e.getClientRects()].map(r => r.height));
  return {
    violations: ran.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(' | ')}`),
    smallest: Math.min(...texts.map(e => parseFloat(getComputedStyle(e).fontSize))),
    width: document.documentElement.scrollWidth,
    ground: [document.body, document.documentElement].map(e => getComputedStyle(e).backgroundColor).join(),
    small: shown.filter(e => e.matches('a[href], button, input:not([type=hidden]), select') && height(e) < target - 0.5)
      .filter(e => !(e.matches('label input') && height(e.closest('label')) >= target - 0.5))
      .map(e => e.outerHTML.slice(0, 100)),
    shift: window.shifted || 0,
  };
}"""
_WATCH_SHIFT = """new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifted = (window.shifted || 0) + entry.value;
}).observe({ type: 'layout-shift', buffered: true });"""


@dataclass(frozen=True)
class Looked:
    """What a page looked like."""

    violations: list[str]  # axe's
    smallest: float  # pixels: the smallest text
    width: int  # pixels: more than the window's means that it scrolls sideways
    ground: str  # colours behind it
    small: list[str]  # what is pressed and is less than 44 pixels high
    shift: float  # cumulative layout shift
    refused: list[str] = field(default_factory=list)  # what it asked for and nobody gave


def chromium_path() -> str | None:
    """Where Chromium is: CHROMIUM, or on the PATH; None without one."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@cache
def axe_script() -> str:
    """What gives a page the function `axe.run`."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


class Chromium:
    """Use as a context manager."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chromium")

    def __enter__(self) -> "Chromium":
        self._do(self._start)
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._stop)
        self._thread.shutdown()

    def look(
        self,
        answers: Answers | str,
        url: str = HOME,
        *,
        width: int = 375,
        height: int = 900,
        dark: bool = False,
        letter: bool = False,
        axe: bool = True,
        shot: Path | None = None,
    ) -> Looked:
        """Open `url`, which `answers` holds, or HTML itself; `shot` takes a picture of the whole page."""
        given = {HOME: ("text/html; charset=utf-8", answers.encode())} if isinstance(answers, str) else answers
        rules = _AXE_FOR_LETTERS if letter else {}
        look = _LOOK if axe else _LOOK.replace(_RUN, "const ran = { violations: [] };")

        def looked(page: Page, refused: list[str]) -> Looked:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
            page.add_init_script(_WATCH_SHIFT)
            page.goto(url, wait_until="load")
            if axe:
                page.evaluate(axe_script())
            found: dict[str, Any] = page.evaluate(look, [rules, TARGET])
            if shot is not None:
                page.screenshot(path=str(shot), full_page=True)
            return Looked(**found, refused=refused)

        return self.on_page(given, looked)

    def on_page(self, answers: Answers, act: Callable[[Page, list[str]], Result]) -> Result:
        """`act` on a fresh page that gets nothing but `answers`; its second argument lists what was refused."""
        return self._do(lambda: self._on_page(answers, act))

    def _on_page(self, answers: Answers, act: Callable[[Page, list[str]], Result]) -> Result:
        refused: list[str] = []

        def answer(route: Route) -> None:
            asked = route.request.url
            if asked in answers:
                kind, body = answers[asked]
                route.fulfill(body=body, content_type=kind)
            else:
                refused.append(asked)
                route.abort()

        context = self._browser.new_context(bypass_csp=True)  # axe is none of the page's own scripts
        try:
            page = context.new_page()
            page.route("**/*", answer)
            return act(page, refused)
        finally:
            context.close()

    def _start(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser: Browser = self._playwright.chromium.launch(
            executable_path=self._path, args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
        )

    def _stop(self) -> None:
        self._browser.close()
        self._playwright.stop()

    def _do(self, what: Callable[[], Result]) -> Result:
        return self._thread.submit(what).result()
