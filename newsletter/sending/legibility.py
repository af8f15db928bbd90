"""How well the text of a letter can be told from its ground, as its inlined styles say it (WCAG 2.2, 1.4.3). Pure.

Only what stands in `style` attributes is read: it is what mail programs go by in the light. The dark scheme stands in
rules of the palette, which is held legible where it is made.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from newsletter.colours import BLACK, WHITE, contrast

_DECLARED = re.compile(r"(?:^|;)\s*(color|background|background-color)\s*:\s*(#[0-9a-f]{3}(?:[0-9a-f]{3})?)\b", re.I)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_UNSEEN = frozenset(("head", "style", "script", "title"))


@dataclass(frozen=True)
class Worst:
    """The text that is hardest to read: its contrast with its ground, from 1 to 21, and its beginning."""

    contrast: float
    text: str


def hardest_to_read(html: str) -> Worst | None:
    """None where there is no text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.worst


@dataclass(frozen=True)
class _Look:
    tag: str
    colour: str = BLACK
    ground: str = WHITE
    is_seen: bool = True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.worst: Worst | None = None
        self._open = [_Look("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        values, around = dict(attrs), self._open[-1]
        style = values.get("style") or ""
        found = {name.lower(): _whole(value) for name, value in _DECLARED.findall(style)}
        ground = found.get("background-color") or found.get("background") or _bgcolor(values.get("bgcolor"))
        is_seen = around.is_seen and tag not in _UNSEEN and not _HIDDEN.search(style)
        self._open.append(_Look(tag, found.get("color", around.colour), ground or around.ground, is_seen))

    def handle_endtag(self, tag: str) -> None:
        """Also of those inside that were never closed; an end without a beginning ends nothing."""
        places = [place for place, look in enumerate(self._open) if look.tag == tag and place]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        look, text = self._open[-1], " ".join(data.split())
        if look.is_seen and any(sign.isalnum() for sign in text):
            found = contrast(look.colour, look.ground)
            if self.worst is None or found < self.worst.contrast:
                self.worst = Worst(found, text[:40])


def _bgcolor(value: str | None) -> str | None:
    return _whole(value) if value and re.fullmatch(r"#(?:[0-9a-f]{3}){1,2}", value, re.I) else None


def _whole(value: str) -> str:
    """ "#abc" as "#aabbcc"."""
    value = value.lower()
    return "#" + "".join(sign * 2 for sign in value[1:]) if len(value) == 4 else value
