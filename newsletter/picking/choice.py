"""The choice among scored events: the best ones, yet not ten of one kind (maximal marginal relevance).

One after another, the event is taken that scores best after what it shares with those already taken is subtracted:
their words, their lead source, the countries that they are about.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.picking.candidates import Letter
from newsletter.picking.score import Scored, rank
from newsletter.picking.weights import USUAL, Weights
from newsletter.picking.wording import counted, quoted, sentence
from newsletter.picking.words import likeness
from newsletter.regions.catalogue import name_of

POOL = 8  # so many candidates an item are compared with each other; the rest scored too low to matter


@dataclass(frozen=True, slots=True)
class Missed:
    """A candidate that the letter does not carry, and why not."""

    scored: Scored
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    chosen: list[Scored]  # by score, the best first
    missed: list[Missed]  # by score, near misses first


def choose(scored: Sequence[Scored], letter: Letter, weights: Weights = USUAL) -> Choice:
    """At most `letter.item_count` of the events, which must come best first.

    At most a share of the items (usually a third, two at least) is led by one source, and at most a share (usually
    half) is about one country where the region has several; places that stay empty by these caps are filled after all.
    """
    pool = list(scored[: max(50, POOL * letter.item_count)])
    table = _Table(letter, weights)
    while pool and len(table.taken) < letter.item_count:
        best = max(pool, key=lambda one: (one.score - table.cost(one), *(-value for value in rank(one))))
        pool.remove(best)
        if table.offer(best):
            table.compare(pool, best)
    table.fill_up()
    chosen = {one.candidate.event_id for one in table.taken}
    missed = [Missed(one, table.why_not(one)) for one in scored if one.candidate.event_id not in chosen]
    return Choice(sorted(table.taken, key=rank), missed)


class _Table:
    """What has been taken so far, and what was put aside with the reason."""

    def __init__(self, letter: Letter, weights: Weights) -> None:
        self.taken: list[Scored] = []
        self._letter = letter
        self._weights = weights
        self._own = letter.covers if len(letter.covers) == 1 else frozenset()
        self._capped: list[Scored] = []
        self._reasons: dict[int, str] = {}
        self._closest: dict[int, float] = {}  # event to its likeness to the nearest taken one
        self._by_source: Counter[int] = Counter()
        self._by_country: Counter[str] = Counter()
        self._most_a_source = max(2, math.ceil(letter.item_count * weights.most_a_source - 1e-9))
        self._most_a_country = max(2, math.ceil(letter.item_count * weights.most_a_place - 1e-9))

    def cost(self, one: Scored) -> float:
        return self._weights.variety * self._closest.get(one.candidate.event_id, 0.0)

    def compare(self, others: Sequence[Scored], taken: Scored) -> None:
        """Remember how like the one just taken the others are."""
        for other in others:
            key = other.candidate.event_id
            self._closest[key] = max(self._closest.get(key, 0.0), self._likeness(other, taken))

    def offer(self, one: Scored) -> bool:
        """Take the event, or put it aside: for good, or until places stay empty."""
        reason = self._told_already(one)
        if reason is None:
            reason = self._too_many(one)
            if reason is None:
                self._take(one)
                return True
            self._capped.append(one)
        self._reasons[one.candidate.event_id] = reason
        return False

    def fill_up(self) -> None:
        for one in self._capped:
            if len(self.taken) < self._letter.item_count and self._told_already(one) is None:
                self._take(one)

    def why_not(self, one: Scored) -> str:
        room = f"The letter has room for {counted(self._letter.item_count, 'item')}, and others came first."
        return self._reasons.get(one.candidate.event_id, room)

    def _take(self, one: Scored) -> None:
        self.taken.append(one)
        self._by_source[one.lead.source_id] += 1
        self._by_country.update(self._countries(one))

    def _likeness(self, one: Scored, other: Scored) -> float:
        """0 to 1."""
        mine, theirs = self._countries(one), self._countries(other)
        places = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
        same_source = one.lead.source_id == other.lead.source_id
        weights = self._weights
        topics = likeness(one.words, other.words)
        return weights.topics * topics + weights.places * places + weights.one_source * same_source

    def _told_already(self, one: Scored) -> str | None:
        same = next(
            (other for other in self.taken if likeness(one.words, other.words) >= self._weights.same_news), None
        )
        return f"It tells much the same as {quoted(same.lead.title)}." if same else None

    def _too_many(self, one: Scored) -> str | None:
        """The sentence that says which cap it meets."""
        if self._by_source[one.lead.source_id] >= self._most_a_source:
            return f"{one.lead.source_name} already leads {counted(self._most_a_source, 'item')}."
        for code in sorted(self._countries(one)):
            if self._by_country[code] >= self._most_a_country:
                return f"{sentence(counted(self._most_a_country, 'item'))} are about {name_of(code)} already."
        return None

    def _countries(self, one: Scored) -> frozenset[str]:
        """Where it happened, as far as that tells items apart: in the letter of one country all are about it."""
        countries: list[frozenset[str]] = [story.countries for story in one.candidate.stories]
        return frozenset().union(*countries) - self._own
