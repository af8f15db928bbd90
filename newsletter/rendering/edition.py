"""Which items an edition tells: each event once, fewer a region the more regions there are. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

# Percent of an issue's items, by the number of regions in the letter: a reader of four regions gets a letter of about
# one and a half times the length, not of four times.
_PERCENT = {1: 100, 2: 60, 3: 45}
_PERCENT_OF_MANY = 35
_AT_LEAST = 3


@dataclass(frozen=True)
class Section:
    """A region's part of an edition, as places in the issue's items; the first told is its lead."""

    told: tuple[int, ...]
    left: int  # items that stand only in the issue on the web

    def without_last(self) -> "Section":
        return replace(self, told=self.told[:-1], left=self.left + 1)


def share(items: int, regions: int) -> int:
    """How many of an issue's items a letter with so many regions tells."""
    percent = _PERCENT.get(regions, _PERCENT_OF_MANY)
    return min(items, max(_AT_LEAST, -(-items * percent // 100)))


def plan(issues: Sequence[Sequence[int]]) -> list[Section]:
    """A section for each issue, given as the ids of its events in order; earlier sections tell first."""
    told: set[int] = set()
    sections = []
    for events in issues:
        new = [place for place, event in enumerate(events) if event not in told]
        taken = new[: share(len(events), len(issues))]
        told.update(events[place] for place in taken)
        sections.append(Section(tuple(taken), len(new) - len(taken)))
    return sections


def fit(sections: Sequence[Section], sizes: Sequence[Sequence[int]], room: int) -> list[Section]:
    """The sections shortened, always the longest first, until their told items' sizes (bytes) fit in `room`."""
    fitting = list(sections)
    needed = sum(map(sum, sizes))
    while needed > room and any(section.told for section in fitting):
        longest = max(range(len(fitting)), key=lambda number: (len(fitting[number].told), number))
        needed -= sizes[longest][len(fitting[longest].told) - 1]
        fitting[longest] = fitting[longest].without_last()
    return fitting
