"""Mentions of countries in one text: the longest names first, and what gives away a trap or a person. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from newsletter.regions.placenames import Lexicon
from newsletter.regions.terms import Kind, Term, word_key
from newsletter.stories.contexts import Role, leads_to_city, role_of

# What may stand between the words of one name: "South Korea", "Guinea-Bissau", "EE. UU.", "N'Djamena".
_JOINTS = frozenset((" ", "-", "\u00a0", "\u2010", "\u2011", ".", ". ", "'", "’", ", ", " & "))
_AFTER_STATE = re.compile(r"[.,;:)]|\s*$|\s+[(\-\u2013\u2014]")
_ALSO_A_WORD = frozenset({"us"})  # an acronym that says nothing where everything is in capitals
# Words that begin with a capital beside a place's name without making a person's name of it.
_BESIDE_PLACES = """
    a across after against air airlines airport al allied although among an and army as at bank because before between
    both but by can central city club coast como con cuando de del desde despite did does donde east eastern el embassy
    en for foreign former from general government greater had has have how if in inside into is its king la las like
    los lower mainland meanwhile media minister ministry modern near new news no north northern now of on once only or
    outside over para pero police por post president prime prince princess queen radio republic river san santa se
    since sin sobre south southern state team television than that the this though through times to today trade tras
    under university unlike until upper valley via visit was west western what when where whether while who why will
    with y
"""
_LEADING_TO_PLACES = """
    across desde en enter entered entering enters fled flee flees fleeing from hacia in inside into leave leaves leaving
    near outside reach reached reaches reaching throughout to toward towards visit visited visiting visits
"""
_NO_NAMES = frozenset(_BESIDE_PLACES.split())
_LEADING = frozenset(_LEADING_TO_PLACES.split())


@dataclass(frozen=True)
class Mention:
    term: Term
    start: int
    end: int
    person: bool = False  # it looks like a part of somebody's name
    led: bool = False  # a word such as "in" or "from" leads to it, as to a place
    role: Role = Role.PLAIN  # what the words beside it make of it


def find_mentions(text: str, lexicon: Lexicon) -> list[Mention]:
    """Every name in `text`, in order, no two overlapping. Traps and amounts of money mean no country, and are out."""
    return _Reading(text, lexicon).mentions()


class _Reading:
    """One text, cut into words."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.words = list(lexicon.word.finditer(text))
        self.keys = [word_key(word[0]) for word in self.words]
        self.shouts = text.isupper()

    def mentions(self) -> list[Mention]:
        found: list[Mention] = []
        at = 0
        while at < len(self.words):
            state = self._state_at(at) if self.lexicon.states else None
            if state is not None:
                self._take_state(state, at, found)
                at += len(state.words)
                continue
            term = self._term_at(at)
            if term is None:
                at += 1
                continue
            last = at + len(term.words) - 1
            mention = self._mention(term, at, last)
            if mention is not None:
                found.append(mention)
            at = last + 1
        return found

    def _mention(self, term: Term, at: int, last: int) -> Mention | None:
        start, end = self.words[at].start(), self.words[last].end()
        if term.code is None or self.text.startswith("$", end) or self._is_ticker(start, end):
            return None
        role = Role.NAMED if self._is_half_a_name(term, last) else role_of(self.text, start, end, term.kind)
        if role is Role.MONEY:
            return None
        if term.kind is Kind.CITY:
            led = leads_to_city(self.text, start) and not self._is_person(at, last, weak=True)
            return Mention(term, start, end, led=led and not (self._is_titled and at == last), role=role)
        person = term.name_like and self._is_person(at, last, term.weak or term.kind is Kind.SIGN)
        led = at > 0 and self.keys[at - 1] in _LEADING
        return Mention(term, start, end, person, led, role)

    def _term_at(self, at: int) -> Term | None:
        for term in self.lexicon.everything.get(self.keys[at], ()):
            if self._stands_at(term, at):
                return term
        return None

    def _stands_at(self, term: Term, at: int) -> bool:
        words = self.words[at : at + len(term.words)]
        if tuple(self.keys[at : at + len(term.words)]) != term.words:
            return False
        if any(self._between(at + n) not in _JOINTS for n in range(len(words) - 1)):
            return False
        if term.acronym:
            if self.shouts and term.words[0] in _ALSO_A_WORD and "." not in words[0][0]:
                return False
            return all(word[0].isupper() for word in words)
        return all(word[0][0].isupper() for word, capital in zip(words, term.capitals, strict=True) if capital)

    def _between(self, at: int) -> str:
        """What stands between a word and the next one."""
        return self.text[self.words[at].end() : self.words[at + 1].start()]

    def _state_at(self, at: int) -> Term | None:
        """The state in "Portland, Ore.": after a comma, and followed by the end of what it belongs to."""
        if at == 0 or self._between(at - 1) != ", " or not self.words[at - 1][0][0].isupper():
            return None
        for term in self.lexicon.states.get(self.keys[at], ()):
            if self._stands_at(term, at):
                end = self.words[at + len(term.words) - 1].end()
                return term if self.text[end - 1] == "." or _AFTER_STATE.match(self.text, end) else None
        return None

    def _take_state(self, state: Term, at: int, found: list[Mention]) -> None:
        """Let the state speak for the place before it, unless both may be parts of a list: "Mexico, Texas, ..."."""
        before = self.words[at - 1]
        start = self.words[at].start()
        if found and found[-1].end == before.end():
            listed = found[-1].term.kind not in (Kind.PLACE, Kind.CITY) and sum(map(len, state.words)) > 5
            if not listed:
                start = found.pop().start
        found.append(Mention(state, start, self.words[at + len(state.words) - 1].end()))

    def _is_ticker(self, start: int, end: int) -> bool:
        """Whether it is a company's sign at its exchange: "<UK>"."""
        return self.text.startswith("<", max(0, start - 1)) and self.text.startswith(">", end)

    def _is_half_a_name(self, term: Term, last: int) -> bool:
        """Whether it stands in a name such as "Bristol-Myers"; in "Amsterdam-Rotterdam" both are places."""
        if term.kind is Kind.SIGN and last + 1 < len(self.words) and self._between(last) == "-":
            return self.words[last + 1][0][0].isupper()  # "Petro-Canada"
        if term.kind not in (Kind.PLACE, Kind.CITY) or last + 1 == len(self.words) or self._between(last) != "-":
            return False
        return self.words[last + 1][0][0].isupper() and self.keys[last + 1] not in self.lexicon.everything

    def _is_person(self, first: int, last: int, weak: bool) -> bool:
        """Whether a capitalised word beside it looks like the rest of a person's name.

        After a well-known place such a word more often belongs to an institution ("London Bridge").
        """
        if self._is_titled:
            return False  # every word has a capital there
        if first > 0 and self._between(first - 1) == " " and self._looks_like_a_name(first - 1):
            return True
        followed = last + 1 < len(self.words) and self._between(last) == " "
        return weak and followed and self._looks_like_a_name(last + 1)

    def _looks_like_a_name(self, at: int) -> bool:
        word = self.words[at][0]
        known = self.keys[at] in _NO_NAMES or self.keys[at] in self.lexicon.terms
        return word[0].isupper() and not word.isupper() and not known

    @cached_property
    def _is_titled(self) -> bool:
        """Whether This Is Written Like a Headline."""
        long_words = [word[0] for word in self.words if len(word[0]) > 3]
        return len(long_words) > 2 and sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words)
