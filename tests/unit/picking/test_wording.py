from datetime import timedelta

import pytest

from newsletter.picking.wording import age, counted, listed, quoted


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (counted(1, "source"), "one source"),
        (counted(12, "source"), "twelve sources"),
        (counted(13, "source"), "13 sources"),
        (counted(2, "story", "stories"), "two stories"),
        (listed(["A"]), "A"),
        (listed(["A", "B"]), "A and B"),
        (listed(["A", "B", "C", "D"]), "A, B, C and D"),
        (listed(["A", "B", "C", "D", "E", "F"]), "A, B, C, D and two others"),
        (age(timedelta(hours=1)), "one hour old"),
        (age(timedelta(hours=47)), "47 hours old"),
        (age(timedelta(hours=48)), "two days old"),
        (quoted("Short"), "“Short”"),
        (quoted("A headline that is cut, here", most=25), "“A headline that is cut…”"),
    ],
)
def test_phrases_read_as_a_person_would_write_them(written, text):
    assert written == text
