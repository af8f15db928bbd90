"""The facts of one story. Pure."""

from functools import lru_cache

from newsletter.events.facts import ages, amounts, counts, dates, magnitudes, places
from newsletter.events.facts.fact import Fact, Report
from newsletter.events.facts.tokens import sentences
from newsletter.events.facts.words import words_of


@lru_cache(maxsize=2000)  # the stories of one event are read again whenever one joins it
def facts_of(report: Report) -> tuple[Fact, ...]:
    """Every fact of a story, those of its title first; none in a language without a table of words."""
    words = words_of(report.language)
    if words is None:
        return ()
    read = [*sentences(report.title, in_title=True), *sentences(report.summary)]
    told = frozenset(low for sentence in read for low in sentence.lows)
    found: list[Fact] = []
    for sentence in read:
        found.extend(dates.find(sentence, words, report.published_at))
        found.extend(counts.find(sentence, words))
        found.extend(amounts.find(sentence, words))
        found.extend(magnitudes.find(sentence, words))
        found.extend(places.find(sentence, words, told, report.language))
    found.extend(ages.find(read, words))
    return tuple(found)
