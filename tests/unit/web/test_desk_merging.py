"""Two editors at once: what one wrote is never overwritten by the other."""

import pytest

from newsletter.web.desk_issue_reading import OtherHandError, Written, changes, order_after


@pytest.mark.parametrize(
    ("was", "now", "stands", "kept"),
    [
        ("A quake", "A strong quake", "A quake", ["A strong quake"]),
        ("A quake", "A quake", "A big quake", []),
        ("A quake", "A quake", "A quake", []),
        ("A quake", "A big quake", "A big quake", ["A big quake"]),
        ("One.\n\nTwo.", "One.\r\n\r\nTwo. \r\n", "One.\n\nTwo.", []),
        ("", "A quake", None, ["A quake"]),
    ],
    ids=["changed", "theirs changed", "nothing changed", "both to the same", "line ends of a form", "written anew"],
)
def test_what_only_one_hand_changed_is_kept(was, now, stands, kept):
    assert [text.now for text in changes([(Written("headline", "Headline", was, now), stands)])] == kept


def test_what_two_hands_changed_is_shown_to_a_person_with_all_that_was_sent():
    mine = Written("headline", "Headline", "A quake", "A strong quake")
    also_mine = Written("summary", "Summary", "Short.", "Longer.")
    with pytest.raises(OtherHandError) as error:
        changes([(mine, "A big quake"), (also_mine, "Short.")])
    assert error.value.texts == [(mine, "A big quake"), (also_mine, "Short.")]


@pytest.mark.parametrize(
    ("present", "wanted", "order"),
    [
        ([1, 2, 3], [3, 1, 2], [3, 1, 2]),
        ([1, 3], [3, 2, 1], [3, 1]),
        ([1, 2, 3, 4], [3, 2, 1], [3, 4, 2, 1]),
        ([4, 1, 2], [2, 1], [4, 2, 1]),
        ([1, 2], [2, 2, 1, 9], [2, 1]),
        ([1, 2], [], [1, 2]),
    ],
    ids=["all there", "one taken out", "one come in", "one come in first", "named twice, unknown", "nothing sent"],
)
def test_an_order_is_applied_to_the_items_that_are_there_now(present, wanted, order):
    assert order_after(present, wanted) == order
