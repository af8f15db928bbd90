"""The style sheet as it is served: one look with the letter, and text that can be read."""

import re

import pytest

from newsletter.colours import contrast
from newsletter.config import Settings
from newsletter.rendering.brand import Brand
from newsletter.rendering.templates import template_folder
from newsletter.web.pages import STATIC, Pages

BLUE = Settings(_env_file=None, brand_color="#0a4fd6", brand_paper="#ffffff", brand_type="sans")
OURS = Settings(_env_file=None)
RULES = (STATIC / "site.css").read_text("utf-8")


def schemes(settings):
    """The tokens of light and dark, by their names."""
    sheet = Pages(settings).static("site.css").decode()
    light, dark = sheet.partition("*, ::before")[0].split("prefers-color-scheme: dark")
    return [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", part)) for part in (light, dark)]


@pytest.mark.parametrize("settings", [OURS, BLUE], ids=["ours", "blue"])
def test_text_stands_out_from_its_ground(settings):
    for colours in schemes(settings):
        for ground in ("paper", "desk"):
            for text in ("ink", "quiet", "accent", "wrong", "good"):
                assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
        assert contrast(colours["edge"], colours["paper"]) >= 3


@pytest.mark.parametrize("settings", [OURS, BLUE], ids=["ours", "blue"])
def test_page_and_letter_share_their_colours(settings):
    brand, (light, dark) = Brand.of(settings), schemes(settings)
    for name in ("paper", "desk", "ink", "quiet", "line", "accent"):
        assert light[name] == getattr(brand.light, name)
        assert dark[name] == getattr(brand.dark, name)


def test_rules_name_no_colour_of_their_own():
    letter = (template_folder() / "email" / "base" / "letter.css").read_text("utf-8")
    assert not re.findall(r"#[0-9a-f]{3,6}\b", letter)
    screen, _, paper = RULES.partition("@media print")
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", screen)) <= {"#fff"}  # the letter's frame on the desk
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", paper)) == {"#fff", "#333", "#000"}  # ink on paper


def test_the_address_of_the_sheet_changes_with_the_colours():
    assert Pages(OURS).static_url("site.css") != Pages(BLUE).static_url("site.css")
