"""The regions of a story as rows: what its words say, and above it what the newsroom itself said. Pure.

Tagging takes about as long as writing a story, so whoever writes many tags them before the transaction begins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from newsletter.regions.catalogue import country_of
from newsletter.stories.tagging import tag

Rows = Mapping[str, dict[str, Any]]  # by code: {"confidence", "spans"}, the other columns of StoryRegion
SAID = "region"  # the field of the span that stands for the newsroom's own word
LEAST_CONFIDENCE = 0.3  # a country that is less sure is named in passing


@dataclass(frozen=True)
class Told:
    """All that the regions of a story depend on."""

    title: str
    summary: str
    language: str
    home: str | None = None  # of its source
    said: str | None = None  # the region that the newsroom gave with the story


def region_rows(told: Told) -> Rows:
    found = tag(told.title, told.summary, home=told.said or told.home, language=told.language)
    rows: dict[str, dict[str, Any]] = {
        region.code: {"confidence": region.confidence, "spans": [asdict(span) for span in region.spans]}
        for region in found
    }
    for code in _said(told.said):
        rows[code] = {"confidence": 1.0, "spans": [_own_word(code), *(rows[code]["spans"] if code in rows else [])]}
    return rows


def rows_as_said(codes: Iterable[str]) -> Rows:
    """The regions that a person gave, and no other; with a division its country."""
    told = dict.fromkeys(one for code in codes for one in _said(code))
    return {code: {"confidence": 1.0, "spans": [_own_word(code)]} for code in told}


def _own_word(code: str) -> dict[str, Any]:
    return {"field": SAID, "start": 0, "end": len(code), "text": code}


def _said(code: str | None) -> list[str]:
    """The region that the newsroom gave and, where that is a division, its country; a group is neither."""
    country = country_of(code) if code else None
    return list(dict.fromkeys((code, country))) if code and country else []


def said_in(rows: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> str | None:
    """The region that the newsroom gave with a story, from the codes and spans of its rows."""
    said = [code for code, spans in rows if any(span["field"] == SAID for span in spans)]
    return max(said, key=len, default=None)  # a division's code is longer than that of its country
