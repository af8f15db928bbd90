"""States, provinces and lands of large countries: a written table, since only these are regions of their own.

Codes are those of ISO 3166-2 ("MX-JAL"). Names are written in English and Spanish; other languages have those of the
iso-codes project (pycountry), where it has them.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pycountry

from newsletter.regions.tables import rows, split


@dataclass(frozen=True)
class Division:
    code: str  # "MX-JAL"
    zone: str | None  # None: the main one of its country
    english: tuple[str, ...]  # as the table writes them, with their marks; the first one is shown
    spanish: tuple[str, ...]
    after_comma: tuple[str, ...]  # "Calif" in "Fresno, Calif."

    @property
    def country(self) -> str:
        return self.code.partition("-")[0]


@cache
def divisions() -> Mapping[str, Division]:
    """Every division by its code."""
    return {
        code: Division(code, zone or None, *(tuple(split(cell)) for cell in names))
        for code, zone, *names in rows("divisions.txt", 5)
    }


def division_name(code: str, language: str) -> str:
    """What people are shown; the English name where the language has none."""
    division = divisions()[code]
    name = (division.spanish if language == "es" else division.english)[0].lstrip("~*")
    if language not in ("en", "es"):
        own = _own_names().get(code, name)
        translated = _translations(language).gettext(own)
        name = translated if translated != own else name
    return name[0].upper() + name[1:]


@cache
def _own_names() -> Mapping[str, str]:
    """What iso-codes calls them, which is what its translations go by."""
    return {subdivision.code: subdivision.name for subdivision in pycountry.subdivisions}


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[language], fallback=True)
