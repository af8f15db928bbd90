"""The picture that stands for an issue where its page is shared (Open Graph): region, number and headline.

Drawn here, by nobody else, in the newsroom's colours. Scripts that run from right to left are shaped by HarfBuzz and
ordered by FriBiDi, which Pillow finds on the system; a headline that cannot be drawn rightly is left out.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import BytesIO
from threading import Lock
from typing import Any

from PIL import Image, ImageDraw, ImageFont, features

from newsletter.rendering.brand import Palette
from newsletter.rendering.plain import cut_at_word, direction_of

WIDTH, HEIGHT = 1200, 630  # what networks show without cutting
_FONTS = resources.files("newsletter.web") / "fonts"
_MARGIN = 80
_LINES = 4
_COLOURS = 32  # of a palette: a third of the bytes, and of the time
_LETTERS = 160  # more never fit
# What the fonts here have, apart from signs that no font needs.
_LEFT_TO_RIGHT = re.compile(
    "[\u0020-\u024f\u0250-\u02ff\u0300-\u036f\u0370-\u03ff\u0400-\u052f\u2000-\u206f\u20a0-\u20bf№™−]*"
)
_RIGHT_TO_LEFT = re.compile("[\u0020-\u00ff\u0590-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufeff\u2000-\u206f]*")

_Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Card:
    """What the picture says; all of it is one line of text."""

    site: str
    region: str
    number: str  # "No. 12"
    headline: str
    palette: Palette


_one_at_a_time = Lock()  # FreeType's fonts are not for several threads


@lru_cache(maxsize=64)
def draw(card: Card) -> bytes:
    """A PNG of 1200 by 630 pixels."""
    with _one_at_a_time:
        return _drawn(card)


def _drawn(card: Card) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), card.palette.paper)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 16), fill=card.palette.accent)
    _line(pen, card.site, 56, 42, card.palette.quiet)
    pen.line((_MARGIN, 128, WIDTH - _MARGIN, 128), fill=card.palette.ink, width=3)
    _line(pen, f"{card.region} · {card.number}", 152, 38, card.palette.accent)
    size, lines = _fitting(card.headline)
    for row, text in enumerate(lines):
        _line(pen, text, 226 + row * round(size * 1.25), size, card.palette.ink)
    out = BytesIO()
    few = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, "PNG")
    return out.getvalue()


def can_draw(text: str) -> bool:
    """Whether all of its signs are in the fonts here and can be put into their order."""
    if direction_of(text, "ltr") == "rtl" or (_RIGHT_TO_LEFT.fullmatch(text) and not _LEFT_TO_RIGHT.fullmatch(text)):
        return bool(_RIGHT_TO_LEFT.fullmatch(text)) and bool(features.check("fribidi"))
    return bool(_LEFT_TO_RIGHT.fullmatch(text))


def _line(pen: ImageDraw.ImageDraw, text: str, top: int, size: int, colour: str) -> None:
    """One line at its own side of the picture; nothing where it cannot be drawn."""
    if not can_draw(text):
        return
    is_rtl = direction_of(text, "ltr") == "rtl"
    place, anchor = (WIDTH - _MARGIN, "ra") if is_rtl else (_MARGIN, "la")
    pen.text(
        (place, top), _within(text, size), fill=colour, font=_font(is_rtl, size), anchor=anchor, **_shaping(is_rtl)
    )


def _fitting(headline: str) -> tuple[int, list[str]]:
    """The largest of three sizes at which the headline has room, and its lines; cut at the smallest if need be."""
    text = cut_at_word(headline, _LETTERS)
    for size in (72, 60, 50):
        lines = _wrapped(text, size)
        if len(lines) <= _LINES:
            return size, lines
    kept = lines[:_LINES]
    kept[-1] = kept[-1].rstrip(" ,;:") + "…"
    return size, kept


def _wrapped(text: str, size: int) -> list[str]:
    is_rtl = direction_of(text, "ltr") == "rtl"
    font = _font(is_rtl, size)
    lines: list[str] = []
    for word in (_within(word, size) for word in text.split()):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer, **_shaping(is_rtl)) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _within(text: str, size: int) -> str:
    """The text, cut where it is wider than a line."""
    is_rtl = direction_of(text, "ltr") == "rtl"
    font, kept = _font(is_rtl, size), text
    while kept and font.getlength(kept, **_shaping(is_rtl)) > WIDTH - 2 * _MARGIN:
        kept = kept[: len(kept) * 9 // 10].rstrip("…") + "…" if len(kept) > 2 else ""
    return kept


def _shaping(is_rtl: bool) -> dict[str, Any]:
    return {"direction": "rtl"} if is_rtl and features.check("fribidi") else {}


@lru_cache(maxsize=12)
def _font(is_rtl: bool, size: int) -> _Font:
    return ImageFont.truetype(BytesIO((_FONTS / ("right-to-left.ttf" if is_rtl else "serif.ttf")).read_bytes()), size)
