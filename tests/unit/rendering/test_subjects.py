import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.subjects import SEPARATOR, SUBJECT_LIMIT, announced, fair_rooms, preheader

LONG = "Reservoirs above Monterrey fill for the first time in six years"


@pytest.mark.parametrize(
    ("phrases", "told"),
    [
        ([], []),
        (["Rain at last"], ["Rain at last"]),
        ([LONG], ["Reservoirs above Monterrey fill for the first time in six…"]),
        (["Rain at last", LONG], ["Rain at last", "Reservoirs above Monterrey fill for the…"]),
        ([LONG, LONG], ["Reservoirs above Monterrey…", "Reservoirs above Monterrey…"]),
        ([LONG, LONG, LONG], ["Reservoirs above Monterrey…", "Reservoirs above Monterrey…"]),
        (["Rain", "Snow", "Wind"], ["Rain", "Snow", "Wind"]),
        (["🔥 Fire"], ["Fire"]),
    ],
    ids=[
        "none",
        "one",
        "cut at a word",
        "room left by a short one",
        "equal shares",
        "no stumps",
        "three short",
        "calm",
    ],
)
def test_the_room_of_a_subject_is_shared_fairly(phrases: list[str], told: list[str]) -> None:
    assert announced(phrases) == told


@given(st.lists(st.text(st.characters(categories=["L", "Zs"]), min_size=1), min_size=1, max_size=6))
def test_a_subject_is_never_too_long(phrases: list[str]) -> None:
    assert len(SEPARATOR.join(announced(phrases))) <= SUBJECT_LIMIT


@given(st.lists(st.integers(0, 100), max_size=8), st.integers(0, 200))
def test_nobody_gets_more_room_than_wanted_and_none_is_wasted(wanted: list[int], room: int) -> None:
    rooms = fair_rooms(wanted, room)
    assert all(got <= want for got, want in zip(rooms, wanted, strict=True))
    assert room - len(wanted) < sum(rooms) <= room or sum(rooms) == sum(wanted)


def test_the_preheader_goes_on_with_headlines_until_its_room_is_used() -> None:
    text = preheader([LONG, LONG, LONG])
    assert text.startswith(f"{LONG} · Reservoirs")
    assert text.endswith("…")
    assert len(text) <= 130
