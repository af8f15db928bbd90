"""A newsroom's colours, type and logo, in mails made from its settings."""

import colorsys
import re

import pytest
from pydantic import HttpUrl, ValidationError

from newsletter.colours import contrast
from newsletter.config import Settings
from newsletter.rendering.brand import Brand
from newsletter.rendering.service import Rendering
from tests.unit.rendering.parts import tree
from tests.unit.rendering.samples import CONTEXTS, OPINIONS

BRANDS = {
    "ours": {},
    "blue on white": {"brand_color": "#0B5FFF", "brand_paper": "#ffffff"},
    "green on green": {"brand_color": "#14532d", "brand_paper": "#f0fdf4"},
    "black": {"brand_color": "#000000"},
    "just legible": {"brand_color": "#8f7200"},
}


def settings(**columns: object) -> Settings:
    return Settings(_env_file=None, site_name="The Harbour", **columns)


@pytest.mark.parametrize("columns", BRANDS.values(), ids=BRANDS)
def test_every_text_can_be_read_in_the_light_and_in_the_dark(columns: dict[str, str]) -> None:
    brand = Brand.of(settings(**columns))
    for palette in (brand.light, brand.dark):
        for text in (palette.ink, palette.quiet, palette.accent):
            assert contrast(text, palette.paper) >= 4.5
            assert contrast(text, palette.desk) >= 4.5
        assert contrast(palette.on_accent, palette.accent) >= 4.5
        assert contrast(palette.edge, palette.paper) >= 3


def test_the_colours_that_a_newsroom_chose_are_those_of_its_mails() -> None:
    chosen = settings(brand_color="#0a4fd6", brand_paper="#f7fbff", brand_type="sans")
    mail = Rendering(chosen, OPINIONS).mail("confirm", "en", **CONTEXTS["confirm"])
    button = tree(mail).find_class("button")[0]
    assert "background-color:#0a4fd6" in (button.get("style") or "")
    assert "background-color:#f7fbff" in mail.html
    assert "Helvetica" in mail.html
    assert not re.search("#8c1d18|#fffdf8|Georgia", mail.html)


def test_a_logo_stands_for_the_name_and_says_it() -> None:
    chosen = settings(brand_logo_url=HttpUrl("https://harbour.example/logo.png"), brand_logo_width=200)
    heading = next(tree(Rendering(chosen, OPINIONS).mail("confirm", "en", **CONTEXTS["confirm"])).iter("h1"))
    logo = next(heading.iter("img"))
    assert dict(logo.attrib) == {
        "src": "https://harbour.example/logo.png",
        "alt": "The Harbour",
        "width": "200",
        "height": "60",
        "style": "border:0",
    }


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"brand_color": "#ffcc00"}, "needs 4.5:1; the nearest shade that can be read is #8f7200"),
        ({"brand_paper": "#333333"}, "choose a lighter paper"),
        ({"brand_color": "red"}, "must be a colour such as #8c1d18"),
        ({"brand_color": "#8c1d18;}body{display:none"}, "must be a colour such as #8c1d18"),
    ],
)
def test_colours_that_cannot_be_read_are_refused_with_the_way_out(columns: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        settings(**columns)


def inverted(colour: str) -> str:
    """As clients turn a light mail dark that has no scheme of its own: the same hue, from light to dark."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, 1 - lightness, saturation))


def is_light(colour: str) -> bool:
    return contrast(colour, "#000000") > contrast(colour, "#ffffff")


@pytest.mark.parametrize("columns", BRANDS.values(), ids=BRANDS)
def test_a_letter_can_be_read_where_its_colours_are_inverted_by_force(columns: dict[str, str]) -> None:
    """Wholly, or as others do it: light grounds become dark, dark text becomes light, and the rest stays.

    A bright colour of a newsroom's own may come down to what large text needs.
    """
    least = 3 if columns else 4.5
    light = Brand.of(settings(**columns)).light
    pairs = [(text, ground) for text in (light.ink, light.quiet, light.accent) for ground in (light.paper, light.desk)]
    for text, ground in [*pairs, (light.on_accent, light.accent)]:
        assert contrast(inverted(text), inverted(ground)) >= least
        new_ground = inverted(ground) if is_light(ground) else ground
        new_text = inverted(text) if is_light(ground) and not is_light(text) else text
        assert contrast(new_text, new_ground) >= least
