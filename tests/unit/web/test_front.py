"""Which letters the front page shows, and what it tells of each."""

import pytest

from newsletter.regions.models import Region
from newsletter.web.front_reading import FrontIssue, FrontItem, leading, told_once


def letter(*events: int, language: str = "en", week: str = "2026-W20") -> FrontIssue:
    return FrontIssue(1, week, language, tuple(FrontItem(event, f"Event {event}", "") for event in events))


def events_of(cards: dict[int, FrontIssue]) -> dict[int, list[int]]:
    return {region_id: [item.event_id for item in issue.items] for region_id, issue in cards.items()}


@pytest.mark.parametrize(
    ("letters", "order", "told"),
    [
        ({1: letter(1, 2, 3, 4)}, [1], {1: [1, 2, 3]}),
        ({1: letter(1, 2), 2: letter(2, 3)}, [1, 2], {1: [1, 2], 2: [3]}),
        ({1: letter(1, 2), 2: letter(2, 3)}, [2, 1], {2: [2, 3], 1: [1]}),
        ({1: letter(1, 2), 2: letter(1, 2)}, [1, 2], {1: [1, 2], 2: [1]}),
        ({2: letter(5)}, [1, 2, 3], {2: [5]}),
    ],
    ids=["three at most", "told above", "in the page's order", "nothing else", "regions without a letter"],
)
def test_an_event_is_told_by_one_card(letters, order, told):
    assert events_of(told_once(letters, order)) == told


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ({1: letter(1, language="es"), 2: letter(1, language="en-GB")}, 2),
        ({1: letter(1, language="es", week="2026-W19"), 2: letter(1, language="ar")}, 2),
        (
            {
                1: letter(1, week="2026-W19"),
                2: letter(1, week="2026-W20"),
                3: letter(1, language="fr", week="2026-W21"),
            },
            2,
        ),
        ({}, None),
    ],
    ids=["the page's language", "none in it: the newest", "the newest in it", "no letter yet"],
)
def test_the_letter_that_stands_first_is_one_that_its_reader_can_read(letters, first):
    regions = [Region(id=number, code=code) for number, code in enumerate(("EG", "GB", "MX"), start=1)]
    lead = leading(regions, letters, "en")
    assert (lead.id if lead else None) == first
