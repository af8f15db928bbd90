import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.colours import BLACK, TEXT, WHITE, contrast, legible, mixed, problem_with

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast(BLACK, WHITE) == contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast("#8c1d18", "#8c1d18") == 1
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails


@given(COLOURS, COLOURS)
def test_every_colour_has_a_shade_that_can_be_read_on_a_ground(colour: str, ground: str) -> None:
    shade = legible(colour, ground)
    assert contrast(shade, ground) >= TEXT
    assert shade == colour or contrast(colour, ground) < TEXT


def test_a_mixture_lies_between() -> None:
    assert mixed(BLACK, WHITE, 0.5) == "#808080"
    assert mixed("#123456", WHITE, 0) == "#123456"


@pytest.mark.parametrize(
    ("accent", "paper", "said"),
    [
        ("#8c1d18", "#fffdf8", None),
        ("#ffcc00", "#fffdf8", "#ffcc00 on the paper #fffdf8 has a contrast of 1.5:1 and needs 4.5:1.*is #8f7200"),
        ("#8c1d18", "#555555", "dark text on #555555 has a contrast of 2.3:1 and needs 7:1"),
    ],
)
def test_a_newsrooms_colours_are_checked_and_the_way_out_is_told(accent: str, paper: str, said: str | None) -> None:
    problem = problem_with(accent, paper)
    assert problem is None if said is None else re.search(said, str(problem))
