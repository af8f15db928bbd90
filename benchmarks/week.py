"""A week of invented news for benchmarks: events told by several sources, at various lengths, with wire copies.

What makes joining dear is in it: words that half of the week uses (Zipf's law), events of one kind in other places,
events in one place of other kinds, single reports, and events that dozens of sources tell. New names keep coming as a
week grows, as they do in real news. The same seed gives the same week.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

BEGIN = datetime(2026, 5, 11, tzinfo=UTC)
WEEK = timedelta(days=7)
SOURCES = 60
_COMMON_WORDS = 12_000  # beside what the patterns below say
_OWN_WORDS = 25  # of an event: what only its reports talk about
_MOST_REPORTS = 80  # of an event
_WIRE_COPY = 0.15  # share of reports that print another's text

# Ways to tell what happened: headlines, then sentences.
_KINDS = (
    (
        ("Fire at {place} {thing} injures {n}", "{n} hurt in {place} blaze", "Blaze destroys {thing} in {place}"),
        (
            "{n} people were injured when a fire swept through a {thing} in {place}, the fire chief {who} said.",
            "Firefighters fought the blaze at the {thing} for {m} hours and saved the houses next to it.",
            "The owner, {other}, said the alarm had been tested a week before.",
        ),
    ),
    (
        ("Workers at {place} {thing} go on strike", "{place} strike enters day {m}", "{n} walk out at {place} {thing}"),
        (
            "Some {n} workers of the {thing} in {place} laid down their tools, {who} of their union said.",
            "They ask for {m} percent more and for talks with the new owner, {other}.",
            "The company called the strike regrettable and offered to meet on Monday.",
        ),
    ),
    (
        ("{who} elected mayor of {place}", "{place} votes for {who}", "Narrow win for {who} in {place} election"),
        (
            "{who} won the election in {place} with {m}.{n} percent of the votes, ahead of {other}.",
            "The new mayor promised to reopen the {thing} within a year.",
            "{other} conceded late at night and thanked the voters.",
        ),
    ),
    (
        ("{place} beat {away} {m}-{n}", "{who} scores twice as {place} win", "{away} lose in {place}"),
        (
            "{who} scored in the last minute and {place} beat {away} by {m} goals to {n} in front of a full house.",
            "The coach of {away}, {other}, blamed the pitch behind the {thing}.",
        ),
    ),
    (
        ("Quake of magnitude {m}.{n} shakes {place}", "Earthquake near {place} damages {thing}"),
        (
            "An earthquake of magnitude {m}.{n} shook {place} and damaged a {thing}, the survey said.",
            "{who}, who runs the shelters, counted {m} families there in the morning.",
        ),
    ),
    (
        ("{who} arrested in {place}", "Police in {place} hold {who} over {thing} theft", "{place} police arrest {n}"),
        (
            "Police arrested {who} in {place} in connection with a theft from the {thing}.",
            "Prosecutor {other} said {n} others were being questioned and asked for witnesses.",
        ),
    ),
    (
        ("{place} opens new {thing}", "{thing} for {place} costs {n} million", "{who} opens {thing} in {place}"),
        (
            "{who} cut the ribbon of the new {thing} in {place}, which cost {n} million and took {m} years.",
            "The architect, {other}, had won the competition with a drawing on a napkin.",
        ),
    ),
    (
        ("Flood cuts off {place}", "{n} evacuated as river rises in {place}", "{place} under water"),
        (
            "The river rose by {m} metres and {n} people of {place} had to leave their homes.",
            "Boats brought bread to the {thing}, where {who} was cooking for everyone.",
            "{other} of the weather service expects more rain.",
        ),
    ),
)
_THINGS = ("school", "market", "bridge", "factory", "hotel", "museum", "harbour", "mill", "theatre", "station", "farm")
_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "qu",
    "s",
    "st",
    "tr",
)
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_CODAS = ("", "l", "n", "r", "s", "m", "nd", "rt")
_SPEAKERS = ("{who} said: {words}.", "{words}, {other} told reporters.", "{words}.", "In {place}, {words}.")


@dataclass(frozen=True, slots=True)
class Report:
    event: int
    source: int  # from 1 on
    at: datetime
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    slots: dict[str, str]
    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    words: list[str]
    at: datetime


def week(stories: int, seed: int = 1) -> list[Report]:
    """So many reports, in the order in which they come in."""
    world = _World(random.Random(f"{seed} {stories}"))  # noqa: S311 - no secret: the same week each time
    found: list[Report] = []
    number = 0
    while len(found) < stories:
        number += 1
        found += world.reports(number, stories - len(found))
    return sorted(found, key=lambda report: (report.at, report.event, report.source))


class _World:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.common = [self._word(min(4, 1 + number // 1500)) for number in range(_COMMON_WORDS)]
        self.commonness = list(accumulate(1 / (rank + 3) for rank in range(_COMMON_WORDS)))
        self.places = [self._word(2).capitalize() for _ in range(50)]
        self.surnames = [self._word(2).capitalize() for _ in range(100)]

    def reports(self, number: int, most: int) -> Iterator[Report]:
        event = self._event(number)
        told = min(most, SOURCES, _MOST_REPORTS, int(self.chance.paretovariate(1.1)))
        before: list[tuple[str, str]] = []
        for source in self.chance.sample(range(1, SOURCES + 1), told):
            copied = bool(before) and self.chance.random() < _WIRE_COPY
            title, summary = self.chance.choice(before) if copied else self._report(event)
            before.append((title, summary))
            at = event.at + timedelta(minutes=self.chance.expovariate(1 / 600))
            yield Report(number, source, min(at, BEGIN + WEEK), title, summary)

    def _event(self, number: int) -> _Event:
        titles, sentences = self.chance.choice(_KINDS)
        slots = {
            "place": self._name(self.places, 0.15),
            "away": self._name(self.places, 0.15),
            "who": f"{self._name(self.surnames, 0.05)} {self._name(self.surnames, 0.3)}",
            "other": f"{self._name(self.surnames, 0.05)} {self._name(self.surnames, 0.3)}",
            "thing": self.chance.choice(_THINGS),
            "n": str(self.chance.randint(2, 400)),
            "m": str(self.chance.randint(2, 9)),
        }
        words = self._common(_OWN_WORDS) + [self._word(3) for _ in range(3)]
        return _Event(number, slots, titles, sentences, words, BEGIN + self.chance.random() * WEEK)

    def _report(self, event: _Event) -> tuple[str, str]:
        """A headline, and from one sentence to eight: what happened, then what only this paper tells."""
        told = self.chance.sample(event.sentences, self.chance.randint(1, len(event.sentences)))
        more = [self._detail(event) for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3, 5)))]
        return self.chance.choice(event.titles).format(**event.slots), " ".join(
            sentence.format(**event.slots) for sentence in (*told, *more)
        )

    def _detail(self, event: _Event) -> str:
        words = self.chance.sample(event.words, self.chance.randint(1, 5)) + self._common(self.chance.randint(4, 12))
        self.chance.shuffle(words)
        words[0] = words[0].capitalize()
        return self.chance.choice(_SPEAKERS).replace("{words}", " ".join(words))

    def _common(self, count: int) -> list[str]:
        return self.chance.choices(self.common, cum_weights=self.commonness, k=count)

    def _name(self, known: list[str], new: float) -> str:
        """One that was there already or, as often as `new` says, one that the week has not had."""
        if self.chance.random() < new:
            known.append(self._word(3).capitalize())
            return known[-1]
        return self.chance.choice(known)

    def _word(self, syllables: int) -> str:
        parts = (_ONSETS, _NUCLEI, _CODAS)
        return "".join(self.chance.choice(part) for _ in range(syllables) for part in parts)
