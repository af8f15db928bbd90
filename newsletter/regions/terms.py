"""A name that points to a country: how it is written, and what makes it doubtful. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

WORD = re.compile(
    # A letter, then letters and the marks on them: decomposed accents, Arabic and Indic vowel signs, joiners.
    r"(?:[^\W\d_]\.){2,}|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0903\u093a-\u094f\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u200c\u200d])*"
)


class Kind(StrEnum):
    NAME = "name"
    PEOPLE = "people"
    PLACE = "place"
    TRAP = "trap"
    CITY = "city"  # of the gazetteer: counts only where the words before it lead to a city
    SIGN = "sign"  # a leader or an institution
    SEVERAL = "several"  # a name for a few neighbours: Scandinavia


@dataclass(frozen=True)
class Term:
    """A name of one or more words, and the country that it means: none where it is a trap."""

    code: str | None
    kind: Kind
    words: tuple[str, ...]  # as `word_key` makes them
    capitals: tuple[bool, ...]  # by word: must it begin with a capital?
    acronym: bool = False  # "US": all in capitals, and among small letters only
    weak: bool = False  # often something else
    name_like: bool = False  # people are called so too
    division: str | None = None  # the state or province within the country: "MX-JAL"
    others: tuple[str, ...] = ()  # countries that it means besides `code`: Scandinavia

    @property
    def countries(self) -> tuple[str, ...]:
        return (self.code, *self.others) if self.code else ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The countries, and the division where it is known."""
        return (*self.countries, self.division) if self.division else self.countries


def make_term(written: str, code: str | None, kind: Kind) -> Term:
    """A term from how a table writes it: marks, then words whose capitals must be kept. `code` may be a division's."""
    name = written.lstrip("~*")
    marks = written[: len(written) - len(name)]
    words = WORD.findall(name)
    letters = "".join(words).replace(".", "")
    country = code.partition("-")[0] if code else None
    return Term(
        code=country,
        kind=kind,
        words=tuple(word_key(word) for word in words),
        capitals=tuple(word[0].isupper() for word in words),
        acronym=letters.isupper() and len(letters) <= 5,
        weak="~" in marks,
        name_like="*" in marks,
        division=code if code != country else None,
    )


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """What words are compared by: small letters without accents, dots, vowel signs and tatweel."""
    if word.isascii():
        return word.lower().replace(".", "")
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in plain if sign.isalpha() and sign != "\u0640")
