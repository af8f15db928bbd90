"""Candidates for the tests of picking, with sensible values for whatever a test does not care about."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from newsletter.picking.candidates import Candidate, CandidateStory, Letter

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
TEXT = (
    "Firefighters brought the blaze near the market under control on Tuesday night, officials said. Nobody was hurt, "
    "but forty stalls burned down, and traders asked the city for help with the damage, which they put at two million."
)
# Headlines and summaries that share no words: what is picked among them is not a matter of variety.
SUBJECTS = (
    ("Quake shakes villages in Oaxaca", "Walls cracked before dawn; schools remain shut."),
    ("Central bank lowers rates again", "Inflation slowed, governors argued unanimously."),
    ("Teachers march through capital", "Unions demand better pensions from parliament."),
    ("Jaguar cubs born within reserve", "Biologists counted three healthy animals."),
    ("Airport train opens after delays", "Passengers praised quick boarding yesterday."),
    ("Senate votes about water law", "Farmers fear losing ancient wells."),
    ("Novelist wins Cervantes prize", "Judges admired her unsparing prose."),
    ("Striker scores twice against Peru", "Coaches celebrated an unexpected victory."),
)
_numbers = count(1)


def story(title: str = "Fire at the old market is under control", summary: str = TEXT, **values: Any) -> CandidateStory:
    number = next(_numbers)
    source = values.setdefault("source_id", number)
    defaults = {
        "story_id": number,
        "source_name": f"Paper {source}",
        "weight": 1.0,
        "home": None,
        "url": f"https://news.example/{number}",
        "dated_at": NOW - timedelta(days=1),
        "language": "en",
        "region_confidence": 0.9,
    }
    return CandidateStory(title=title, summary=summary, **(defaults | values))


def candidate(*stories: CandidateStory, **values: Any) -> Candidate:
    stories = stories or (story(),)
    defaults = {"event_id": next(_numbers), "language": stories[0].language, "stories": tuple(stories)}
    return Candidate(**(defaults | values))


def candidates(number: int, **values: Any) -> list[Candidate]:
    """Events on different subjects, each told by one story."""
    return [candidate(story(title, summary, **values)) for title, summary in SUBJECTS[:number]]


def letter(**values: Any) -> Letter:
    defaults = {
        "region_name": "Mexico",
        "covers": frozenset({"MX"}),
        "language": "en",
        "until": NOW,
        "item_count": 10,
    }
    return Letter(**(defaults | values))
