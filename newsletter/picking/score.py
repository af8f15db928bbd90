"""The score of an event: a sum of named, bounded parts, each with a reason that a reader of newspapers understands.

Parts are whole hundredths, so that the sum on paper is the sum in the database.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.picking.candidates import Candidate, CandidateStory, Letter
from newsletter.picking.copies import independent_sources
from newsletter.picking.harm import Harm, harm_of
from newsletter.picking.leading import lead_story
from newsletter.picking.weights import USUAL, Weights
from newsletter.picking.wording import age, counted, grave, listed, number, quoted, sentence, touched
from newsletter.picking.words import Vector, Vocabulary, likeness

ALIKE = 0.2  # below it two texts share everyday words alone
LONG_DAYS = 5  # an event that is told for so long has lasted


@dataclass(frozen=True, slots=True)
class Part:
    name: str  # a field of Weights: "sources", "severity"
    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its lead story and its parts; `words` are what it is compared by."""

    candidate: Candidate
    lead: CandidateStory
    parts: tuple[Part, ...]
    words: Vector

    @property
    def score(self) -> float:
        return round(math.fsum(part.value for part in self.parts), 2)


def score_all(candidates: Sequence[Candidate], letter: Letter, weights: Weights = USUAL) -> list[Scored]:
    """Every candidate scored, the best first; equal ones by the newer lead story, then by their number."""
    leads = [lead_story(candidate.stories) for candidate in candidates]
    told = [_text(item.headline, item.summary) for item in letter.carried]
    liked = [_text(item.headline, item.summary) for item in letter.opened]
    vocabulary = Vocabulary([*(_text(lead.title, lead.summary) for lead in leads), *told, *liked])
    earlier = [vocabulary.vector(text) for text in told]
    opened = [vocabulary.vector(text) for text in liked]
    scored = []
    for candidate, lead in zip(candidates, leads, strict=True):
        vector = vocabulary.vector(_text(lead.title, lead.summary))
        likenesses = Likenesses(*([likeness(vector, other) for other in others] for others in (earlier, opened)))
        parts = score(candidate, letter, likenesses, weights)
        scored.append(Scored(candidate, lead, tuple(parts), vector))
    return sorted(scored, key=rank)


def rank(scored: Scored) -> tuple[float, float, int]:
    """Sorts the best first, and always the same way."""
    return -scored.score, -scored.lead.dated_at.timestamp(), scored.candidate.event_id


@dataclass(frozen=True, slots=True)
class Likenesses:
    """How like an event's lead story is to each item of `letter.carried`, and to each of `letter.opened`."""

    carried: Sequence[float]
    opened: Sequence[float]


def score(candidate: Candidate, letter: Letter, likenesses: Likenesses, weights: Weights) -> list[Part]:
    """The parts of one candidate, always the same ones in the same order."""
    harm = harm_of(candidate.stories)
    return [
        _sources(candidate, weights),
        _region(candidate, letter, weights),
        _severity(harm, weights),
        _reach(harm, weights),
        _freshness(candidate, letter, weights),
        _lasting(candidate, weights),
        _weight(candidate, weights),
        _opened(letter, likenesses.opened, weights),
        _repeat(candidate, letter, likenesses.carried, weights),
    ]


def _sources(candidate: Candidate, weights: Weights) -> Part:
    """0 for one source, a third of the most each time their number doubles, and all of it from eight on."""
    names = list(dict.fromkeys(story.source_name for story in candidate.stories))
    independent = independent_sources(candidate.stories)
    value = weights.sources * min(1.0, math.log2(independent) / 3)
    if len(names) == 1:
        stories = len(candidate.stories)
        extra = f", in {counted(stories, 'story', 'stories')}" if stories > 1 else ""
        reason = f"Only {names[0]} reports it{extra}."
    elif independent < len(names):
        counts = "they count as one" if independent == 1 else f"they count as {number(independent)}"
        reason = f"{sentence(number(len(names)))} sources report it, but some print the same text, so {counts}: "
        reason += f"{listed(names)}."
    else:
        reason = f"{sentence(number(len(names)))} sources report it independently: {listed(names)}."
    return Part("sources", _hundredths(value), reason)


def _region(candidate: Candidate, letter: Letter, weights: Weights) -> Part:
    """The mean certainty of its stories, so that one story that was tagged wrongly does not carry the event."""
    certainty = math.fsum(story.region_confidence for story in candidate.stories) / len(candidate.stories)
    certainty = min(1.0, max(0.0, certainty))
    if certainty >= 0.75:
        verdict = f"It is clearly about {letter.region_name}"
    elif certainty >= 0.5:
        verdict = f"It is probably about {letter.region_name}"
    else:
        verdict = f"It touches on {letter.region_name}"
    return Part("region", _hundredths(weights.region * certainty), f"{verdict} ({certainty:.0%} sure).")


def _severity(harm: Harm, weights: Weights) -> Part:
    return Part("severity", _hundredths(weights.severity * harm.severity), grave(harm))


def _reach(harm: Harm, weights: Weights) -> Part:
    return Part("reach", _hundredths(weights.reach * harm.reach), touched(harm))


def _freshness(candidate: Candidate, letter: Letter, weights: Weights) -> Part:
    """Halves every `half_life_days`; a story that is dated later than now is as fresh as one of this moment."""
    latest = max(story.dated_at for story in candidate.stories)
    span = letter.until - latest
    days = max(0.0, span.total_seconds() / 86_400)
    value = weights.freshness * 0.5 ** (days / weights.half_life_days)
    return Part("freshness", _hundredths(value), f"The latest report is {age(span)}.")


def _lasting(candidate: Candidate, weights: Weights) -> Part:
    """All of it from five days on between the first report and the last."""
    dates = [story.dated_at for story in candidate.stories]
    days = (max(dates) - min(dates)).total_seconds() / 86_400
    if days < 1:
        reason = "All reports came within a day."
    else:
        reason = f"It has been in the news for {counted(int(days) + 1, 'day')}."
    return Part("lasting", _hundredths(weights.lasting * min(1.0, days / LONG_DAYS)), reason)


def _weight(candidate: Candidate, weights: Weights) -> Part:
    """Half of the most for a usual source (weight 1), all of it from weight 2 on."""
    best = max(candidate.stories, key=lambda story: (story.weight, -story.story_id))
    share = min(2.0, max(0.0, best.weight)) / 2
    if best.weight == 1:
        standing = "counts as much as most sources do"
    else:
        standing = f"counts {'more' if best.weight > 1 else 'less'} than other sources here"
    return Part("weight", _hundredths(weights.weight * share), f"{best.source_name} {standing}.")


def _opened(letter: Letter, likenesses: Sequence[float], weights: Weights) -> Part:
    """Up or down by how often readers opened the three items most like it, against what is usual here."""
    like = sorted(zip(likenesses, letter.opened, strict=True), key=lambda pair: -pair[0])[:3]
    like = [(value, item) for value, item in like if value >= ALIKE]
    if not like:
        reason = "Nothing is known of how often readers opened stories like it."
        return Part("opened", 0.0, reason)
    total = math.fsum(value for value, _ in like)
    rate = math.fsum(value * item.rate for value, item in like) / total
    often = "more often than" if rate > 1.1 else "less often than" if rate < 0.9 else "about as often as"
    reason = f"Readers of this letter opened stories like it {often} others: {quoted(like[0][1].headline)}."
    return Part("opened", _hundredths(weights.opened * max(-1.0, min(1.0, rate - 1)) * min(1.0, total)), reason)


def _repeat(candidate: Candidate, letter: Letter, likenesses: Sequence[float], weights: Weights) -> Part:
    """Taken away: half of the most for the event itself in an earlier letter, else by likeness to its items."""
    if candidate.told_in is not None:
        reason = f"The letter of week {_week(candidate.told_in)} told it; it comes again only with new facts."
        return Part("repeat", -_hundredths(weights.repeat / 2), reason)
    closest = max(range(len(likenesses)), key=likenesses.__getitem__, default=None)
    if closest is None or likenesses[closest] < ALIKE:
        return Part("repeat", 0.0, "The latest letters told nothing like it.")
    item = letter.carried[closest]
    reason = f"The letter of week {_week(item.week)} told something like it: {quoted(item.headline)}."
    return Part("repeat", -_hundredths(weights.repeat * likenesses[closest]), reason)


def _week(week: str) -> str:
    """ "7" of "2026-W07"."""
    return week[-2:].lstrip("0")


def _text(title: str, summary: str) -> str:
    return f"{title} {summary[:600]}"


def _hundredths(value: float) -> float:
    return round(value, 2)
