"""Colours as people tell them apart: contrast (WCAG 2.2), mixing, and the nearest shade that can be read. Pure."""

import colorsys
import re
from collections.abc import Iterable

TEXT = 4.5  # the least contrast of text with its ground (WCAG 2.2, 1.4.3)
MUCH_TEXT = 7.0  # what long reading deserves (1.4.6)
INK = "#1d1b18"  # text in the light; a newsroom chooses its paper and one colour beside it
WHITE, BLACK = "#ffffff", "#000000"
COLOUR = re.compile(r"#[0-9a-f]{6}")

_STEPS = 100  # of lightness that are tried


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); both as "#rrggbb"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _written([mine * (1 - share) + theirs * share for mine, theirs in pairs])


def legible(colour: str, *grounds: str, least: float = TEXT) -> str:
    """The shade of `colour` nearest to it that has at least that contrast with all grounds; of these, the same hue.

    Where there is none (a light and a dark ground at once), the end that comes closest: black or white.
    """
    if all(contrast(colour, ground) >= least for ground in grounds):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    shades = [step / _STEPS for step in range(_STEPS + 1)]
    for shade in sorted(shades, key=lambda shade: abs(shade - lightness)):
        tried = _written(colorsys.hls_to_rgb(hue, shade, saturation))
        if all(contrast(tried, ground) >= least for ground in grounds):
            return tried
    return max((BLACK, WHITE), key=lambda end: min(contrast(end, ground) for ground in grounds))


def problem_with(accent: str, paper: str) -> str | None:
    """Why a newsroom's two colours cannot be used, in a sentence that says what could; None where they can."""
    if contrast(INK, paper) < MUCH_TEXT:
        return (
            f"dark text on {paper} has a contrast of {contrast(INK, paper):.1f}:1 and needs {MUCH_TEXT:.0f}:1; choose "
            "a lighter paper (the dark scheme has one of its own)"
        )
    if contrast(accent, paper) < TEXT:
        return (
            f"{accent} on the paper {paper} has a contrast of {contrast(accent, paper):.1f}:1 and needs {TEXT}:1; the "
            f"nearest shade that can be read is {legible(accent, paper)}"
        )
    return None


def _luminance(colour: str) -> float:
    """WCAG 2.2, definition of relative luminance."""
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _channels(colour))
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in channels)
