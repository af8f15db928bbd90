"""The picture of an issue for where its page is shared."""

import struct
from io import BytesIO

import pytest
from PIL import Image, features

from newsletter.config import Settings
from newsletter.rendering.brand import Brand
from newsletter.web.drawing import HEIGHT, WIDTH, Card, can_draw, draw

PALETTE = Brand.of(Settings(_env_file=None)).light
ORDERS_RIGHT_TO_LEFT = features.check("fribidi")


def card(headline, region="Mexico", number="No. 12"):
    return Card("Regional Weekly", region, number, headline, PALETTE)


def inked(picture, box):
    """How many pixels of a part are as dark as text."""
    return sum(count for count, colour in picture.crop(box).convert("L").getcolors(256) if colour < 90)


def test_it_is_of_the_size_that_networks_show_and_small():
    png = draw(card("Reservoirs above Monterrey fill for the first time in six years"))
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT) == (1200, 630)
    assert len(png) < 60_000


@pytest.mark.skipif(not ORDERS_RIGHT_TO_LEFT, reason="libfribidi is not installed")
def test_a_headline_stands_at_the_side_where_its_reading_begins():
    left, right = (0, 220, 300, HEIGHT), (900, 220, WIDTH, HEIGHT)
    english = Image.open(BytesIO(draw(card("Rain"))))
    arabic = Image.open(BytesIO(draw(card("مطر", "مصر", "العدد 3"))))
    assert inked(english, left) > 100 > inked(english, right) == 0
    assert inked(arabic, right) > 100 > inked(arabic, left) == 0


@pytest.mark.parametrize("headline", ["", "word " * 200, "w" * 500, "日本語の見出し", "a\x00b", "🔥🔥", "مطر Rain مطر"])
def test_any_headline_makes_a_picture_and_stays_within_it(headline):
    picture = Image.open(BytesIO(draw(card(headline))))
    assert picture.size == (WIDTH, HEIGHT)
    margin = picture.crop((WIDTH - 20, 20, WIDTH, HEIGHT)).convert("RGB").getcolors()
    assert len(margin) == 1  # paper alone


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("México", True),
        ("Ελλάδα", True),
        ("Україна", True),
        ("日本", False),
        ("हिन्दी", False),
        ("🔥", False),
        ("", True),
    ],
)
def test_what_the_fonts_lack_is_not_drawn(text, possible):
    assert can_draw(text) is possible


@pytest.mark.parametrize("text", ["مصر", "ישראל", "مصر (2026)"])
def test_right_to_left_is_drawn_where_it_can_be_put_into_order(text):
    assert can_draw(text) is bool(ORDERS_RIGHT_TO_LEFT)
