"""How a letter looks: in the light, in the dark, bare of every <style>, turned around, narrow, at 200 percent."""

import re

from tests.support.chromium import Chromium, Looked

_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
SMALLEST = 14  # pixels

_TURNED = {"ltr": "rtl", "rtl": "ltr"}


def faults(browser: Chromium, html: str) -> list[str]:
    """Everything that a reader would stumble over, in words."""
    light = browser.look(html, letter=True)
    dark = browser.look(html, letter=True, dark=True)
    looks = {
        "in the light": light,
        "in the dark": dark,
        "without <style>": browser.look(bare(html), letter=True),
        "turned around": browser.look(turned(html), letter=True),
        # As wide as a small phone, and as a window of 640 pixels at 200 percent: both have room for 320.
        "at 320 pixels": browser.look(html, letter=True, width=320, axe=False),
        "at 800 pixels": browser.look(html, letter=True, width=800, axe=False),
    }
    found = [f"{where}: {fault}" for where, looked in looks.items() for fault in _faults_of(looked)]
    if (wide := looks["at 320 pixels"].width) > 320:
        found.append(f"at 320 pixels: it scrolls sideways, {wide} pixels wide")
    if light.ground == dark.ground:
        found.append("in the dark: it is as light as in the light")
    return found


def bare(html: str) -> str:
    """Without any rule, as some clients show it."""
    return _STYLE.sub("", html)


def turned(html: str) -> str:
    return re.sub(r'dir="(ltr|rtl)"', lambda found: f'dir="{_TURNED[found[1]]}"', html)


def _faults_of(looked: Looked) -> list[str]:
    found = list(looked.violations)
    if looked.smallest < SMALLEST:
        found.append(f"text of {looked.smallest} pixels")
    found += [f"less than 44 pixels to press: {one}" for one in looked.small]
    return found
