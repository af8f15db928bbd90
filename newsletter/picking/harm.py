"""How grave an event is and how many people it touches, by the facts that its reports state. Pure.

Of each count the figure in the middle is taken, so that one report that is far off decides nothing. A report that
says "at least seven" counts as seven.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median_low

from newsletter.events.facts.amounts import Money
from newsletter.events.facts.fact import COUNTS, Fact, Report
from newsletter.events.facts.quantities import Quantity
from newsletter.events.facts.reading import facts_of
from newsletter.events.facts.tokens import fold
from newsletter.events.facts.words import words_of
from newsletter.picking.candidates import CandidateStory

MOST_READ = 5  # stories of an event
TEXT_READ = 700  # characters of a summary
IN_DOLLARS = {"USD": 1.0, "EUR": 1.1, "GBP": 1.3, "$": 0.1, "peso": 0.05}  # roughly: only the size matters
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Harm:
    """What an event did, by its reports; None where none says."""

    killed: int | None = None
    injured: int | None = None
    arrested: int | None = None
    missing: int | None = None
    magnitude: float | None = None
    dollars: float | None = None  # roughly

    @property
    def severity(self) -> float:
        """0 to 1: all of it from a hundred deaths on, or a quake of 7.5; an injury counts a quarter of a death."""
        harmed = (self.killed or 0) + (self.missing or 0) / 2 + (self.injured or 0) / 4
        quake = max(0.0, (self.magnitude or 0) - 4.5) / 3
        return min(1.0, max(math.log10(1 + harmed) / 2, quake))

    @property
    def reach(self) -> float:
        """0 to 1: all of it from ten thousand people on, or ten thousand million dollars."""
        people = sum(count or 0 for count in (self.killed, self.injured, self.arrested, self.missing))
        money = (math.log10(self.dollars) - 6) / 4 if self.dollars and self.dollars > 1e6 else 0.0
        return min(1.0, max(math.log10(1 + people) / 4, money))


def harm_of(stories: Sequence[CandidateStory]) -> Harm:
    """What the facts of the first few stories say."""
    told = [facts for story in stories[:MOST_READ] if (facts := _facts(story))]
    return Harm(
        **{name: _count(told, name) for name in COUNTS},
        magnitude=_middle(told, "magnitude", _quantity),
        dollars=_middle(told, "amount", _dollars),
    )


def _facts(story: CandidateStory) -> tuple[Fact, ...]:
    language = story.language.replace("_", "-").split("-", 1)[0].lower()
    text = story.summary[:TEXT_READ]
    if not _may_tell(f"{story.title} {text}", language):
        return ()
    return facts_of(Report(story.story_id, story.title, text, language))


def _may_tell(text: str, language: str) -> bool:
    """Whether there is a word or a sign of harm at all; most stories have none and need no closer look."""
    signs = _signs(language)
    return bool(signs) and ("$" in text or "€" in text or not signs.isdisjoint(_WORD.findall(fold(text))))


@cache
def _signs(language: str) -> frozenset[str]:
    words = words_of(language)
    if words is None:
        return frozenset()
    fates = {phrase[0] for name in COUNTS for phrase in (*words.fates[name], *words.active[name], *words.tolls[name])}
    return frozenset(fates | set(words.currencies) | {"magnitude", "magnitud", "richter", "earthquake", "sismo"})


def _count(told: Iterable[Sequence[Fact]], name: str) -> int | None:
    value = _middle(told, name, _quantity)
    return None if value is None else int(value)


def _middle(told: Iterable[Sequence[Fact]], name: str, read: Callable[[Fact], float]) -> float | None:
    """The figure in the middle of the highest that each report gives."""
    highest = [max(values) for facts in told if (values := [read(fact) for fact in facts if fact.attribute == name])]
    return median_low(highest) if highest else None


def _quantity(fact: Fact) -> float:
    return fact.value.value if isinstance(fact.value, Quantity) else 0.0


def _dollars(fact: Fact) -> float:
    value = fact.value
    return value.quantity.value * IN_DOLLARS.get(value.currency, 0.01) if isinstance(value, Money) else 0.0
