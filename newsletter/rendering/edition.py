"""Which items an edition tells: each event once, fewer a region the more regions there are. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

# Percent of an issue's items that are told with their summaries, by the number of regions in the letter: a reader of
# four regions gets a letter of about one and a half times the length, not of four times.
_PERCENT = {1: 100, 2: 60, 3: 45}
_PERCENT_OF_MANY = 35
_AT_LEAST = 3
_AT_MOST = 8  # told with their summaries; who wants more reads the headlines that follow
_BRIEFS_OF_MANY = 3  # headlines alone, a region, where there are several


@dataclass(frozen=True)
class Section:
    """A region's part of an edition, as places in the issue's items; the first told is its lead."""

    told: tuple[int, ...]
    briefs: tuple[int, ...]  # told by their headlines alone, after the others
    left: int  # items that stand only in the issue on the web

    def shortened(self) -> "Section":
        """Without its last brief, or, where it has none, without its last item."""
        if self.briefs:
            return replace(self, briefs=self.briefs[:-1], left=self.left + 1)
        return replace(self, told=self.told[:-1], left=self.left + 1)


@dataclass(frozen=True)
class Sizes:
    """What a section's parts weigh, in bytes, in the order of its places."""

    told: Sequence[int]
    briefs: Sequence[int]


def share(items: int, regions: int) -> int:
    """How many of an issue's items a letter with so many regions tells with their summaries."""
    percent = _PERCENT.get(regions, _PERCENT_OF_MANY)
    return min(items, _AT_MOST, max(_AT_LEAST, -(-items * percent // 100)))


def plan(issues: Sequence[Sequence[int]]) -> list[Section]:
    """A section for each issue, given as the ids of its events in order; earlier sections tell first.

    What is told in full anywhere is no brief elsewhere, so briefs are chosen last.
    """
    seen: set[int] = set()
    told = [_new(events, seen, share(len(events), len(issues))) for events in issues]
    briefs = [_new(events, seen, len(events) if len(issues) == 1 else _BRIEFS_OF_MANY) for events in issues]
    return [
        Section(full, short, sum(event not in seen for event in events))
        for events, full, short in zip(issues, told, briefs, strict=True)
    ]


def fit(sections: Sequence[Section], sizes: Sequence[Sizes], room: int) -> list[Section]:
    """The sections shortened, always the longest first, until their parts' sizes (bytes) fit in `room`.

    All briefs go before any item that is told with its summary.
    """
    fitting = list(sections)
    needed = sum(sum(size.told) + sum(size.briefs) for size in sizes)
    while needed > room and any(section.told for section in fitting):
        longest = max(range(len(fitting)), key=lambda number: (*_length(fitting[number]), number))
        section, size = fitting[longest], sizes[longest]
        needed -= size.briefs[len(section.briefs) - 1] if section.briefs else size.told[len(section.told) - 1]
        fitting[longest] = section.shortened()
    return fitting


def _length(section: Section) -> tuple[int, int]:
    return len(section.briefs), len(section.told)


def _new(events: Sequence[int], seen: set[int], most: int) -> tuple[int, ...]:
    """The first places whose events were not seen yet; from now on they are."""
    places = tuple(place for place, event in enumerate(events) if event not in seen)[:most]
    seen.update(events[place] for place in places)
    return places
