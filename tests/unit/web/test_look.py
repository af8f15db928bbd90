"""The tokens of the style sheet: one look with the letter, and text that can be read."""

import re

import pytest

from newsletter.rendering.templates import template_folder
from newsletter.web.pages import STATIC

SHEET = (STATIC / "site.css").read_text("utf-8")
LETTER = (template_folder() / "email" / "base" / "letter.css").read_text("utf-8")
LIGHT, DARK = SHEET.split("prefers-color-scheme: dark")[:2]
DARK = DARK.split("*, ::before")[0]


def tokens(text):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(scheme):
    colours = tokens(scheme)
    for ground in ("paper", "desk"):
        for text in ("ink", "quiet", "accent", "wrong", "good"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["edge"], colours["paper"]) >= 3


def test_page_and_letter_share_their_colours():
    letter = dict(re.findall(r'set ([a-z_]+) = "(#[0-9a-f]{6})"', LETTER))
    for name in ("paper", "desk", "ink", "quiet", "line", "accent"):
        assert tokens(LIGHT)[name] == letter[name]
        assert tokens(DARK)[name] == letter[f"dark_{name}"]


def test_rules_name_no_colour_of_their_own():
    rules = SHEET.split("*, ::before")[1]
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {"#fff"}  # the letter's frame
