"""On which facts reports of one event differ. Pure.

Two reports differ on a fact where nothing that the one says of it can be true beside anything that the other says. A
report that gives two figures itself, "seven" in the headline and "eight" in the text, differs with neither.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise

from newsletter.events.facts.ages import Name
from newsletter.events.facts.amounts import Money, same_currency
from newsletter.events.facts.fact import ATTRIBUTES, COUNTS, Fact, Report
from newsletter.events.facts.quantities import Quantity
from newsletter.events.facts.reading import facts_of
from newsletter.events.facts.ties import ONCE, may_be_one

ONE_TIME = timedelta(minutes=45)  # reports so close together tell of one state of affairs
MOST_COMPARED = 60  # reports of one event
MOST_VALUES = 6  # of one difference
TEN_TIMES = 10  # amounts so far apart are hardly of one thing
SHARED_WORDS = 2  # by which two sentences tell of one signing, one opening


@dataclass(frozen=True, slots=True)
class Stated:
    """What a report says."""

    fact: Fact
    report: Report


@dataclass(frozen=True, slots=True)
class Difference:
    attribute: str
    subject: str | None
    kind: str  # "disagreement", or "update" for what has grown since
    values: tuple[Stated, ...]  # one of each value, by time


def differences(reports: Sequence[Report]) -> list[Difference]:
    """On which facts the reports differ, in the order of ATTRIBUTES."""
    read = [(report, facts_of(report)) for report in reports[:MOST_COMPARED]]
    found: list[Difference] = []
    for attribute in ATTRIBUTES:
        clashes: list[tuple[Stated, Stated]] = []
        for (one, facts), (other, others) in combinations(read, 2):
            clashes.extend(_clashes(attribute, one, facts, other, others))
        found.extend(_merged(attribute, clashes))
    return found


def _clashes(
    attribute: str, one: Report, facts: Sequence[Fact], other: Report, others: Sequence[Fact]
) -> Iterator[tuple[Stated, Stated]]:
    mine = [fact for fact in facts if fact.attribute == attribute]
    theirs = [fact for fact in others if fact.attribute == attribute]
    if not mine or not theirs:
        return
    match attribute:
        case "age":
            pairs = _ages(mine, theirs)
        case "amount":
            pairs = _amounts(mine, theirs)
        case "date" | "place":
            pairs = _tied(mine, theirs)
        case "magnitude":
            pairs = _by_subject(mine, theirs)
        case _:
            pairs = _counts(mine, theirs)
    for first, second in pairs:
        yield Stated(first, one), Stated(second, other)


def _none_agrees(mine: Sequence[Fact], theirs: Sequence[Fact]) -> bool:
    return bool(mine and theirs) and not any(one.value.agrees(two.value) for one in mine for two in theirs)


def _counts(mine: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """All people against all people, else women against women; the only figure of a report counts as of all."""
    one, two = _totals(mine), _totals(theirs)
    if _none_agrees(one, two):
        if not any(a.value.agrees(b.value) for a in mine for b in theirs):
            yield one[0], two[0]
        return
    if one and two:
        return
    for subject in {fact.subject for fact in mine} & {fact.subject for fact in theirs} - {None}:
        these = [fact for fact in mine if fact.subject == subject]
        those = [fact for fact in theirs if fact.subject == subject]
        if _none_agrees(these, those):
            yield these[0], those[0]
            return


def _totals(facts: Sequence[Fact]) -> list[Fact]:
    everybody = [fact for fact in facts if fact.subject is None]
    if everybody:
        return everybody
    kinds = [fact for fact in facts if not (fact.subject or "").startswith("a ")]
    return kinds if len({fact.subject for fact in kinds}) == 1 and len(kinds) == len(facts) else []


def _by_subject(mine: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    for subject in {fact.subject for fact in mine} & {fact.subject for fact in theirs}:
        these = [fact for fact in mine if fact.subject == subject]
        those = [fact for fact in theirs if fact.subject == subject]
        if _none_agrees(these, those):
            yield these[0], those[0]


def _tied(mine: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Days and places of what can be one thing."""
    for fact in mine:
        those = [other for other in theirs if _of_one_happening(fact, other)]
        if not those:
            continue
        these = [one for one in mine if any(may_be_one(one.subject or "", other.subject or "") for other in those)]
        if _none_agrees(these, those):
            yield fact, those[0]
            return


def _of_one_happening(one: Fact, two: Fact) -> bool:
    """Things that happen once in an event are told by their class; of a signing or an opening there may be several."""
    if not may_be_one(one.subject or "", two.subject or ""):
        return False
    shared, fewer = len(one.about & two.about), min(len(one.about), len(two.about))
    return one.subject in ONCE or shared > SHARED_WORDS or (shared == SHARED_WORDS and shared >= fewer / 2)


def _ages(mine: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """By name; by what a person is called ("the men") where neither report gives any other age."""
    alone = len({fact.subject for fact in mine}) == 1 and len({fact.subject for fact in theirs}) == 1
    for subject in dict.fromkeys(fact.subject for fact in mine):
        if (subject or "").startswith("the ") and not alone:
            continue
        these = [fact for fact in mine if fact.subject == subject]
        those = [fact for fact in theirs if _may_be_person(subject or "", fact.subject or "")]
        persons = {fact.subject for fact in those}
        if len(persons) == 1 and _none_agrees(these, those):
            rivals = {fact.subject for fact in mine if _may_be_person(those[0].subject or "", fact.subject or "")}
            if len(rivals) == 1:
                yield these[0], those[0]


def _may_be_person(one: str, other: str) -> bool:
    if not one or not other or one.startswith("the ") or other.startswith("the "):
        return one == other
    return Name(tuple(one.split())).may_be(Name(tuple(other.split())))


def _amounts(mine: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Amounts of one thing: those that stand among the same words, or the only ones of both reports."""
    for one in mine:
        for two in theirs:
            if _of_one_thing(one, two, alone=len(mine) == 1 and len(theirs) == 1) and not one.value.agrees(two.value):
                known = any(one.value.agrees(other.value) and _comparable(one, other) for other in theirs)
                known = known or any(two.value.agrees(other.value) and _comparable(two, other) for other in mine)
                if not known:
                    yield one, two
                    return


def _comparable(one: Fact, two: Fact) -> bool:
    a, b = one.value, two.value
    return isinstance(a, Money) and isinstance(b, Money) and a.per == b.per and same_currency(a.currency, b.currency)


def _of_one_thing(one: Fact, two: Fact, *, alone: bool) -> bool:
    if not _comparable(one, two):
        return False
    small, large = sorted((_figure(one), _figure(two)))
    if large > TEN_TIMES * small:
        return len(one.about & two.about) > SHARED_WORDS
    return len(one.about & two.about) >= (1 if alone else SHARED_WORDS)


def _merged(attribute: str, clashes: Sequence[tuple[Stated, Stated]]) -> Iterator[Difference]:
    """The clashes of one thing as one difference, with each value once."""
    groups: list[list[Stated]] = []
    for pair in clashes:
        group = next(
            (group for group in groups if any(_same_thing(attribute, pair[0], known) for known in group)), None
        )
        if group is None:
            groups.append(group := [])
        group.extend(pair)
    for group in groups:
        values: list[Stated] = []
        for stated in sorted(group, key=_time):
            if not any(
                stated.fact.value == known.fact.value or stated.fact.shown == known.fact.shown for known in values
            ):
                values.append(stated)
        if len(values) > 1:
            yield Difference(
                attribute, _subject(attribute, values[0].fact), _kind(attribute, values), tuple(values[:MOST_VALUES])
            )


def _same_thing(attribute: str, one: Stated, other: Stated) -> bool:
    match attribute:
        case "age":
            return _may_be_person(one.fact.subject or "", other.fact.subject or "")
        case "date" | "place":
            return may_be_one(one.fact.subject or "", other.fact.subject or "")
    return True


def _subject(attribute: str, fact: Fact) -> str | None:
    return None if attribute == "amount" else fact.subject


def _kind(attribute: str, values: Sequence[Stated]) -> str:
    """An update where a toll rises from report to report; the missing may be found as well."""
    if attribute not in COUNTS:
        return "disagreement"
    for earlier, later in pairwise(values):
        one, two = earlier.report.published_at, later.report.published_at
        if one is None or two is None or two - one < ONE_TIME:
            return "disagreement"
        if attribute != "missing" and _figure(later.fact) < _figure(earlier.fact):
            return "disagreement"
    return "update"


def _figure(fact: Fact) -> float:
    value = fact.value.quantity if isinstance(fact.value, Money) else fact.value
    return value.value if isinstance(value, Quantity) else 0.0


def _time(stated: Stated) -> tuple[float, int]:
    at = stated.report.published_at
    return at.timestamp() if at else 0.0, stated.report.id
