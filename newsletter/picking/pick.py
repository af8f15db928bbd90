"""From candidates to a letter's items: its language, then scores, then the choice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.picking.candidates import Candidate, Letter, base_language
from newsletter.picking.choice import Choice, Missed, choose
from newsletter.picking.news import new_facts
from newsletter.picking.score import Scored, rank, score_all
from newsletter.picking.weights import USUAL, Weights


@dataclass(frozen=True, slots=True)
class Pick:
    language: str  # of every item
    choice: Choice
    other_languages: list[Scored]  # told in other languages than the letter's, best first

    @property
    def chosen(self) -> list[Scored]:
        return self.choice.chosen


def pick(candidates: Sequence[Candidate], letter: Letter, weights: Weights = USUAL) -> Pick:
    """The events that `letter` should carry, best first; fewer than its minimum are for the caller to refuse."""
    language = letter_language(candidates, letter.language)
    scored = score_all(candidates, letter, weights)
    fitting = [one for one in scored if _speaks(one.candidate, language)]
    others = [one for one in scored if not _speaks(one.candidate, language)]
    told = [one for one in fitting if one.candidate.told_in is not None and not new_facts(one.candidate)]
    known = {one.candidate.event_id for one in told}
    fresh = [one for one in fitting if one.candidate.event_id not in known]
    choice = choose(fresh, replace(letter, language=language), weights)
    missed = sorted([*choice.missed, *map(_told_before, told)], key=lambda one: rank(one.scored))
    return Pick(language, Choice(choice.chosen, missed), others)


def letter_language(candidates: Sequence[Candidate], wanted: str) -> str:
    """The one language of a letter's items: `wanted`, unless nothing at all is told in it.

    Then it is the one in which most events are told, so that a region whose only sources are foreign has a letter.
    """
    told = Counter(base_language(candidate.language) for candidate in candidates)
    if not told or base_language(wanted) in told:
        return wanted
    return min(told, key=lambda language: (-told[language], language))


def _told_before(scored: Scored) -> Missed:
    week = (scored.candidate.told_in or "")[-2:].lstrip("0")
    return Missed(scored, f"The letter of week {week} told it, and the reports since state no new facts.")


def _speaks(candidate: Candidate, language: str) -> bool:
    return base_language(candidate.language) == base_language(language)
