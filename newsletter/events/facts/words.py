"""What a language's words say about facts: the tables in data/, one a language. Pure; read once.

Words are in lower case and without accents, as `tokens.fold` makes them; phrases are tuples of words.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

Phrase = tuple[str, ...]

LANGUAGES = ("en", "es")


class Phrases:
    """Phrases, found by their first word."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._all = frozenset(phrases)
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted(self._all, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def __contains__(self, phrase: Phrase) -> bool:
        return phrase in self._all

    def __or__(self, other: "Phrases") -> "Phrases":
        return Phrases(self._all | other._all)

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self._all)

    def longest_at(self, lows: Sequence[str], at: int) -> Phrase | None:
        """The longest one that stands at a place of a sentence's words."""
        for phrase in self._by_first.get(lows[at], ()) if at < len(lows) else ():
            if lows[at : at + len(phrase)] == phrase:
                return phrase
        return None


ByAttribute = Mapping[str, Phrases]


@dataclass(frozen=True)
class Words:
    """The table of one language."""

    joint: str  # between tens and ones: "-" or "y"
    and_: str
    numbers: Mapping[str, int]
    tens: Mapping[str, int]  # may be followed by a number below ten
    scales: Mapping[str, float]  # hundred, million
    vague: Mapping[Phrase, tuple[float, float]]  # "dozens", between what and what
    at_least: Phrases
    more_than: Phrases
    about: Phrases
    nearly: Phrases
    at_most: Phrases
    units: frozenset[str]  # after a number: it counts no people
    one: frozenset[str]  # determiners of one person
    passive: ByAttribute  # what became of the people before it: "killed", "missing"
    active: ByAttribute  # what was done to the people after it: "killing"
    nouns: ByAttribute  # right after a number: "deaths"
    tolls: ByAttribute  # some words before a number: "death toll"
    fillers: frozenset[str]  # auxiliaries and adverbs between people and what became of them
    general: frozenset[str]  # nouns that stand for everybody: people, victims
    people: Mapping[str, str]  # other nouns for people, in all forms, to one form
    animals: frozenset[str]
    breaks: frozenset[str]  # over them, people and what became of them do not belong together
    maybe: frozenset[str]  # before a verb: it has not happened
    no_one: Phrases
    no: frozenset[str]
    no_reports: Phrases  # "no reports of": may still come
    unharmed: Mapping[Phrase, tuple[str, ...]]  # "casualties": the attributes that it stands for
    past: Phrases  # the sentence is about earlier events, or about rates
    months: Mapping[str, int]
    weekdays: Mapping[str, int]  # 0: Monday
    relative_days: Mapping[Phrase, int]  # "yesterday": -1
    nights: frozenset[str]
    report_verbs: frozenset[str]
    event_words: Mapping[str, str]  # verbs and nouns, in all forms, to the class of what happens
    future: frozenset[str]
    currencies: Mapping[str, str]
    stop_words: frozenset[str]

    @cached_property
    def fates(self) -> ByAttribute:
        """What follows a number of people, by attribute."""
        return {attribute: self.passive[attribute] | self.nouns[attribute] for attribute in self.passive}

    @cached_property
    def hedges(self) -> Phrases:
        return self.at_least | self.more_than | self.about | self.nearly | self.at_most

    @cached_property
    def vague_ones(self) -> Phrases:
        return Phrases(self.vague)

    @cached_property
    def unharmed_ones(self) -> Phrases:
        return Phrases(self.unharmed)

    @cached_property
    def days_from_now(self) -> Phrases:
        return Phrases(self.relative_days)


@cache
def words_of(language: str) -> Words | None:
    """The table of a language such as "es"; None where there is none: then no facts are read."""
    if language not in LANGUAGES:
        return None
    data = tomllib.loads((files("newsletter.events.facts") / "data" / f"{language}.toml").read_text("utf-8"))
    table: dict[str, Any] = {
        **data,
        **{name: phrases(data[name]) for name in _PHRASES},
        **{name: bag(data[name]) for name in _BAGS},
        **{name: {attribute: phrases(text) for attribute, text in data[name].items()} for name in _BY_ATTRIBUTE},
        **{name: _one_form(data[name]) for name in ("people", "event_words")},
        "and_": data["and"],
        "vague": {tuple(phrase.split()): (low, high) for phrase, (low, high) in data["vague"].items()},
        "unharmed": {tuple(phrase.split()): tuple(text.split()) for phrase, text in data["unharmed"].items()},
        "relative_days": {tuple(phrase.split()): days for phrase, days in data["relative_days"].items()},
    }
    table.pop("and")
    return Words(**table)


_PHRASES = ("at_least", "more_than", "about", "nearly", "at_most", "no_one", "no_reports", "past")
_BAGS = (
    *("units", "one", "fillers", "general", "animals", "breaks", "maybe", "no", "nights", "report_verbs", "future"),
    "stop_words",
)
_BY_ATTRIBUTE = ("passive", "active", "nouns", "tolls")


def bag(text: str) -> frozenset[str]:
    """Words written with spaces between them."""
    return frozenset(text.split())


def phrases(text: str) -> Phrases:
    """Phrases written with commas between them."""
    return Phrases(tuple(phrase.split()) for phrase in text.split(",") if phrase.split())


def _one_form(table: dict[str, Any]) -> dict[str, str]:
    """Each word to the name of its line."""
    return {word: name for name, text in table.items() for word in text.split()}
