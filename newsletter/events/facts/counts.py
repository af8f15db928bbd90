"""How many people were killed, injured, arrested or are missing. Pure.

A word for what became of people leads to a number beside it: before it ("seven people were killed", "siete muertos"),
after it ("killing seven", "murieron siete"). What may have happened, what happened earlier and rates are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsletter.events.facts.fact import COUNTS, Fact
from newsletter.events.facts.quantities import Quantity, is_year, longest, quantity_at
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

_REACH = 11  # tokens between a number and what became of the people
_NOT_ONE = bag("no any some every each when if ningun cuando si")  # before "one" and other numbers
_SINGULAR = bag("was is has fue ha esta")
_BARE = 3  # tokens of a name for people before "killed" in a headline
_SUBJECTS_MOST = 6  # tokens of a name for people: "young men from the village"


@dataclass(frozen=True, slots=True)
class _People:
    quantity: Quantity
    kind: str | None  # of people: "women"; None for all
    single: bool  # "a man": one of perhaps more


def find(sentence: Sentence, words: Words) -> Iterator[Fact]:
    """Each count that the sentence states of the event itself."""
    yield from _none_at_all(sentence, words)
    if _is_past(sentence, words):
        return
    taken: set[tuple[str, int]] = set()
    for attribute in COUNTS:
        for people in _stated(sentence, attribute, words):
            if (attribute, people.quantity.start) not in taken:
                taken.add((attribute, people.quantity.start))
                yield _fact(sentence, attribute, people)


def _stated(sentence: Sentence, attribute: str, words: Words) -> Iterator[_People]:
    at = 0
    while at < len(sentence.tokens):
        toll = longest(sentence, at, words.tolls[attribute])
        if toll is not None:
            people = _toll(sentence, at + len(toll), words)
            if people is not None:
                yield people
            at += len(toll)
            continue
        passive = longest(sentence, at, words.fates[attribute])
        active = longest(sentence, at, words.active[attribute])
        if passive is None and active is None:
            at += 1
            continue
        if not _may_be(sentence, at, words):
            found = _object(sentence, at + len(active), words) if active else None
            if found is None and passive is not None:
                found = _subject(sentence, at, words, noun=passive in words.nouns[attribute])
            if found is not None:
                yield found
        at += max(len(passive or ()), len(active or ()), 1)


def _toll(sentence: Sentence, after: int, words: Words) -> _People | None:
    """ "death toll rises to 12", "from 7 to 12": the last number before the clause ends."""
    found = None
    at = after
    while at < min(after + 10, len(sentence.tokens)) and sentence.low(at) not in (",", ";", "as", "after", "tras"):
        quantity = _counting(sentence, at, words)
        if quantity is not None:
            found = quantity
            at = max(quantity.end, at + 1)
        else:
            at += 1
    return _People(found, None, False) if found else None


def _object(sentence: Sentence, after: int, words: Words) -> _People | None:
    """The people after an active verb: "killing at least seven people", "killed a woman and her two children"."""
    at = after
    if (sentence.low(at) in ("a", "to", "off", "of", "los", "las", "de") and words.joint == "y") or sentence.low(
        at
    ) == "of":
        at += 1
    at = _after_hedge(sentence, at, words)
    first = _people_at(sentence, at, words)
    if first is None:
        return None
    people, end = first
    while sentence.low(end) in (words.and_, ",") or (sentence.low(end) == "a" and words.joint == "y"):
        start = end + 1
        if sentence.low(end) == "," and sentence.low(start) == words.and_:
            start += 1
        if sentence.low(start) == "a" and words.joint == "y":
            start += 1
        more = _people_at(sentence, _after_hedge(sentence, start, words), words)
        if more is None or more[0].kind is None or people.kind is None or _has_fate(sentence, more[1], words):
            break
        people, end = _summed(people, more[0]), more[1]
    return people


def _subject(sentence: Sentence, before: int, words: Words, *, noun: bool) -> _People | None:
    """The people before a verb or a word such as "dead"; what stands between two commas is passed over."""
    inserted = before
    for at in range(before - 1, max(-1, before - _REACH - 1), -1):
        if at >= inserted:
            continue
        if sentence.low(at) == ",":
            inserted = _begin_of_insertion(sentence, at) or inserted
            if at >= inserted:
                continue
        if sentence.low(at) in words.breaks and not _list_of_people(sentence, at, words):
            return None
        if _within_number(sentence, at, words):
            continue
        found = _people_at(sentence, at, words, up_to=before)
        if found is None or found[0].quantity.start != _hedged(sentence, at, words):
            continue
        people, end = found
        if not _leads(sentence, end, before, words, noun=noun):
            return None
        everyone = _with_those_before(sentence, at, people, words)
        if everyone.quantity.value > 1 and sentence.low(before - 1) in _SINGULAR:
            return None  # "a deputy who met a man and a woman was shot dead"
        return everyone
    return None


def _with_those_before(sentence: Sentence, at: int, people: _People, words: Words) -> _People:
    """ "A woman and her two children were killed": three."""
    joint = at - 1
    while joint > 0 and (sentence.low(joint) in words.one):
        joint -= 1
    if sentence.low(joint) != words.and_ or people.kind is None:
        return people
    for start in range(joint - 1, max(-1, joint - _SUBJECTS_MOST - 1), -1):
        if sentence.low(start) in words.breaks:
            break
        found = _people_at(sentence, start, words, up_to=joint)
        if found is not None and found[1] == joint and found[0].kind is not None:
            return _summed(found[0], people)
    return people


def _people_at(sentence: Sentence, at: int, words: Words, *, up_to: int | None = None) -> tuple[_People, int] | None:
    """A number of people that begins at a token, with the token after their name."""
    quantity = _counting(sentence, at, words)
    single = False
    if quantity is None:
        if sentence.low(at) not in words.one:
            return None
        quantity, single = Quantity(1, 1, 1, None, at, at + 1), True
        number = _counting(sentence, at + 1, words)
        if number is not None:  # "her two children", "another five"
            return None if sentence.low(at) in ("a", "an", "un", "una") else _people_at(sentence, at + 1, words)
    limit = min(len(sentence.tokens), quantity.end + _SUBJECTS_MOST, up_to or len(sentence.tokens))
    some_of = sentence.low(quantity.end) in ("of", "de") and not single and quantity.hedge is None
    if some_of and sentence.low(quantity.end + 1) in ("them", "whom", "ellos", "ellas", "those"):
        return None  # some of those who were counted before
    kind, end = None, quantity.end
    for place in range(quantity.end, limit):
        low = sentence.low(place)
        if low in words.animals:
            return None
        if low in words.general or low in words.people:
            kind, end = low, place + 1
            following = sentence.low(place + 1)
            if following in words.people or following in words.general:  # "police officers"
                continue
            break
        if low in words.breaks or low in words.fillers or low == words.and_ or low in words.event_words:
            break
    if single and (kind is None or (kind in words.general and kind not in ("person", "persona"))):
        return None
    if kind is None and end < limit and sentence.tokens[end].is_capital and sentence.low(end + 1) in words.fillers:
        end += 1
    return _People(quantity, None if kind in words.general or kind is None else words.people[kind], single), end


def _counting(sentence: Sentence, at: int, words: Words) -> Quantity | None:
    """A number that can count people: no year, no age, no measure, no ordinal."""
    if sentence.low(at - 1) in _NOT_ONE or sentence.lows[max(0, at - 2) : at] == ("no", "-"):
        return None
    quantity = quantity_at(sentence, at, words)
    if quantity is None or quantity.value != int(quantity.value) or quantity.value > 5_000_000:
        return None
    previous, following = sentence.low(at - 1), sentence.low(quantity.end)
    if following in words.units or following in words.currencies or following in ("%", ":", "/"):
        return None
    if following == "-" and sentence.low(quantity.end + 1) in words.units:
        return None
    if previous in ("$", "€", "£", ":", "/", "#", ".") or previous in words.months or following in words.months:
        return None
    if following == "de" and sentence.low(quantity.end + 1) in words.months:
        return None
    if (
        is_year(quantity)
        and sentence.tokens[at].text.isdecimal()
        and previous in ("in", "of", "en", "de", "since", ",")
    ):
        return None
    return quantity


def _leads(sentence: Sentence, start: int, end: int, words: Words, *, noun: bool) -> bool:
    """Whether what stands between people and a word such as "killed" ties them together."""
    between = sentence.lows[start:end]
    if "," in between:
        between = between[len(between) - between[::-1].index(",") :]
    if noun:
        return len(between) <= 1
    verbs = [low for low in between if low in words.event_words and low not in words.fillers]
    if verbs or len(between) > _REACH:
        return False
    if "who" in between:
        return True
    first = next((place for place, low in enumerate(between) if low in words.fillers), len(between))
    if any(not (low in words.fillers or low.endswith(("ly", "mente"))) for low in between[first:]):
        return False
    if words.and_ in between and not any(low in words.fillers for low in between[between.index(words.and_) :]):
        return False
    return first < len(between) or len(between) <= _BARE


def _begin_of_insertion(sentence: Sentence, at: int) -> int | None:
    """The first comma of "Two men, among them Tyrell Moss, were killed", whose second one stands at `at`."""
    commas = [place for place in range(at - 1, max(0, at - 12), -1) if sentence.low(place) == ","]
    first = next((place for place in commas if not sentence.tokens[place + 1].is_number), None)  # passes over an age
    return first if first is not None and not sentence.tokens[first - 1].is_number else None


def _list_of_people(sentence: Sentence, at: int, words: Words) -> bool:
    return sentence.low(at) == "," and sentence.low(at + 1) == words.and_


def _has_fate(sentence: Sentence, at: int, words: Words) -> bool:
    """Whether something else became of the people who end here: "killed two people and five others were injured"."""
    ahead = sentence.lows[at : at + 4]
    fates = {phrase[0] for attribute in COUNTS for phrase in words.passive[attribute]}
    return any(low in fates for low in ahead[: ahead.index(",") if "," in ahead else 4])


def _may_be(sentence: Sentence, at: int, words: Words) -> bool:
    """Whether the verb tells of something that may happen, or did not: "could have killed", "threatened to kill"."""
    before = sentence.lows[max(0, at - 3) : at]
    if before[-2:] == ("believed", "to") or "feared" in before:
        return False
    if words.joint == "y":
        return bool(set(before[-2:]) & words.maybe) or (before[-1:] == ("a",) and False)
    if set(before) & words.maybe:
        return not (
            {"believed", "thought", "known", "confirmed", "rises", "rose"} & set(sentence.lows[max(0, at - 5) : at])
        )
    return False


def _is_past(sentence: Sentence, words: Words) -> bool:
    return any(
        longest(sentence, at, words.past) or _in_a_month(sentence, at, words) for at in range(len(sentence.tokens))
    )


def _in_a_month(sentence: Sentence, at: int, words: Words) -> bool:
    """ "In September": nobody says so of what has just happened."""
    if sentence.low(at) not in ("in", "en") or sentence.low(at + 1) not in words.months:
        return False
    following = at + 2
    return following >= len(sentence.tokens) or not sentence.tokens[following].is_number


def _none_at_all(sentence: Sentence, words: Words) -> Iterator[Fact]:
    """ "No one was killed", "no arrests have been made", "sin heridos"; "no reports of injuries" may not last."""
    for at in range(len(sentence.tokens)):
        no_reports = longest(sentence, at, words.no_reports)
        start = at + len(no_reports) if no_reports else at + 1
        if (
            no_reports
            or sentence.low(at) in words.no
            or (words.joint == "y" and sentence.lows[at : at + 2] in _NO_HUBO)
        ):
            if not no_reports and sentence.low(at) not in words.no:
                start = at + 2
            phrase = longest(sentence, start, words.unharmed_ones)
            if phrase is not None:
                high = 1e9 if no_reports else 0
                quantity = Quantity(0, 0, high, None, at, start + len(phrase))
                for attribute in words.unharmed[phrase]:
                    yield _fact(sentence, attribute, _People(quantity, None, False))
        no_one = longest(sentence, at, words.no_one)
        if no_one is not None:
            yield from _nobody(sentence, at, at + len(no_one), words)


_NO_HUBO = {("no", "hubo"), ("no", "hay"), ("no", "dejo"), ("no", "causo"), ("ni", "un")}


def _nobody(sentence: Sentence, at: int, after: int, words: Words) -> Iterator[Fact]:
    for place in range(after, min(after + 6, len(sentence.tokens))):
        if sentence.low(place) in words.breaks:
            return
        for attribute in COUNTS:
            phrase = longest(sentence, place, words.passive[attribute])
            if phrase is not None:
                yield _fact(sentence, attribute, _People(Quantity(0, 0, 0, None, at, place), None, False))
                return


def _after_hedge(sentence: Sentence, at: int, words: Words) -> int:
    """The token after a hedge that begins here: numbers look for theirs backwards."""
    phrase = longest(sentence, at, words.hedges)
    if phrase is None or quantity_at(sentence, at, words) is not None:
        return at
    return at + len(phrase)


def _within_number(sentence: Sentence, at: int, words: Words) -> bool:
    """Whether a number that began earlier goes on here: the "three" of "twenty-three"."""
    for start in range(max(0, at - 3), at):
        quantity = quantity_at(sentence, start, words)
        if quantity is not None and quantity.end > at:
            return True
    return False


def _hedged(sentence: Sentence, at: int, words: Words) -> int:
    quantity = quantity_at(sentence, at, words)
    return quantity.start if quantity else at


def _summed(one: _People, other: _People) -> _People:
    first, second = one.quantity, other.quantity
    total = replace(
        first,
        value=first.value + second.value,
        low=first.low + second.low,
        high=first.high + second.high,
        hedge=first.hedge or second.hedge,
        start=min(first.start, second.start),
    )
    return _People(total, None, False)


def _fact(sentence: Sentence, attribute: str, people: _People) -> Fact:
    quantity = people.quantity
    shown = f"{int(quantity.value):,}" if quantity.value == quantity.low or quantity.hedge else "0"
    subject = people.kind if not people.single else f"a {people.kind}"
    if quantity.hedge:
        shown = f"{quantity.hedge.lower()} {shown}"
    return Fact(attribute, subject, quantity, shown, quantity.hedge, sentence.quote, in_title=sentence.in_title)
