"""What picking works on: events that a letter could carry, and what earlier letters carried. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CandidateStory:
    """One report of an event, with all that picking needs to know of it and its source."""

    story_id: int
    source_id: int
    source_name: str
    weight: float  # of the source; 1 is usual
    home: str | None  # the source's home in the catalogue of regions
    title: str
    summary: str
    url: str
    dated_at: datetime
    language: str
    region_confidence: float = 0.0  # 0 to 1: that it is about the letter's region
    countries: frozenset[str] = frozenset()  # that it is about, whether or not the region covers them
    is_new: bool = True  # came since the region's last issue; only these may lead


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that the letter could carry; at least one of its stories is new."""

    event_id: int
    language: str
    stories: tuple[CandidateStory, ...]
    told_in: str | None = None  # the week of the region's latest issue that carried it; None: it is new to its readers
    differences: tuple[Mapping[str, Any], ...] = ()  # on which its reports differ, as items keep them


@dataclass(frozen=True, slots=True)
class Carried:
    """An item of an earlier issue of the region."""

    week: str
    headline: str
    summary: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An earlier item of the region, and how often its readers opened it; all of them together, never one by one."""

    headline: str
    summary: str
    rate: float  # 1 is what an item of the region usually has, 2 twice as often


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter that is picked for."""

    region_name: str  # in English, the language of the reasons
    covers: frozenset[str]  # its countries
    language: str
    until: datetime  # the moment of picking: freshness is measured from it
    item_count: int
    carried: tuple[Carried, ...] = ()  # what its latest issues told
    opened: tuple[Opened, ...] = ()  # what its readers opened before; none where clicks are not counted


def base_language(tag: str) -> str:
    """The language of a tag without its region or script: "es" for "es-MX"."""
    return tag.replace("_", "-").split("-", 1)[0].lower()
