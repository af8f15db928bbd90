"""How old persons are, by their surnames. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.quantities import number_at
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

_OLDEST = 120
_NO_NAMES = bag(
    """
    the a an in on at of and but he she they his her its it this that when after police officials authorities mr mrs
    ms dr president prime minister senator el la los las un una en de y pero tras segun policia sr sra presidente
    the new north south east west united states san santa los monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december american mexican
    british french german influencer actress actor suspect court county city street
    """
)
_ENDING = (
    "of",
    "in",
    "from",
    "to",
    "by",
    "on",
    "at",
    "outside",
    "with",
    "for",
    "near",
    "after",
    "before",
    "when",
    "inside",
)
_JOINING = bag("de del la van von der bin al da dos di")


@dataclass(frozen=True, slots=True)
class Age:
    years: float

    def agrees(self, other: object) -> bool:
        return not isinstance(other, Age) or self.years == other.years


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as a text writes it; `surname` is what persons are told apart by."""

    words: tuple[str, ...]  # folded

    @property
    def surname(self) -> str:
        return self.words[-1]

    def may_be(self, other: "Name") -> bool:
        """Whether both can be one person: the surname, or the second last name of Spanish, and no other first name."""
        if self.surname not in other.words and other.surname not in self.words:
            return False
        if len(self.words) > 1 and len(other.words) > 1:
            return (
                (
                    self.words[0][0] == other.words[0][0]
                    and (self.words[0] == other.words[0] or 1 in (len(self.words[0]), len(other.words[0])))
                )
                or self.words[0] in other.words
                or other.words[0] in self.words
            )
        return True


def find(sentences: Sequence[Sentence], words: Words) -> Iterator[Fact]:
    """Ages in a story's sentences; "the 34-year-old" is the person named last, if one was named alone."""
    last: Name | None = None
    known: list[Name] = []
    for sentence in sentences:
        names = list(_names(sentence, words))
        for at, years, end in _ages(sentence, words):
            name, role = _whose(sentence, at, end, names, words)
            if name is None and role is None:
                name = last if last is not None and len({one.surname for one in known}) == 1 else None
            if name is not None:
                full = next((one for one in known if len(one.words) > 1 and one.may_be(name)), name)
                yield _fact(sentence, " ".join(full.words), years)
            elif role is not None:
                yield _fact(sentence, f"the {role}", years)
        for _, _, name in names:
            if len(name.words) > 1 and not any(one.may_be(name) for one in known):
                known.append(name)
            last = name if len(name.words) > 1 else last


def _ages(sentence: Sentence, words: Words) -> Iterator[tuple[int, int, int]]:
    """The first token of each age, the years, the token after it."""
    for at in range(len(sentence.tokens)):
        read = number_at(sentence, at, words)
        if read is None or read[0] != int(read[0]) or not 0 < read[0] <= _OLDEST:
            continue
        end = read[2]
        if words.joint == "-":
            if sentence.lows[end : end + 4] == ("-", "year", "-", "old"):
                yield at, int(read[0]), end + 4
            elif sentence.lows[end : end + 2] in (("years", "old"), ("year", "old")):
                yield at, int(read[0]), end + 2
            elif (
                sentence.low(at - 1) == "aged"
                or sentence.lows[max(0, at - 3) : at]
                in (
                    ("the", "age", "of"),
                    ("at", "age"),
                )
                or sentence.lows[max(0, at - 2) : at] == ("at", "age")
                or _in_commas(sentence, at, end, words)
                or _after_death(sentence, at, end)
                or (sentence.low(at - 1) in ("was", "is", "turned") and sentence.low(end) in (".", ",", "", ";"))
            ):
                yield at, int(read[0]), end
        elif sentence.low(end) == "anos" and _spanish_age(sentence, at, end):
            yield at, int(read[0]), end + 1


def _noun_after(sentence: Sentence, after: int, words: Words) -> str | None:
    """ "The 38-year-old Troy resident": a name before a noun for a person is a place's."""
    nouns = (words.people.get(sentence.low(place)) for place in (after, after + 1))
    return next((noun for noun in nouns if noun is not None), None)


def _in_commas(sentence: Sentence, at: int, end: int, words: Words) -> bool:
    """ "Valeria Marquez, 23, was ...", "(23)" and "the boy, 8, survived"."""
    is_person = at > 2 and sentence.low(at - 2) in words.people and sentence.low(at - 3) in ("the", "a")
    before, after = sentence.low(at - 1), sentence.low(end)
    if not (sentence.tokens[at].is_number and at > 1 and sentence.tokens[at].text.isdecimal()):
        return False
    named = sentence.tokens[at - 2].is_word and (sentence.tokens[at - 2].is_capital or is_person)
    if before == "," and after in (",", ".", ";", "was", "is", "and", "of", "has", "from", "who", "") and named:
        return sentence.low(at - 2) not in _MONTHS and int(sentence.tokens[at].text) > 1
    return before == "(" and after == ")" and named


_MONTHS = bag(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday no number section article
    route interstate highway
    """
)


def _after_death(sentence: Sentence, at: int, end: int) -> bool:
    """ "Harold Wynn, judge, dead at 84"."""
    died = {"dies", "died", "dead"}.intersection(sentence.lows[max(0, at - 3) : at])
    return sentence.low(at - 1) == "at" and bool(died) and sentence.low(end) in ("", ".", ",", ";", ":")


def _spanish_age(sentence: Sentence, at: int, end: int) -> bool:
    before = sentence.low(at - 1)
    if sentence.low(end + 1) in ("de", "despues", "atras", "antes", "por") and sentence.low(end + 2) != "edad":
        return sentence.low(end + 1) == "de" and sentence.low(end + 2) == "edad"
    if before == "de":
        return sentence.low(at - 2) not in (
            "condena",
            "pena",
            "prision",
            "carcel",
            "experiencia",
            "contrato",
            "mas",
            "menos",
        )
    if before == ",":
        return at > 1 and sentence.tokens[at - 2].is_capital
    return sentence.lows[max(0, at - 2) : at] == ("a", "los") or before in ("tenia", "tiene", "(")


def _whose(
    sentence: Sentence, at: int, end: int, names: Sequence[tuple[int, int, Name]], words: Words
) -> tuple[Name | None, str | None]:
    """The person that an age belongs to: by name, else by what the person is called ("woman")."""
    if words.joint == "-" and sentence.low(end - 1) == "old" and sentence.low(end - 2) == "-":
        place = end
        role = None
        while place < len(sentence.tokens) and place < end + 7:
            name = next((one for one in names if one[0] == place), None)
            if name is not None:
                noun = _noun_after(sentence, name[1], words)
                return (name[2], role) if noun is None else (None, noun)
            low = sentence.low(place)
            if low in ("'s", ",", ".", ";", "was", "is", "has", "had", "who", "and", *_ENDING):
                break
            if low in words.event_words or low in words.report_verbs:
                break
            role = words.people.get(low, low) if sentence.tokens[place].is_word else role
            place += 1
            if low in words.people:
                break
        if sentence.low(place) == "," and sentence.low(end - 6) != "the":  # "a 23-year-old influencer, Valeria Marquez"
            name = next((one for one in names if one[0] == place + 1), None)
            if name is not None and len(name[2].words) > 1:
                return name[2], role
        before = next(
            (one for one in names if one[1] in (at - 2, at - 1) and sentence.low(at - 1) in ("a", "an", "the", ",")),
            None,
        )
        if before is not None and sentence.lows[before[1] : at] in ((",", "a"), (",", "an"), (",", "the"), (",",)):
            return before[2], role
        return None, role
    if names:
        nearest = [one for one in names if one[1] <= at]
        if nearest:
            name = nearest[-1]
            gap = sentence.lows[name[1] : at]
            if len(gap) <= 4 and not {".", ";"} & set(gap):
                return name[2], None
            if len(gap) <= 9 and {"was", "is", "tenia", "tiene", "aged", "age", "dies", "died", "dead"} & set(gap):
                return name[2], None
    if words.joint == "-" and sentence.low(at - 1) == "," and sentence.low(at - 2) in words.people:
        return None, words.people[sentence.low(at - 2)]
    if words.joint == "y":
        for place in range(at - 1, max(-1, at - 5), -1):
            if sentence.low(place) in words.people:
                following = next((one for one in names if one[0] in (end, end + 1)), None)
                if following is not None and sentence.low(end) != ".":
                    return following[2], None
                return None, words.people[sentence.low(place)]
    return None, None


def _names(sentence: Sentence, words: Words) -> Iterator[tuple[int, int, Name]]:
    """Runs of capitalised words, as names: first token, the token after, the name."""
    at = 0
    shouting = sum(token.text.isupper() and len(token.text) > 2 for token in sentence.tokens) > 0.6 * len(
        sentence.tokens
    )
    while at < len(sentence.tokens) and not shouting:
        if not _names_person(sentence, at, words):
            at += 1
            continue
        end = at + 1
        while end < len(sentence.tokens) and (
            _names_person(sentence, end, words)
            or (
                sentence.low(end) in _JOINING
                and end + 1 < len(sentence.tokens)
                and _names_person(sentence, end + 1, words)
            )
            or (sentence.low(end) == "." and sentence.tokens[end - 1].end - sentence.tokens[end - 1].start == 1)
        ):
            end += 1
        name = tuple(sentence.low(place) for place in range(at, end) if sentence.tokens[place].is_word)
        yield at, end, Name(name)
        at = end


def _names_person(sentence: Sentence, at: int, words: Words) -> bool:
    token = sentence.tokens[at]
    if not (token.is_word and token.is_capital) or token.low in _NO_NAMES or token.low in words.report_verbs:
        return False
    return token.low not in words.event_words and token.low not in words.people and token.low not in words.weekdays


def _fact(sentence: Sentence, subject: str, years: int) -> Fact:
    return Fact("age", subject, Age(years), str(years), None, sentence.quote, in_title=sentence.in_title)
