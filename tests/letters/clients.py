"""What mail clients leave out of a letter, as a written list of our own, and what our letters may use of it.

Each row is a property, element or attribute that some client of the two dozen that matter ignores or takes out, with
those clients as of 2026 (published compatibility tables). A letter is read without all of them; what is not in ALLOWED
must not stand in the core at all. Rules inside @media are for clients that know them, and count as one feature.
"""

import re
from collections.abc import Iterator

from lxml import html as markup

# Feature to the clients that ignore it.
LEFT_OUT: dict[str, str] = {
    "display:none": "Gmail with other providers' mailboxes",
    "display:flex": "Outlook on Windows, GMX, WEB.DE",
    "display:grid": "Outlook on Windows, Gmail, Yahoo, AOL, GMX, WEB.DE",
    "position": "Outlook, Gmail, Yahoo, AOL, Proton",
    "float": "Outlook on Windows",
    "transform": "Gmail, Outlook on Windows, Yahoo",
    "background-image": "Outlook on Windows, Gmail with other providers' mailboxes, Proton",
    "linear-gradient": "Outlook on Windows, Yahoo, AOL",
    "opacity": "Outlook on Windows",
    "box-sizing": "Outlook on Windows, Yahoo, AOL",
    "object-fit": "Gmail, Outlook, Yahoo",
    "gap": "Gmail, Outlook, Yahoo, Samsung",
    "inset": "nearly all",
    "clip-path": "nearly all",
    "filter": "nearly all",
    "height": "Yahoo, AOL",
    "max-height": "Outlook on Windows, Yahoo",
    "overflow": "Outlook on Windows, Yahoo",
    "var(": "Gmail, Outlook, Yahoo, AOL, Samsung",
    "calc(": "Outlook on Windows, Gmail on other mailboxes",
    "rgba(": "Outlook on Windows",
    "hsl(": "Outlook on Windows",
    "rem": "Outlook on Windows, Gmail with other providers' mailboxes",
    "-inline": "Gmail, Outlook, Yahoo: no logical properties",
    "-block": "Gmail, Outlook, Yahoo: no logical properties",
    "<svg": "Gmail, Outlook, Yahoo",
    "<video": "Gmail, Outlook, Yahoo",
    "<form": "Gmail, Outlook, Yahoo",
    "<button": "Gmail, Yahoo",
    "<input": "Gmail, Outlook",
    "<bdi": "a third of them, Gmail among them",
    "<picture": "Outlook on Windows, Gmail",
    "<link": "Gmail, Outlook, Yahoo",
    "<script": "all",
    "<iframe": "all",
    "<base": "Outlook.com, Gmail",
    "class only": "Gmail with other providers' mailboxes, GMX: no <style>",
    "@media": "Outlook on Windows, Gmail with other providers' mailboxes, GMX, WEB.DE",
    "color-scheme": "Gmail, Outlook on Windows",
    "max-width": "Outlook on Windows",
    "padding on a": "Outlook on Windows",
}

# What our letters use of these, and why they stay whole without.
ALLOWED: dict[str, str] = {
    "display:none": "hides the preheader, which then stands as a first line of text",
    "@media": "smaller margins on phones, the dark scheme, breaking of long words: without them the letter is light",
    "color-scheme": "tells that we have a dark scheme; without it a client makes one of its own",
    "max-width": "the sheet is 640 pixels wide by a ghost table for Outlook",
    "padding on a": "larger targets; the words and their links stay where they are",
}

_PROPERTY = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]+)")


def unsupported(html: str) -> set[str]:
    """The features of LEFT_OUT that a letter's core uses beyond ALLOWED."""
    return set(_used(html)) - set(ALLOWED)


def _used(html: str) -> Iterator[str]:
    tree = markup.document_fromstring(html)
    if "@media" in html:
        yield "@media"
    for element in tree.iter(markup.etree.Element):
        tag = f"<{element.tag}"
        if tag in LEFT_OUT:
            yield tag
        for name, value in _PROPERTY.findall(element.get("style") or ""):
            yield from _of_property(str(element.tag), name, value)


def _of_property(tag: str, name: str, value: str) -> Iterator[str]:
    for feature in (name, f"{name}:{value.strip()}"):
        if feature in LEFT_OUT:
            yield feature
    if tag == "a" and name.startswith("padding"):
        yield "padding on a"
    for part in ("var(", "calc(", "rgba(", "hsl(", "linear-gradient"):
        if part in value:
            yield part
    if re.search(r"\drem\b", value):
        yield "rem"
    if name.endswith(("-inline", "-block")) or "-inline-" in name or "-block-" in name:
        yield "-inline"
